/**
 * The catalogue: every definition of neural collapse that can be measured here, with its formula, range, value at
 * collapse, source and traps. Its first entries are the columns that metrics.csv starts with.
 */
import type { Metric } from "./catalogue/metric.ts";
import { MSE } from "./catalogue/mse.ts";
import { NC1 } from "./catalogue/nc1.ts";
import { NC2 } from "./catalogue/nc2.ts";
import { NC3 } from "./catalogue/nc3.ts";
import { ACCURACY, NC4 } from "./catalogue/nc4.ts";
import { NC5 } from "./catalogue/nc5.ts";

export type { Definition, Family, Ideal, Metric, Need, Scale } from "./catalogue/metric.ts";

/** The columns metrics.csv starts with (the catalogue gives each definition); accuracies in %. */
export const FIRST_METRICS = [
  "train_accuracy",
  "test_accuracy",
  "equinorm_means",
  "equinorm_weights",
  "equiangular_means",
  "equiangular_weights",
  "maxangle_means",
  "maxangle_weights",
  "self_duality",
  "within_class_variation",
  "ncc_mismatch",
] as const;

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
 * none. Or a list, to which the first columns are added, of names, of families ("NC1": all definitions of it) and of
 * these two words, in any case.
 */
export type Selection = "default" | "all" | readonly string[];

/** The metrics of a selection, in the order of the catalogue. Throws for a name that the catalogue does not hold. */
export function select(selection: Selection, { ood = false }: { ood?: boolean } = {}): readonly Metric[] {
  const words = [selection].flat();
  const unknown = unknownIn(words);
  if (unknown !== undefined) {
    throw new Error(
      `expected the name of a metric or of a family, found ${
        JSON.stringify(unknown)
      }: the catalogue lists all names`,
    );
  }
  const first = new Set<string>(FIRST_METRICS);
  return CATALOGUE.filter((metric) =>
    first.has(metric.name) || words.some((word) => includes(word, metric, ood))
  );
}

/** The first word of a selection that means no metric, if there is one. */
export function unknownIn(words: readonly string[]): string | undefined {
  return words.find((word) => !CATALOGUE.some((metric) => includes(word, metric, true)));
}

function includes(word: string, { name, family, cost, split }: Metric, ood: boolean): boolean {
  const meant = word.toLowerCase();
  const measurable = ood || split !== "ood";
  return (meant === "all" && measurable) || (meant === "default" && cost === "cheap" && measurable) ||
    [name, family].some((known) => known.toLowerCase() === meant);
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
