/** Features that are drawn to show a kind of collapse: where class means lie, how samples spread around them, where the classifier points. */
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { arraySource } from "../../collapse/array_source.ts";
import type { MeasureInput } from "../../collapse/measure.ts";
import { simplexCorners } from "../../collapse/simplex.ts";
import type { FeatureSource } from "../../collapse/source.ts";

/** What can be set. Class means have length 1 around their centre where nothing is weak and no two are near each other. */
export interface Settings {
  /** Root mean square distance of samples from their class mean. */
  readonly noise: number;
  /** Samples of the first class over samples of the last; the others lie between, evenly on a logarithmic scale. */
  readonly imbalance: number;
  /** Degrees between the means of the last two classes; {@link WIDEST} in a simplex. */
  readonly angle: number;
  /** Factor on the one direction that tells the means of the first two classes apart. */
  readonly weak: number;
  /** Degrees that the classifier is turned out of the space of the class means, keeping its shape. */
  readonly turn: number;
}

export const CLASSES = 5;
/** Of the features: class means, the directions into which the classifier turns, where all samples are off zero, and some for noise. */
export const WIDTH = 16;
/** Degrees between two corners of the simplex. */
export const WIDEST = Math.acos(-1 / (CLASSES - 1)) * 180 / Math.PI;
const MOST_SAMPLES = 60;
const LEAST_SAMPLES = 3;
const TEST_SAMPLES = 20;
/** How far the centre of all means is from zero, as features behind a ReLU are. */
const OFFSET = 2;
/** Of the classifier: logits large enough for probabilities. */
const CONFIDENCE = 10;
const SEEDS = { train: 1, test: 2 } as const;

/** The same numbers for the same settings: moving one of them moves nothing else. */
export function drawnInput(settings: Settings): MeasureInput & { readonly train: FeatureSource } {
  const means = meansOf(settings);
  const counts = Array.from(
    { length: CLASSES },
    (_, c) => Math.round(MOST_SAMPLES * settings.imbalance ** (-c / (CLASSES - 1))),
  );
  return {
    train: samplesOf(means, counts.map((count) => Math.max(LEAST_SAMPLES, count)), settings.noise, "train"),
    test: samplesOf(means, counts.map(() => TEST_SAMPLES), settings.noise, "test"),
    classifier: classifierOf(means, settings.turn),
  };
}

/** CLASSES rows of CLASSES numbers: the corners of a simplex, two of them moved together, and one direction made weak. */
function meansOf({ angle, weak }: Settings): number[][] {
  const corners = simplexCorners(CLASSES, CLASSES);
  const [first, second] = corners as [number[], number[]];
  const [before, last] = corners.slice(-2) as [number[], number[]];
  const [middle, apart] = [unit(sum(before, last, 1)), unit(sum(before, last, -1))];
  const half = angle / 2 * Math.PI / 180;
  const near = (sign: number) => sum(times(middle, Math.cos(half)), times(apart, Math.sin(half)), sign);
  const direction = unit(sum(first, second, -1));
  const weakened = (mean: number[]) => sum(mean, times(direction, dot(mean, direction)), weak - 1);
  return [...corners.slice(0, -2), near(1), near(-1)].map(weakened);
}

/** Training samples have exactly these means, so that noise tells of NC1 alone. */
function samplesOf(
  means: readonly (readonly number[])[],
  counts: readonly number[],
  noise: number,
  split: keyof typeof SEEDS,
): FeatureSource {
  const normal = gaussian(SEEDS[split]);
  const total = counts.reduce((a, b) => a + b);
  const features = new Float64Array(total * WIDTH);
  const labels = new Int32Array(total);
  let row = 0;
  counts.forEach((count, c) => {
    const draws = Array.from({ length: MOST_SAMPLES }, () => Array.from({ length: WIDTH }, normal));
    const own = draws.slice(0, count);
    const centre = Array.from(
      { length: WIDTH },
      (_, k) => split === "test" ? 0 : own.reduce((total, draw) => total + draw[k]!, 0) / count,
    );
    for (const draw of own) {
      labels[row] = c;
      const scale = noise / Math.sqrt(WIDTH);
      draw.forEach((x, k) => {
        const mean = k < CLASSES ? means[c]![k]! : k === WIDTH - 1 ? OFFSET : 0;
        features[row * WIDTH + k] = mean + scale * (x - centre[k]!);
      });
      row++;
    }
  });
  return arraySource({ features, labels, width: WIDTH, classes: CLASSES });
}

/** Rows along the centred means, turned into as many directions of their own; the bias that makes it the nearest centre's rule. */
function classifierOf(
  means: readonly (readonly number[])[],
  turn: number,
): NonNullable<MeasureInput["classifier"]> {
  const centre = means[0]!.map((_, k) => means.reduce((total, mean) => total + mean[k]!, 0) / CLASSES);
  const [along, across] = [Math.cos(turn * Math.PI / 180), Math.sin(turn * Math.PI / 180)];
  const weight = new Float64Array(CLASSES * WIDTH);
  const bias = new Float64Array(CLASSES);
  means.forEach((mean, c) => {
    mean.forEach((x, k) => {
      const own = CONFIDENCE * (x - centre[k]!);
      weight[c * WIDTH + k] = along * own;
      weight[c * WIDTH + CLASSES + k] = across * own;
    });
    bias[c] = -CONFIDENCE * dot(mean, mean) / 2;
  });
  // What all have in common decides nothing.
  const common = bias.reduce((total, b) => total + b, 0) / CLASSES;
  return { weight, bias: bias.map((b) => b - common) };
}

/** A seeded source of standard normal numbers (Box–Muller). */
function gaussian(seed: number): () => number {
  const generator = xoroshiro128plus(seed);
  return () => {
    const radius = Math.sqrt(-2 * Math.log(1 - uniformFloat64(generator)));
    return radius * Math.cos(2 * Math.PI * uniformFloat64(generator));
  };
}

/** a + factor · b. */
function sum(a: readonly number[], b: readonly number[], factor: number): number[] {
  return a.map((x, i) => x + factor * b[i]!);
}

function times(a: readonly number[], factor: number): number[] {
  return a.map((x) => factor * x);
}

function unit(a: readonly number[]): number[] {
  return times(a, 1 / Math.sqrt(dot(a, a)));
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((total, x, i) => total + x * b[i]!, 0);
}
