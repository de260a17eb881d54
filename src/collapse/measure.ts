/** Measures features: the values of a selection of metrics, with the reasons to trust each or why there is none. */
import { partOf, select, type Selection } from "./catalogue.ts";
import type { ByMetric } from "./by_metric.ts";
import { requireFloats, requireSource } from "./inputs.ts";
import { type Outcome, valueOf } from "./outcome.ts";
import { isKnown } from "./needs/need.ts";
import { Reduction } from "./reduction.ts";
import type { Classifier, FeatureSource } from "./source.ts";
import { oodSet } from "./splits.ts";
import { turn } from "./turns.ts";

/** The last layer, as it comes; a missing bias counts as zeros. */
export interface ClassifierInput {
  /** C × d, row-major. */
  readonly weight: Float32Array | Float64Array;
  /** C entries. */
  readonly bias?: Float32Array | Float64Array | null;
}

export interface MeasureInput {
  readonly train: FeatureSource;
  readonly test?: FeatureSource | null;
  /** Out-of-distribution features of the same width; their labels and number of classes do not matter. */
  readonly ood?: FeatureSource | null;
  /** Several such sets by name (letters, digits and . _ -), which ends the names of their columns: nc5_neco_ood_SVHN. */
  readonly oodSets?: { readonly [set: string]: FeatureSource };
  /** Without it, definitions that read it have no value. */
  readonly classifier?: ClassifierInput | null;
  /** C whole numbers: the super-class of each class. Without it, definitions that read it have no value. */
  readonly superclasses?: readonly number[] | null;
}

export interface MeasureOptions {
  /**
   * "default" (all that need neither a d × d matrix nor one a class), "all", or names from the catalogue. The first
   * two leave out what needs out-of-distribution features where there are none.
   */
  readonly metrics?: Selection;
  /** Of the optimizer, for the central path of the MSE loss. */
  readonly weightDecay?: number | null;
  /** Bytes that per-class matrices may take at a time; below what one class needs, one class is taken. */
  readonly memory?: number;
  /** Ends measuring between two of its parts, by throwing the signal's reason. A part is a decomposition at most. */
  readonly signal?: AbortSignal;
}

export interface MeasureResult {
  /** A number a metric, or null where these features have no such value; ready for a row of metrics.csv. */
  readonly values: ByMetric<number | null>;
  /** The same with rank decision, sensitivity and notes, or the reason why there is no value. */
  readonly outcomes: ByMetric<Outcome>;
}

const ONE_GIBIBYTE = 2 ** 30;

/**
 * Measures neural collapse on the features of a training split and, where given, a test split and
 * out-of-distribution features. Means come first, then second moments around them: two passes over each split, one
 * more for decisions, and one or more for each expensive kind of statistic that a chosen metric reads.
 *
 * Memory beside the source: O(C·d + C²) numbers; O(d²) with a metric that reads the covariance; `memory` with one
 * that reads the spectra of the classes; up to three numbers a sample with scores of out-of-distribution detection.
 * Throws a RangeError when the sizes of splits and classifier do not fit each other.
 */
export async function measure(
  { train, test = null, ood = null, oodSets = {}, classifier = null, superclasses = null }: MeasureInput,
  { metrics = "default", weightDecay = null, memory = ONE_GIBIBYTE, signal }: MeasureOptions = {},
): Promise<MeasureResult> {
  for (const [name, source] of Object.entries({ train, test, ood, ...oodSets })) {
    if (source !== null || name === "train") requireSource(name, source);
  }
  const chosen = select(metrics, { ood: ood !== null, sets: Object.keys(oodSets) });
  if (test) {
    requireEqual("the width of the test features", test.width, train.width);
    requireEqual("the classes of the test split", test.classes, train.classes);
  }
  if (superclasses) requireEqual("the number of super-classes given", superclasses.length, train.classes);
  if (ood) requireEqual("the width of the out-of-distribution features", ood.width, train.width);
  for (const [set, { width }] of Object.entries(oodSets)) {
    requireEqual(`the width of the out-of-distribution features ${set}`, width, train.width);
  }
  const readers = chosen.map((metric) => ({ ...metric, split: partOf(metric) }));
  const reduction = new Reduction({
    sources: {
      train,
      test,
      ood,
      ...Object.fromEntries(Object.entries(oodSets).map(([set, source]) => [oodSet(set), source])),
    },
    classifier: readClassifier(classifier, train),
    superclasses,
    weightDecay,
    memory,
    turn: () => turn(signal),
    readers,
  });
  const outcomes: Record<string, Outcome> = {};
  for (const { name, needs, split, run } of readers) {
    const found = await reduction.read(needs, split);
    await turn(signal);
    outcomes[name] = isKnown(found) ? inRange(run(found as never)) : found;
  }
  const values = Object.fromEntries(
    Object.entries(outcomes).map(([name, outcome]) => [name, valueOf(outcome)]),
  );
  return { values, outcomes };
}

/** A quotient of numbers that can be measured may leave float64 itself. */
function inRange(outcome: Outcome): Outcome {
  return "undefined" in outcome || Number.isFinite(outcome.value)
    ? outcome
    : { undefined: "its value leaves the range of float64" };
}

function readClassifier(
  given: ClassifierInput | null,
  { classes, width }: FeatureSource,
): Classifier | null {
  if (classes < 2) throw new RangeError(`expected at least 2 classes, found ${classes}`);
  if (given === null) return null;
  const { weight, bias } = given;
  requireFloats("the classifier's weight", weight, "classes × width");
  if (bias) requireFloats("the classifier's bias", bias, "one for each class");
  requireEqual("the length of the classifier's weight (classes × width)", weight.length, classes * width);
  if (bias) requireEqual("the length of the classifier's bias", bias.length, classes);
  return {
    weight: Float64Array.from(weight),
    bias: bias ? Float64Array.from(bias) : new Float64Array(classes),
  };
}

function requireEqual(what: string, found: number, expected: number): void {
  if (found !== expected) throw new RangeError(`expected ${what} to be ${expected}, found ${found}`);
}
