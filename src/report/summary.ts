/** Where each curve of the figures was when the terminal phase began and where it is now, as text. */
import type { Measurement, TrustRecord } from "../run/tables.ts";
import type { Column, Figure } from "./figure.ts";
import { DOUBT_MARK, doubtOf } from "./doubt.ts";
import { formatFall, formatPercent, formatPoints, formatValue } from "./format.ts";

export interface SummaryLine extends Omit<Column, "classCentred"> {
  /** File name of the figure. */
  readonly figure: string;
  /** At the first checkpoint of the terminal phase, or of all where it was not reached. */
  readonly first: string;
  readonly last: string;
  /** Between the two: percentage points for accuracies, a factor for what should fall to zero. */
  readonly change: string;
}

export interface SummaryInput {
  readonly figures: readonly Figure[];
  /** Ascending by epoch, not empty. */
  readonly rows: readonly Measurement[];
  readonly trust: TrustRecord | null;
  /** First epoch of the terminal phase; null where it was not reached. */
  readonly start: number | null;
}

export function summarise({ figures, rows, trust, start }: SummaryInput): SummaryLine[] {
  const [first, last] = endsOf(rows, start);
  return figures.flatMap((figure) => {
    const isPercent = figure.scale === "percent";
    const format = isPercent ? formatPercent : formatValue;
    const compare = isPercent ? formatPoints : formatFall;
    return figure.columns.map(({ classCentred: _, ...column }) => {
      const text = ({ epoch, values }: Measurement) =>
        format(values[column.column]) + (doubtOf(trust, epoch, column.column) === null ? "" : DOUBT_MARK);
      return {
        ...column,
        figure: figure.file,
        first: text(first),
        last: text(last),
        change: first === last ? "–" : compare(first.values[column.column], last.values[column.column]),
      };
    });
  });
}

/** The first checkpoint of the terminal phase, or of all where it was not reached or not measured, and the last. */
export function endsOf(
  rows: readonly Measurement[],
  start: number | null,
): readonly [Measurement, Measurement] {
  const first = start === null ? undefined : rows.find(({ epoch }) => epoch >= start);
  return [first ?? rows[0]!, rows.at(-1)!];
}

/** Whether a line holds a doubtful value. */
export function isDoubtful({ first, last }: SummaryLine): boolean {
  return first.endsWith(DOUBT_MARK) || last.endsWith(DOUBT_MARK);
}
