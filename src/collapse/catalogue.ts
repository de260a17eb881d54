/**
 * The catalogue: every column that can be measured, made from the definitions. Its first entries are the columns that
 * metrics.csv starts with.
 */
import type { Definition } from "./definition.ts";
import { DEFINITIONS } from "./definitions/index.ts";
import { closure, type Needs, type Size } from "./needs/need.ts";
import type { Outcome } from "./outcome.ts";
import type { Reading } from "./readings.ts";
import { oodSet, type Part, type SplitName, splitNamed } from "./splits.ts";
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
  /** Of a column of out-of-distribution samples: the name of their set, where sets have names. It ends the column's. */
  readonly set?: string;
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
export function select(
  selection: Selection,
  { ood = false, sets = [] }: { ood?: boolean; sets?: readonly string[] } = {},
): readonly Metric[] {
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
  const known = new Set([...sets, ...setsIn(words)]);
  return catalogueWith([...known]).filter((metric) => {
    // Where sets have names, words that speak of any mean theirs.
    if (metric.split === "ood" && metric.set === undefined && !ood && known.size > 0) return false;
    const measurable = metric.split !== "ood" || (metric.set === undefined ? ood : sets.includes(metric.set));
    return first.has(metric.name) || words.some((word) => includes(word, metric, measurable));
  });
}

/**
 * The catalogue with columns for each of these sets of out-of-distribution samples, which follow the column that speaks of
 * them without a name.
 */
export function catalogueWith(sets: readonly string[]): readonly Metric[] {
  return CATALOGUE.flatMap((metric) =>
    metric.split === "ood" ? [metric, ...sets.map((set) => ofSet(metric, set))] : [metric]
  );
}

/** The columns by name, without those of named sets. */
const BY_NAME = new Map(CATALOGUE.map((metric) => [metric.name, metric]));

/** The column of this name, also one of a named set. */
export function metricNamed(name: string): Metric | undefined {
  const plain = BY_NAME.get(name);
  if (plain !== undefined) return plain;
  const own = CATALOGUE.find((metric) => metric.split === "ood" && name.startsWith(`${metric.name}_`));
  const set = own && name.slice(own.name.length + 1);
  return own !== undefined && isSetName(set!) ? ofSet(own, set!) : undefined;
}

/** The named sets that these columns are of, each once, in the order in which they come. */
export function setsIn(names: readonly string[]): readonly string[] {
  return [...new Set(names.flatMap((name) => metricNamed(name)?.set ?? []))];
}

/** A selection and every column that out-of-distribution samples of these sets have. */
export function withSets(selection: Selection, sets: readonly string[]): Selection {
  if (sets.length === 0) return selection;
  const columns = catalogueWith(sets).filter(({ set }) => set !== undefined);
  return [...[selection].flat(), ...columns.map(({ name }) => name)];
}

/** Whether a set can be called so: the name is a part of those of columns. */
export function isSetName(text: string): boolean {
  return /^[A-Za-z0-9][\w.-]*$/.test(text);
}

/** What a column is measured on. */
export function partOf({ split, set }: Pick<Metric, "split" | "set">): Part {
  return set === undefined ? split : oodSet(set);
}

/** The same in a word or two, for legends. */
export function partLabel({ split, set }: Pick<Metric, "split" | "set">): string {
  const { label } = splitNamed(split);
  return set === undefined ? label : `${label} ${set}`;
}

function ofSet(metric: Metric, set: string): Metric {
  const { name, systematic, variant } = metric;
  return {
    ...metric,
    name: `${name}_${set}`,
    systematic: `${systematic}_${set}`,
    variant: `${variant}, of ${set}`,
    set,
  };
}

/** What selections may name beside "default" and "all": families, definitions and metrics. */
export const KNOWN_METRICS: readonly string[] = [
  ...new Set(CATALOGUE.flatMap(({ family, name, definition }) => [family, definition, name])),
];

/** The first word of a selection that means no metric, if there is one. */
export function unknownIn(words: readonly string[]): string | undefined {
  return words.find((word) =>
    metricNamed(word) === undefined && !CATALOGUE.some((metric) => includes(word, metric, true))
  );
}

/** What a metric is called, in lower case: its names, that of its definition, and its family. */
export function namesOf({ name, systematic, definition, family, set }: Metric): readonly string[] {
  const ofAnySet = set === undefined ? [] : [name.slice(0, -set.length - 1)];
  return [name, systematic, definition, family, ...ofAnySet].map((known) => known.toLowerCase());
}

function includes(word: string, metric: Metric, measurable: boolean): boolean {
  const meant = word.toLowerCase();
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
