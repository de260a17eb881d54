/** What an entry of the catalogue is, and the makers that turn a function of the statistics into entries. */
import type { Outcome } from "../outcome.ts";
import type { DecisionCounts } from "../source.ts";
import { given, type Known, type LastLayer, type Reduced, type Split, type Statistics } from "../split.ts";
import type { Rows } from "../vectors.ts";

export type Family = "accuracy" | "NC1" | "NC2" | "NC3" | "NC4" | "NC5" | "MSE";

/**
 * What a metric reads, which decides the passes over the samples (see `reduce`):
 * correct takes one pass; moments and decisions one each after the means; covariance one pass and a d × d matrix; classScatter one
 * pass where classes are unbalanced; spectra one pass a group of classes; centralPath and scores a covariance.
 */
export type Need =
  | "moments"
  | "correct"
  | "decisions"
  | "covariance"
  | "classScatter"
  | "spectra"
  | "centralPath"
  | "scores";

export type Scale = number | ((classes: number, width: number) => number);

export type Ideal = number | null | ((classes: number, width: number) => number | null);

/** What a definition is, apart from the split that it is measured on. */
export interface Definition {
  readonly family: Family;
  /** Tells it from the others of its family, in words. */
  readonly variant: string;
  readonly formula: string;
  readonly range: string;
  /** The value of perfectly collapsed features, in words. */
  readonly atCollapse: string;
  /** The same as a number, where it depends on nothing but C and d; null where there is none. */
  readonly ideal: Ideal;
  /**
   * The distance from the ideal that shows no trace of collapse, against which a report holds the distance that was
   * measured: what directions give that coincide or have nothing in common, or spread inside classes as large as
   * between them. Left out where no such distance can be stated.
   */
  readonly scale?: Scale;
  /** Why it says nothing of collapse at C classes of d features, as a clause; null where it does say something. */
  readonly uninformative?: (classes: number, width: number) => string | null;
  /** Whether class means are centred at their own mean where its namesake centres them at that of all samples. */
  readonly classCentred?: true;
  /** Paper and figure or section, or the public code that defines it. */
  readonly source: string;
  /** Where public implementations differ, and what misleads. */
  readonly notes: string;
}

export interface Metric extends Definition {
  /** Column name: family, variant and split; the first columns keep the short names of the reference figures. */
  readonly name: string;
  /** "classifier" where no feature enters. */
  readonly split: "train" | "test" | "classifier" | "ood";
  readonly needs: readonly Need[];
  /** Expensive metrics are measured only where they are asked for by name, or with "all". */
  readonly cost: "cheap" | "expensive";
  readonly run: (statistics: Statistics) => Outcome;
}

/** Column names where they are not `<key>_<split>`. */
type Names = { readonly [split in Metric["split"]]?: string };

type Measured = "train" | "test";
const SPLITS: readonly Measured[] = ["train", "test"];

/** A metric of the moments of a split: one entry for train, one for test. */
export function ofFeatures(
  key: string,
  definition: Definition,
  run: (reduced: Reduced, statistics: Statistics) => Outcome,
  { names = {}, cost = "cheap" }: { names?: Names; cost?: Metric["cost"] } = {},
): Metric[] {
  return SPLITS.map((split) => ({
    ...definition,
    name: names[split] ?? `${key}_${split}`,
    split,
    needs: ["moments"],
    cost,
    run: (statistics) => given(statistics[split], ({ reduced }) => given(reduced, (r) => run(r, statistics))),
  }));
}

/** A metric of the moments of a split together with the classifier. */
export function ofFeaturesAndClassifier(
  key: string,
  definition: Definition,
  run: (reduced: Reduced, classifier: LastLayer) => Outcome,
  { names = {}, cost = "cheap" }: { names?: Names; cost?: Metric["cost"] } = {},
): Metric[] {
  return ofFeatures(
    key,
    definition,
    (reduced, { classifier }) => given(classifier, (known) => run(reduced, known)),
    { names, cost },
  );
}

/** An expensive metric of a split that needs more than its moments. */
export function ofSplit<T extends object>(
  key: string,
  definition: Definition,
  need: Need,
  { read, run }: { read: (split: Split) => Known<T>; run: (statistic: T, reduced: Reduced) => Outcome },
): Metric[] {
  return SPLITS.map((split) => ({
    ...definition,
    name: `${key}_${split}`,
    split,
    needs: ["moments", need],
    cost: "expensive",
    run: (statistics) =>
      given(
        statistics[split],
        (s) => given(s.reduced, (reduced) => given(read(s), (value) => run(value, reduced))),
      ),
  }));
}

/** The share of samples that the classifier gets right. */
export function ofAccuracy(
  definition: Definition,
  run: (correct: number, count: number) => Outcome,
): Metric[] {
  return SPLITS.map((split) => ({
    ...definition,
    name: `${split}_accuracy`,
    split,
    needs: ["correct"],
    cost: "cheap",
    run: (statistics) =>
      given(statistics[split], ({ correct, count }) => given(correct, (c) => run(c.correct, count))),
  }));
}

/** A metric of decisions, the classifier's against those of the nearest centre of the training means. */
export function ofDecisions(
  key: string,
  definition: Definition,
  run: (decisions: DecisionCounts, count: number) => Outcome,
  names: Names = {},
): Metric[] {
  return SPLITS.map((split) => ({
    ...definition,
    name: names[split] ?? `${key}_${split}`,
    split,
    needs: ["decisions"],
    cost: "cheap",
    run: (statistics) =>
      given(statistics[split], ({ decisions, count }) => given(decisions, (d) => run(d, count))),
  }));
}

/** A metric of how often the nearest centre of the training means is right, which needs no classifier. */
export function ofNearestCentre(
  key: string,
  definition: Definition,
  run: (correct: number, count: number) => Outcome,
): Metric[] {
  return SPLITS.map((split) => ({
    ...definition,
    name: `${key}_${split}`,
    split,
    needs: ["decisions"],
    cost: "cheap",
    run: (statistics) =>
      given(statistics[split], ({ nearest, count }) => given(nearest, (n) => run(n.correct, count))),
  }));
}

/** A metric of the classifier alone. */
export function ofClassifier(
  key: string,
  definition: Definition,
  run: (weights: Rows) => Outcome,
  { names = {}, cost = "cheap" }: { names?: Names; cost?: Metric["cost"] } = {},
): Metric {
  return {
    ...definition,
    name: names.classifier ?? key,
    split: "classifier",
    needs: [],
    cost,
    run: ({ classifier }) => given(classifier, ({ rows }) => given(rows, run)),
  };
}
