/** Bootstrap intervals: how far a metric would move with another sample of the same size from each class. */
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { ByMetric } from "./by_metric.ts";
import { streamSource } from "./array_source.ts";
import { pieces } from "./blocks.ts";
import { measure, type MeasureInput, type MeasureOptions } from "./measure.ts";
import type { FeatureChunk, FeatureSource } from "./source.ts";

export interface BootstrapOptions extends MeasureOptions {
  /** Resamples; each costs one measurement. */
  readonly replicates?: number;
  readonly seed?: number;
  /** Share of the replicates inside the interval, between 0 and 1. */
  readonly confidence?: number;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
  /** Replicates with a value; the others were undefined. */
  readonly replicates: number;
}

/**
 * Percentile intervals of the selected metrics. Each replicate draws n_c samples with replacement within every class
 * of the training and of the test split; classifier and out-of-distribution features stay as they are. Equal seeds
 * give equal intervals. A metric that no replicate defines has none.
 * Memory beside that of `measure`: one number a sample.
 */
export async function bootstrap(
  input: MeasureInput,
  { replicates = 100, seed = 0, confidence = 0.95, ...options }: BootstrapOptions = {},
): Promise<ByMetric<Interval>> {
  requireOptions(replicates, confidence);
  const train = await resampler(input.train);
  const test = input.test ? await resampler(input.test) : null;
  const random = xoroshiro128plus(seed);
  const next = (bound: number) => uniformInt(random, 0, bound - 1);
  const drawn = new Map<string, number[]>();
  for (let replicate = 0; replicate < replicates; replicate++) {
    const resampled = { ...input, train: train(next), test: test ? test(next) : null };
    const { values } = await measure(resampled, options);
    for (const [name, value] of Object.entries(values)) {
      if (value === null) continue;
      if (!drawn.has(name)) drawn.set(name, []);
      drawn.get(name)?.push(value);
    }
  }
  return Object.fromEntries([...drawn].map(([name, values]) => [name, interval(values, confidence)]));
}

/** Draws with replacement within each class; `next(bound)` is a random whole number below `bound`. */
async function resampler(source: FeatureSource): Promise<(next: (bound: number) => number) => FeatureSource> {
  const members: number[][] = Array.from({ length: source.classes }, () => []);
  let count = 0;
  for await (const { labels } of source.chunks()) {
    for (const label of labels) members[label].push(count++);
  }
  return (next) => {
    const times = new Int32Array(count);
    for (const samples of members) {
      for (let i = 0; i < samples.length; i++) times[samples[next(samples.length)]]++;
    }
    const { width, classes } = source;
    return streamSource(() => repeated(source, times), { count, width, classes });
  };
}

/** The samples of `source`, each as often as `times` says, in chunks of their own. */
async function* repeated(source: FeatureSource, times: Int32Array): AsyncGenerator<FeatureChunk> {
  const { width } = source;
  let offset = 0;
  for await (const { features, labels } of pieces(source.chunks(), width)) {
    yield repeatRows(features, labels, times.subarray(offset), width);
    offset += labels.length;
  }
}

function repeatRows(
  features: Float32Array | Float64Array,
  labels: Int32Array,
  times: Int32Array,
  width: number,
): FeatureChunk {
  let total = 0;
  for (let i = 0; i < labels.length; i++) total += times[i];
  const chunk = { features: new Float64Array(total * width), labels: new Int32Array(total) };
  for (let i = 0, row = 0; i < labels.length; i++) {
    for (let r = 0; r < times[i]; r++, row++) {
      chunk.features.set(features.subarray(i * width, (i + 1) * width), row * width);
      chunk.labels[row] = labels[i];
    }
  }
  return chunk;
}

function interval(values: number[], confidence: number): Interval {
  const sorted = Float64Array.from(values).sort();
  const tail = (1 - confidence) / 2;
  return { low: quantile(sorted, tail), high: quantile(sorted, 1 - tail), replicates: values.length };
}

/** Linear interpolation between order statistics, as NumPy and PyTorch do by default. */
function quantile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const below = Math.floor(at), above = Math.ceil(at);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}

function requireOptions(replicates: number, confidence: number): void {
  if (!Number.isInteger(replicates) || replicates < 2) {
    throw new RangeError(`expected at least 2 replicates, found ${replicates}`);
  }
  if (!(confidence > 0 && confidence < 1)) {
    throw new RangeError(`expected a confidence between 0 and 1, found ${confidence}`);
  }
}
