/** The first and the last checkpoint beside each other, as text, one line a curve. */
import type { Measurement } from "../record.ts";
import { FIGURES } from "./figures.ts";
import { formatFall, formatPercent, formatPoints, formatValue } from "./format.ts";

export interface SummaryLine {
  readonly quantity: string;
  /** Column of metrics.csv. */
  readonly metric: string;
  readonly first: string;
  readonly last: string;
  /** Percentage points for accuracies, a factor for what should fall to zero. */
  readonly change: string;
}

export function summarise(first: Measurement, last: Measurement): SummaryLine[] {
  return FIGURES.flatMap((figure) => {
    const isPercent = figure.scale === "percent";
    const format = isPercent ? formatPercent : formatValue;
    const compare = isPercent ? formatPoints : formatFall;
    return figure.series.map(({ metric, quantity }) => {
      const [before, after] = [first.values[metric], last.values[metric]];
      return {
        quantity,
        metric,
        first: format(before),
        last: format(after),
        change: first === last ? "–" : compare(before, after),
      };
    });
  });
}
