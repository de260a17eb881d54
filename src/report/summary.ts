/** First checkpoint, start of the terminal phase and last checkpoint beside each other, as text, one line a curve. */
import type { Measurement, TrustRecord } from "../run/tables.ts";
import { DOUBT_MARK, doubtOf } from "./doubt.ts";
import type { Figure } from "./figure.ts";
import { formatFall, formatPercent, formatPoints, formatValue } from "./format.ts";
import type { Stretch } from "./terminal.ts";

export interface SummaryLine {
  readonly quantity: string;
  /** Column of metrics.csv. */
  readonly metric: string;
  readonly first: string;
  readonly last: string;
  /** Since the first checkpoint: percentage points for accuracies, a factor for what should fall to zero. */
  readonly change: string;
  /** The same over the last unbroken stretch of the terminal phase. */
  readonly phaseChange: string;
}

export interface SummaryInput {
  readonly figures: readonly Figure[];
  /** Ascending by epoch, not empty. */
  readonly rows: readonly Measurement[];
  readonly trust: TrustRecord | null;
  readonly window: Stretch | null;
}

export function summarise({ figures, rows, trust, window }: SummaryInput): SummaryLine[] {
  const [first, last] = [rows[0]!, rows.at(-1)!];
  const phase = endsOf(rows, window);
  return figures.flatMap((figure) => {
    const isPercent = figure.scale === "percent";
    const format = isPercent ? formatPercent : formatValue;
    const compare = isPercent ? formatPoints : formatFall;
    const change = (from: Measurement, to: Measurement, metric: string) =>
      from === to ? "–" : compare(from.values[metric], to.values[metric]);
    return figure.series.map(({ metric, quantity }) => {
      const text = ({ epoch, values }: Measurement) =>
        format(values[metric]) + (doubtOf(trust, epoch, metric) === null ? "" : DOUBT_MARK);
      return {
        quantity,
        metric,
        first: text(first),
        last: text(last),
        change: change(first, last, metric),
        phaseChange: phase === null ? "–" : change(...phase, metric),
      };
    });
  });
}

/** The first and the last checkpoint of a stretch; null where there is none. */
export function endsOf(
  rows: readonly Measurement[],
  window: Stretch | null,
): readonly [Measurement, Measurement] | null {
  const inside = window === null
    ? []
    : rows.filter(({ epoch }) => epoch >= window.from && epoch <= window.to);
  return inside.length === 0 ? null : [inside[0]!, inside.at(-1)!];
}

/** Whether a line holds a doubtful value. */
export function isDoubtful({ first, last }: SummaryLine): boolean {
  return first.endsWith(DOUBT_MARK) || last.endsWith(DOUBT_MARK);
}
