/** The passes over the samples: from features to the statistics that a selection of metrics reads. */
import type { Metric, Need } from "./catalogue.ts";
import { classScatter } from "./class_scatter.ts";
import { unmeasurable } from "./magnitude.ts";
import { meanwhile } from "./meanwhile.ts";
import { type Moments, moments, within } from "./moments.ts";
import { centralPath } from "./mse.ts";
import { meanOfSamples, necoScores, principalDirections, type Scores } from "./nc5.ts";
import type { NotDefined } from "./outcome.ts";
import type { Classifier, ClassSums, FeatureSource } from "./source.ts";
import { classSpectra } from "./spectra.ts";
import {
  type Foreign,
  given,
  type Known,
  type LastLayer,
  type Reduced,
  type Split,
  type Statistics,
} from "./split.ts";

export interface Splits {
  readonly train: FeatureSource;
  readonly test: FeatureSource | null;
  readonly ood: FeatureSource | null;
  readonly classifier: Classifier | null;
}

export interface ReduceOptions {
  /** Of the optimizer; null where it is not known. */
  readonly weightDecay: number | null;
  /** Bytes that per-class matrices may take at a time. */
  readonly memory: number;
}

const NO_TEST = { undefined: "there is no test split" };
const NO_OOD = { undefined: "there are no out-of-distribution features" };
const NO_CLASSIFIER = { undefined: "there is no classifier" };
const NOT_MEASURED = { undefined: "not measured: no chosen metric reads it" };
const NO_WEIGHT_DECAY = { undefined: "the weight decay is not known" };

/** Reduces all splits to what `chosen` reads, and to nothing else. */
export async function reduce(
  splits: Splits,
  chosen: readonly Metric[],
  options: ReduceOptions,
): Promise<Statistics> {
  const { train, test, ood } = splits;
  const classifier = lastLayer(splits.classifier);
  const shared = new Set(chosen.flatMap(({ needs }) => needs));
  const trainNeeds = needsOf(chosen, "train");
  if (shared.has("scores")) trainNeeds.add("covariance");
  const trainSplit = await reduceSplit(train, {
    ...options,
    name: "training",
    needs: trainNeeds,
    classifier,
  });
  const directions = shared.has("scores") ? given(trainSplit, leadingDirections) : NOT_MEASURED;
  const testNeeds = needsOf(chosen, "test");
  if (chosen.some(({ split, needs }) => split === "ood" && needs.includes("scores"))) testNeeds.add("scores");
  const centres = given(trainSplit, ({ reduced }) => given(reduced, ({ moments }) => moments));
  const testSplit = test
    ? await reduceSplit(test, { ...options, name: "test", needs: testNeeds, classifier, centres })
    : NO_TEST;
  return {
    train: await addScores(trainSplit, train, trainNeeds, directions),
    test: test ? await addScores(testSplit, test, testNeeds, directions) : NO_TEST,
    ood: ood ? await reduceForeign(ood, directions) : NO_OOD,
    classifier,
  };
}

interface SplitOptions extends ReduceOptions {
  readonly name: string;
  readonly needs: ReadonlySet<Need>;
  readonly classifier: Known<Classifier>;
  /** The moments that hold the nearest centres; a training split is its own. */
  readonly centres?: Known<Moments>;
}

async function reduceSplit(source: FeatureSource, options: SplitOptions): Promise<Known<Split>> {
  const { name, needs, classifier, memory, weightDecay } = options;
  if (needs.size === 0) return NOT_MEASURED;
  const sums = await source.classSums();
  const wrong = findNotFinite(sums, name) ?? unmeasurable(meansOf(sums), `${name} features`);
  if (wrong) return wrong;
  const first = needs.has("moments") ? firstMoments(sums, name) : NOT_MEASURED;
  const deciding = decide(source, { needs, centres: options.centres ?? first, classifier });
  // A source in native decides on other threads; meanwhile this one finds the modes.
  const decided = await meanwhile(deciding, () => given(first, ({ between }) => between));
  const reduced = await given(first, (moments) => secondMoments(source, moments, name));
  const second = <T extends object>(
    need: Need,
    pass: (r: Reduced) => Promise<T>,
  ): Promise<Known<T>> | NotDefined => needs.has(need) ? given(reduced, pass) : NOT_MEASURED;
  const covariance = needs.has("covariance") || needs.has("centralPath")
    ? await given(reduced, (r) => covarianceOf(source, r))
    : NOT_MEASURED;
  return {
    count: sums.counts.reduce((a, b) => a + b),
    reduced,
    ...decided,
    covariance,
    classScatter: await second("classScatter", (r) => classScatterOf(source, r)),
    spectra: await second("spectra", (r) => classSpectra(source, r.moments, memory)),
    centralPath: needs.has("centralPath")
      ? pathOf(reduced, covariance, classifier, weightDecay)
      : NOT_MEASURED,
    scores: NOT_MEASURED,
  };
}

function firstMoments(sums: ClassSums, name: string): Known<Moments> {
  const empty = sums.counts.indexOf(0);
  return empty >= 0 ? { undefined: `class ${empty} has no ${name} samples` } : moments(sums);
}

async function secondMoments(source: FeatureSource, first: Moments, split: string): Promise<Known<Reduced>> {
  const second = await source.withinClass(first.means, first.between.basis);
  const distances = second.deviations.map(Math.sqrt);
  const name = `distances of ${split} features from their class means`;
  return unmeasurable(distances, name, { least: 0 }) ?? { moments: first, within: within(second, first) };
}

/** Without centres there are no decisions to compare, but the classifier's own can be counted. */
async function decide(
  source: FeatureSource,
  { needs, centres, classifier }: {
    needs: ReadonlySet<Need>;
    centres: Known<Moments>;
    classifier: Known<Classifier>;
  },
): Promise<Pick<Split, "decisions" | "correct" | "nearest">> {
  if ("undefined" in classifier) {
    const nearest = needs.has("decisions") ? await nearestOnly(source, centres) : NOT_MEASURED;
    return { decisions: classifier, correct: classifier, nearest };
  }
  const decisions = needs.has("decisions")
    ? await given(centres, ({ means }) => source.decisions(means, classifier))
    : NOT_MEASURED;
  const nearest = given(decisions, ({ centreCorrect }) => ({ correct: centreCorrect }));
  if (!needs.has("correct")) return { decisions, correct: NOT_MEASURED, nearest };
  const correct = "undefined" in decisions ? await source.correct(classifier) : decisions.classifierCorrect;
  return { decisions, correct: { correct }, nearest };
}

/** The nearest centre needs no classifier: the pass is given one of zeros, and what it decides is left unread. */
async function nearestOnly(
  source: FeatureSource,
  centres: Known<Moments>,
): Promise<Known<{ readonly correct: number }>> {
  const { classes, width } = source;
  const zeros = { weight: new Float64Array(classes * width), bias: new Float64Array(classes) };
  const counted = await given(centres, ({ means }) => source.decisions(means, zeros));
  return given(counted, ({ centreCorrect }) => ({ correct: centreCorrect }));
}

async function covarianceOf(source: FeatureSource, { moments }: Reduced): Promise<Float64Array> {
  const scatter = await source.withinClassScatter(moments.means);
  return scatter.map((sum) => sum / moments.count);
}

function classScatterOf(source: FeatureSource, { moments, within }: Reduced): Promise<Float64Array> {
  return moments.balanced ? Promise.resolve(within.scatter) : classScatter(source, moments);
}

function pathOf(
  reduced: Known<Reduced>,
  covariance: Known<Float64Array>,
  classifier: Known<Classifier>,
  weightDecay: number | null,
): Split["centralPath"] {
  if (weightDecay === null) return NO_WEIGHT_DECAY;
  if ("undefined" in classifier) return classifier;
  return given(
    reduced,
    ({ moments }) => given(covariance, (c) => centralPath(moments, c, classifier, weightDecay / 2)),
  );
}

function leadingDirections({ reduced, covariance }: Split): Known<Float64Array> {
  return given(reduced, ({ moments }) => given(covariance, (c) => principalDirections(moments, c)));
}

async function addScores(
  split: Known<Split>,
  source: FeatureSource,
  needs: ReadonlySet<Need>,
  directions: Known<Float64Array>,
): Promise<Known<Split>> {
  if ("undefined" in split || !needs.has("scores")) return split;
  return { ...split, scores: await scoresOf(source, directions) };
}

async function reduceForeign(
  source: FeatureSource,
  directions: Known<Float64Array>,
): Promise<Known<Foreign>> {
  const sums = await source.classSums();
  const name = "out-of-distribution";
  const wrong = findNotFinite(sums, name) ?? unmeasurable(meansOf(sums), `${name} features`);
  if (wrong) return wrong;
  return { mean: meanOfSamples(sums), scores: await scoresOf(source, directions) };
}

async function scoresOf(source: FeatureSource, directions: Known<Float64Array>): Promise<Known<Scores>> {
  return "undefined" in directions ? directions : await necoScores(source, directions);
}

function lastLayer(classifier: Classifier | null): Known<LastLayer> {
  if (classifier === null) return NO_CLASSIFIER;
  const { weight, bias } = classifier;
  if (!weight.every(Number.isFinite) || !bias.every(Number.isFinite)) {
    return { undefined: "the classifier holds NaN or infinite values" };
  }
  const count = bias.length;
  const rows = unmeasurable(weight, "weights of the classifier") ?? {
    values: weight,
    count,
    width: weight.length / count,
    name: "the classifier row of class",
    zero: 0,
  };
  return { weight, bias, rows };
}

function findNotFinite({ counts, sums }: ClassSums, name: string): NotDefined | null {
  const wrong = sums.findIndex((sum) => !Number.isFinite(sum));
  const label = Math.floor(wrong / (sums.length / counts.length));
  return wrong < 0 ? null : { undefined: `${name} features of class ${label} are NaN or infinite` };
}

/** μ_c, C × d, or zeros for a class without samples. */
function meansOf({ counts, sums }: ClassSums): Float64Array {
  const width = sums.length / counts.length;
  return sums.map((sum, i) => sum / Math.max(1, counts[Math.floor(i / width)]));
}

/** Decisions compare with the training means, so a training split is always reduced to its moments. */
function needsOf(chosen: readonly Metric[], split: "train" | "test"): Set<Need> {
  const needs = chosen.filter((metric) => metric.split === split).flatMap((metric) => metric.needs);
  return new Set(split === "train" ? ["moments", ...needs] : needs);
}
