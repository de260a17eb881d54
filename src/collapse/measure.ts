/** Measures features: the passes over the samples that a selection of metrics needs, and their values. */
import { type Metric, type Need, select, type Selection } from "./catalogue.ts";
import { moments, within } from "./moments.ts";
import { type NotDefined, type Outcome, valueOf } from "./outcome.ts";
import type { Classifier, ClassSums, DecisionCounts, FeatureSource } from "./source.ts";
import { given, type Known, type Reduced, type Split, type Statistics } from "./split.ts";

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
  readonly classifier: ClassifierInput;
}

export interface MeasureOptions {
  /** Which metrics: "default" (all that need no d × d matrix), "all", or names from the catalogue. */
  readonly metrics?: Selection;
}

export interface MeasureResult {
  /** A number a metric, or null where these features have no such value; ready for a row of metrics.csv. */
  readonly values: { readonly [metric: string]: number | null };
  /** The same with rank decision, sensitivity and notes, or the reason why there is no value. */
  readonly outcomes: { readonly [metric: string]: Outcome };
}

/**
 * Measures neural collapse on the features of a training split and, where given, a test split.
 * Means come first, then second moments around them: two passes over each split, and one more for decisions.
 * Throws a RangeError when the sizes of splits and classifier do not fit each other.
 */
export async function measure(
  { train, test = null, classifier }: MeasureInput,
  { metrics = "default" }: MeasureOptions = {},
): Promise<MeasureResult> {
  const chosen = select(metrics);
  const statistics = await reduce(train, test, readClassifier(classifier, train), chosen);
  const outcomes = Object.fromEntries(chosen.map((metric) => [metric.name, metric.run(statistics)]));
  const values = Object.fromEntries(
    Object.entries(outcomes).map(([name, outcome]) => [name, valueOf(outcome)]),
  );
  return { values, outcomes };
}

async function reduce(
  train: FeatureSource,
  test: FeatureSource | null,
  classifier: Classifier,
  chosen: readonly Metric[],
): Promise<Statistics> {
  const trainSplit = await reduceSplit(train, "training", needsOf(chosen, "train"), classifier);
  if (!test) return { train: trainSplit, test: NO_TEST, classifier };
  requireEqual("the width of the test features", test.width, train.width);
  requireEqual("the classes of the test split", test.classes, train.classes);
  const centres = given(trainSplit, ({ reduced }) => reduced);
  const testSplit = await reduceSplit(test, "test", needsOf(chosen, "test"), classifier, centres);
  return { train: trainSplit, test: testSplit, classifier };
}

const NO_TEST = { undefined: "there is no test split" };
const NOT_MEASURED = { undefined: "not measured: no chosen metric reads it" };

/** `centres` are the moments that hold the nearest centres; a training split is its own. */
async function reduceSplit(
  source: FeatureSource,
  name: string,
  needs: ReadonlySet<Need>,
  classifier: Classifier,
  centres: Known<Reduced> | null = null,
): Promise<Known<Split>> {
  if (needs.size === 0) return NOT_MEASURED;
  const sums = await source.classSums();
  const notFinite = findNotFinite(sums, name);
  if (notFinite) return notFinite;
  const reduced = needs.has("moments") ? await reduceMoments(source, sums, name) : NOT_MEASURED;
  const decisions = needs.has("decisions")
    ? await decide(source, centres ?? reduced, classifier)
    : NOT_MEASURED;
  return { count: sums.counts.reduce((a, b) => a + b), reduced, decisions };
}

async function reduceMoments(source: FeatureSource, sums: ClassSums, name: string): Promise<Known<Reduced>> {
  const empty = sums.counts.indexOf(0);
  if (empty >= 0) return { undefined: `class ${empty} has no ${name} samples` };
  const first = moments(sums);
  const second = await source.withinClass(first.means, first.between.basis);
  return { moments: first, within: within(second, first) };
}

/** Without centres only the classifier's own decisions mean something; the metrics know, so zeros do. */
async function decide(
  source: FeatureSource,
  centres: Known<Reduced>,
  classifier: Classifier,
): Promise<Known<DecisionCounts>> {
  if (!classifier.weight.every(Number.isFinite) || !classifier.bias.every(Number.isFinite)) {
    return { undefined: "the classifier holds NaN or infinite values" };
  }
  const means = "undefined" in centres ? new Float64Array(classifier.weight.length) : centres.moments.means;
  return await source.decisions(means, classifier);
}

function findNotFinite({ counts, sums }: ClassSums, name: string): NotDefined | null {
  const wrong = sums.findIndex((sum) => !Number.isFinite(sum));
  const label = Math.floor(wrong / (sums.length / counts.length));
  return wrong < 0 ? null : { undefined: `${name} features of class ${label} are NaN or infinite` };
}

/** Decisions compare with the training means, so a training split is always reduced to its moments. */
function needsOf(chosen: readonly Metric[], split: "train" | "test"): ReadonlySet<Need> {
  const needs = chosen.filter((metric) => metric.split === split).flatMap((metric) => metric.needs);
  return new Set(split === "train" ? ["moments", ...needs] : needs);
}

function readClassifier({ weight, bias }: ClassifierInput, { classes, width }: FeatureSource): Classifier {
  if (classes < 2) throw new RangeError(`expected at least 2 classes, found ${classes}`);
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
