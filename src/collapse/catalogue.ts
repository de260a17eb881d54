/**
 * The catalogue: every definition of neural collapse that can be measured here, with its formula, range, value at
 * collapse, source and traps. Its first entries are the columns that metrics.csv starts with.
 */
import { FIRST_METRICS } from "../record.ts";
import type { Metric } from "./catalogue/metric.ts";
import { MSE } from "./catalogue/mse.ts";
import { NC1 } from "./catalogue/nc1.ts";
import { NC2 } from "./catalogue/nc2.ts";
import { NC3 } from "./catalogue/nc3.ts";
import { ACCURACY, NC4 } from "./catalogue/nc4.ts";
import { NC5 } from "./catalogue/nc5.ts";

export type { Definition, Family, Ideal, Metric, Need, Scale } from "./catalogue/metric.ts";

/** All metrics; the columns that metrics.csv starts with come first, in their order. */
export const CATALOGUE: readonly Metric[] = firstColumnsFirst([
  ...ACCURACY,
  ...NC1,
  ...NC2,
  ...NC3,
  ...NC4,
  ...NC5,
  ...MSE,
]);

/**
 * "default": the cheap ones. "all": all of them. Both without those of out-of-distribution features where there are
 * none. Or names, to which the first columns are added.
 */
export type Selection = "default" | "all" | readonly string[];

/** The metrics of a selection, in the order of the catalogue. Throws for a name that the catalogue does not hold. */
export function select(selection: Selection, { ood = false }: { ood?: boolean } = {}): readonly Metric[] {
  if (selection === "all" || selection === "default") {
    return CATALOGUE.filter(({ cost, split }) =>
      (selection === "all" || cost === "cheap") && (ood || split !== "ood")
    );
  }
  const names = new Set<string>([...FIRST_METRICS, ...selection]);
  const unknown = selection.find((name) => !CATALOGUE.some((metric) => metric.name === name));
  if (unknown !== undefined) {
    throw new Error(
      `expected the name of a metric, found ${JSON.stringify(unknown)}: the catalogue lists all names`,
    );
  }
  return CATALOGUE.filter(({ name }) => names.has(name));
}

/** The value of a metric at perfect collapse for C classes of d features; null where it depends on more. */
export function idealOf({ ideal }: Metric, classes: number, width: number): number | null {
  return typeof ideal === "function" ? ideal(classes, width) : ideal;
}

/** The distance from the ideal that shows no trace of collapse, for C classes of d features; null where none is stated. */
export function scaleOf({ scale }: Metric, classes: number, width: number): number | null {
  return typeof scale === "function" ? scale(classes, width) : scale ?? null;
}

function firstColumnsFirst(metrics: readonly Metric[]): readonly Metric[] {
  const place = new Map<string, number>(FIRST_METRICS.map((name, i) => [name, i]));
  const at = ({ name }: Metric) => place.get(name) ?? FIRST_METRICS.length;
  return metrics.toSorted((a, b) => at(a) - at(b));
}
