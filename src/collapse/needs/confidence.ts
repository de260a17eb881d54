/** What the classifier's probabilities are worth: bins of confidence, margins, and the temperature that fits them. */
import { BLOCK, blocks } from "../blocks.ts";
import { dotRows, squaredDistancesOfRows } from "../kernels.ts";
import type { ConfidenceBin } from "../outcome.ts";
import type { Classifier, FeatureSource } from "../source.ts";
import { lastLayer, weightRows } from "./classifier.ts";
import { type Maybe, need } from "./need.ts";
import { samples } from "./samples.ts";

/** Equal widths of confidence, as most papers have it. */
const BINS = 15;

/** Expected calibration error: Σ over bins of |Σ confidence − right decisions|, over the number of samples. */
export interface Calibration {
  readonly error: number;
  readonly bins: readonly ConfidenceBin[];
}

export const calibration = need({
  name: "calibration",
  after: { samples, lastLayer },
  passes: 1,
  samplewise: true,
  reduce: ({ samples: { source }, lastLayer }) => calibrationAt(source, lastLayer, 1, () => true),
});

/** mean_i min_{c≠y_i} (z_y − z_c)/‖w_y − w_c‖: the distance of a feature from where its decision would turn wrong. */
export const margins = need({
  name: "margins",
  // Rows whose lengths can be measured.
  after: { samples, lastLayer, weightRows },
  passes: 1,
  samplewise: true,
  memory: { kept: ({ classes }) => classes ** 2 },
  async reduce({ samples: { source, count }, lastLayer }): Promise<Maybe<{ readonly mean: number }>> {
    const classes = lastLayer.bias.length;
    const lengths = squaredDistancesOfRows(lastLayer.weight, classes, source.width).map(Math.sqrt);
    if (lengths.some((length, i) => !(length > 0) && i % (classes + 1) !== 0)) {
      return { undefined: "two rows of the classifier are equal" };
    }
    let sum = 0;
    for await (const { logits, label } of logitsOf(source, lastLayer)) {
      let least = Infinity;
      for (let c = 0; c < classes; c++) {
        if (c === label) continue;
        least = Math.min(least, (logits[label]! - logits[c]!) / lengths[label * classes + c]!);
      }
      sum += least;
    }
    return Number.isFinite(sum)
      ? { mean: sum / count }
      : { undefined: "a logit leaves the range of float64" };
  },
});

export interface Temperature {
  /** T that minimises the cross-entropy of softmax(z/T) on every second sample. */
  readonly value: number;
  /** Expected calibration error of softmax(z/T) on the others, with its bins. */
  readonly error: number;
  readonly bins: readonly ConfidenceBin[];
}

/** Bounds of (largest difference of logits) / T over the temperatures that are tried. */
const [COLDEST, HOTTEST] = [1e7, 1e-5];
const STEPS = 100;
const EXACT = 1e-14;

export const temperature = need({
  name: "temperature",
  after: { samples, lastLayer },
  // Newton's steps; about this many.
  passes: 10,
  samplewise: true,
  async reduce({ samples: { source }, lastLayer }): Promise<Maybe<Temperature>> {
    const held = (index: number) => index % 2 === 0;
    let [low, high] = [0, Infinity];
    let inverse = 1;
    for (let step = 0; step < STEPS; step++) {
      const { slope, curvature, apart } = await slopeAt(source, lastLayer, inverse, held);
      if (!Number.isFinite(apart)) return { undefined: "a logit leaves the range of float64" };
      if (apart === 0) return { undefined: "the logits of each held-out sample are equal" };
      if (slope > 0) high = inverse;
      else low = inverse;
      const newton = inverse - slope / curvature;
      // Newton's steps are for between two slopes of opposite sign: beyond, they creep.
      const inside = high < Infinity && newton > low && newton < high;
      const next = inside ? newton : high === Infinity ? 4 * inverse : (low + high) / 2;
      if (next > inverse && !(next * apart < COLDEST)) {
        return { undefined: "every held-out sample is right, and no temperature above 0 fits best" };
      }
      if (next < inverse && !(next * apart > HOTTEST)) {
        return { undefined: "held-out samples are decided worse than by chance: no temperature fits" };
      }
      const moved = Math.abs(next - inverse);
      inverse = next;
      if (moved <= EXACT * inverse) break;
    }
    const left = await calibrationAt(source, lastLayer, inverse, (index) => !held(index));
    return { value: 1 / inverse, ...left };
  },
});

/**
 * First and second derivative, by the inverse temperature, of the cross-entropy summed over the chosen samples, and the
 * largest distance of a logit from that of its label.
 */
async function slopeAt(
  source: FeatureSource,
  classifier: Classifier,
  inverse: number,
  chosen: (index: number) => boolean,
): Promise<{ slope: number; curvature: number; apart: number }> {
  let slope = 0, curvature = 0, apart = 0;
  for await (const { logits, label, index } of logitsOf(source, classifier)) {
    if (!chosen(index)) continue;
    const shares = softmax(logits, inverse);
    // Relative to the logit of the label: of a sample that is right every term is at most 0, however small.
    let mean = 0;
    for (let c = 0; c < shares.length; c++) {
      const gap = logits[c]! - logits[label]!;
      mean += shares[c]! * gap;
      apart = Math.max(apart, Math.abs(gap));
    }
    for (let c = 0; c < shares.length; c++) {
      curvature += shares[c]! * (logits[c]! - logits[label]! - mean) ** 2;
    }
    slope += mean;
  }
  return { slope, curvature, apart };
}

async function calibrationAt(
  source: FeatureSource,
  classifier: Classifier,
  inverse: number,
  chosen: (index: number) => boolean,
): Promise<Calibration> {
  const gaps = new Float64Array(BINS);
  const bins = Array.from({ length: BINS }, () => ({ count: 0, confidence: 0, right: 0 }));
  let count = 0;
  for await (const { logits, label, index } of logitsOf(source, classifier)) {
    if (!chosen(index)) continue;
    const shares = softmax(logits, inverse);
    let best = 0;
    for (let c = 1; c < shares.length; c++) if (logits[c]! > logits[best]!) best = c;
    const bin = Math.min(BINS - 1, Math.ceil(shares[best]! * BINS) - 1);
    gaps[bin]! += shares[best]! - (best === label ? 1 : 0);
    // Of logits that leave float64 no bin is known; the error is not finite then.
    const own = bins[bin];
    if (own !== undefined) {
      own.count++;
      own.confidence += shares[best]!;
      if (best === label) own.right++;
    }
    count++;
  }
  return {
    error: gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / count,
    bins: bins.map(({ count, confidence, right }) => ({
      count,
      confidence: count === 0 ? null : confidence / count,
      accuracy: count === 0 ? null : right / count,
    })),
  };
}

function softmax(logits: Float64Array, inverse: number): Float64Array {
  const highest = logits.reduce((a, b) => Math.max(a, b));
  const shares = logits.map((z) => Math.exp((z - highest) * inverse));
  const sum = shares.reduce((a, b) => a + b);
  return shares.map((share) => share / sum);
}

/** Wh + b of each sample, in one reused array, with its label and its place. */
export async function* logitsOf(
  source: FeatureSource,
  { weight, bias }: Classifier,
): AsyncGenerator<{ logits: Float64Array; label: number; index: number }> {
  const classes = bias.length;
  const products = new Float64Array(BLOCK * classes);
  let index = 0;
  for await (const { rows, count, labels } of blocks(source.chunks(), source.width)) {
    dotRows(rows, count, weight, classes, source.width, products);
    for (let i = 0; i < count; i++) {
      const logits = products.subarray(i * classes, (i + 1) * classes);
      for (let c = 0; c < classes; c++) logits[c]! += bias[c]!;
      yield { logits, label: labels[i]!, index: index++ };
    }
  }
}
