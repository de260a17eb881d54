/**
 * The catalogue: every column that can be measured, made from the definitions. Its first entries are the columns that
 * metrics.csv starts with.
 */
import type { Definition } from "./definition.ts";
import { DEFINITIONS } from "./definitions/index.ts";
import { closure, type Needs, type Size } from "./needs/need.ts";
import type { Outcome } from "./outcome.ts";
import type { Reading } from "./readings.ts";
import type { SplitName } from "./splits.ts";
import type { Words } from "./words.ts";

/** A column: a definition as measured on one thing. */
export interface Metric extends Words {
  /** Of the column: family, variant and what it is measured on; the first columns have short names. */
  readonly name: string;
  /** The same by the rule, also where the name is a short one: both are understood. */
  readonly systematic: string;
  /** Columns of one definition have this in common; around the mean of the class means it is another. */
  readonly definition: string;
  /** The title of the definition with what the column is measured on. */
  readonly variant: string;
  /** "classifier" where no feature enters. */
  readonly split: SplitName;
  readonly classCentred?: true;
  readonly needs: Needs;
  /** Whether it is measured without being asked for. */
  readonly byDefault: boolean;
  /** Takes the values of `needs`. */
  readonly run: (values: never) => Outcome;
}

/** The columns that metrics.csv starts with, by their systematic names; accuracies in %. */
const FIRST = {
  accuracy_train: "train_accuracy",
  accuracy_test: "test_accuracy",
  nc2_equinorm_means_train: "equinorm_means",
  nc2_equinorm_weights: "equinorm_weights",
  nc2_equiangular_means_train: "equiangular_means",
  nc2_equiangular_weights: "equiangular_weights",
  nc2_maxangle_means_train: "maxangle_means",
  nc2_maxangle_weights: "maxangle_weights",
  nc3_self_duality_train: "self_duality",
  nc1_svd_train: "within_class_variation",
  nc4_mismatch_test: "ncc_mismatch",
} as const;

export type FirstMetric = typeof FIRST[keyof typeof FIRST];
export const FIRST_METRICS: readonly FirstMetric[] = Object.values(FIRST);

/** All columns; those that metrics.csv starts with come first, in their order. */
export const CATALOGUE: readonly Metric[] = catalogueOf(DEFINITIONS);

/**
 * "default": those that cost no pass over the samples beyond the first columns'. "all": all of them. Both without those
 * of out-of-distribution features where there are none. Or a list, to which the first columns are added, of names
 * (systematic or short), of definitions ("nc1_quotient": all its columns), of families ("NC1": all its definitions) and
 * of these two words, in any case.
 */
export type Selection = "default" | "all" | readonly string[];

/** The columns of a selection, in the order of the catalogue. Throws for a name that the catalogue does not hold. */
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

/** What a metric is called, in lower case: its names, that of its definition, and its family. */
export function namesOf({ name, systematic, definition, family }: Metric): readonly string[] {
  return [name, systematic, definition, family].map((known) => known.toLowerCase());
}

function includes(word: string, metric: Metric, ood: boolean): boolean {
  const meant = word.toLowerCase();
  const measurable = ood || metric.split !== "ood";
  return (meant === "all" && measurable) || (meant === "default" && metric.byDefault && measurable) ||
    namesOf(metric).includes(meant);
}

/** The value of a metric at perfect collapse for C classes of d features; null where it depends on more. */
export function idealOf({ ideal }: Metric, classes: number, width: number): number | null {
  return typeof ideal === "function" ? ideal(classes, width) : ideal;
}

/** The distance from the ideal that shows no trace of collapse, for C classes of d features; null where none is stated. */
export function scaleOf({ scale }: Metric, classes: number, width: number): number | null {
  return typeof scale === "function" ? scale(classes, width) : scale ?? null;
}

/** Bytes that measuring takes beside the samples: what is kept, and the most that is worked with at a time. */
export function memoryOf(metrics: readonly Metric[], size: Size): number {
  const needs = new Set(metrics.flatMap(({ needs, split }) => closure(needs, split).map(({ need }) => need)));
  let kept = 0, working = 0;
  for (const { memory } of needs) {
    kept += memory.kept?.(size) ?? 0;
    working = Math.max(working, memory.working?.(size) ?? 0);
  }
  return 8 * (kept + working);
}

function catalogueOf(definitions: readonly Definition[]): readonly Metric[] {
  const columns = definitions.flatMap((definition) => definition.on.map((on) => column(definition, on)));
  const place = new Map<string, number>(FIRST_METRICS.map((name, i) => [name, i]));
  const at = ({ name }: Pick<Metric, "name">) => place.get(name) ?? FIRST_METRICS.length;
  const sorted = columns.toSorted((a, b) => at(a) - at(b));
  const paid = new Set(sorted.slice(0, FIRST_METRICS.length).flatMap(needsOf));
  return sorted.map(({ onRequest, ...metric }) => ({
    ...metric,
    byDefault: onRequest === undefined &&
      needsOf(metric).every((need) => need.passes === 0 || paid.has(need)),
  }));
}

function needsOf({ needs, split }: Pick<Metric, "needs" | "split">) {
  return closure(needs, split).map(({ need }) => need);
}

function column(
  { name, on: _, needs, idealOn = {}, run, onRequest, ...words }: Definition,
  { suffix, split, needs: own, title, classCentred, describe = (same) => same }: Reading,
): Omit<Metric, "byDefault"> & Pick<Definition, "onRequest"> {
  const systematic = `${name}${suffix}`;
  const variant = title === undefined ? words.title : `${words.title}, ${title}`;
  const described = describe(words);
  return {
    ...described,
    ideal: idealOn[split] === undefined ? words.ideal : idealOn[split],
    title: classCentred ? variant : described.title,
    name: (FIRST as Readonly<Record<string, string>>)[systematic] ?? systematic,
    systematic,
    definition: classCentred ? `${name}_class_centred` : name,
    variant,
    split,
    ...classCentred && { classCentred },
    needs: { ...own, ...needs },
    run,
    ...onRequest !== undefined && { onRequest },
  };
}
