/** Features in typed arrays or in a repeatable stream, reduced in plain TypeScript. */
import { BLOCK, blocks, centredBlocks, transposeRows } from "./blocks.ts";
import { requireFloats } from "./inputs.ts";
import { addGramOfRows, dotRows, squaredDistances } from "./kernels.ts";
import type {
  Classifier,
  ClassSums,
  DecisionCounts,
  FeatureChunk,
  FeatureSource,
  WithinClassSums,
} from "./source.ts";

export interface ArrayFeatures {
  /** N × d, row-major. */
  readonly features: Float32Array | Float64Array;
  /** N entries in 0..C−1. */
  readonly labels: ArrayLike<number> | ArrayLike<bigint>;
  /** d. */
  readonly width: number;
  /** C. */
  readonly classes: number;
}

export interface StreamShape {
  /** N where it is known beforehand; checked on every pass. */
  readonly count?: number;
  /** d. */
  readonly width: number;
  /** C. */
  readonly classes: number;
}

/**
 * Features held in one array. Nothing is copied; the passes hold a few hundred kilobytes beside it.
 * Throws a RangeError when the lengths do not fit each other.
 */
export function arraySource({ features, labels, width, classes }: ArrayFeatures): FeatureSource {
  const chunk: FeatureChunk = { features, labels: toInt32(labels) };
  checkChunk(chunk, width);
  return new ChunkSource(async function* () {
    yield chunk;
  }, { count: labels.length, width, classes });
}

/**
 * Features that arrive in chunks. `open` starts a pass from the beginning and must give the same samples in the
 * same order each time: measuring takes two to four passes (means, then what is centred on them, then
 * decisions). Memory: one chunk, and of sufficient statistics O(C·d + C²) numbers, or O(d²) for those that ask
 * for the whole covariance.
 */
export function streamSource(open: () => AsyncIterable<FeatureChunk>, shape: StreamShape): FeatureSource {
  return new ChunkSource(open, shape);
}

class ChunkSource implements FeatureSource {
  readonly width: number;
  readonly classes: number;
  #count: number | undefined;
  readonly #open: () => AsyncIterable<FeatureChunk>;

  constructor(open: () => AsyncIterable<FeatureChunk>, { count, width, classes }: StreamShape) {
    requirePositiveInteger("width", width);
    requirePositiveInteger("classes", classes);
    this.#open = open;
    this.#count = count;
    this.width = width;
    this.classes = classes;
  }

  get count(): number {
    if (this.#count === undefined) {
      throw new Error("the number of samples is known after the first pass: call classSums() before count");
    }
    return this.#count;
  }

  async *chunks(): AsyncGenerator<FeatureChunk> {
    let seen = 0;
    for await (const chunk of this.#open()) {
      checkChunk(chunk, this.width);
      checkLabels(chunk.labels, this.classes, seen);
      seen += chunk.labels.length;
      yield chunk;
    }
    this.#count ??= seen;
    if (seen !== this.#count) {
      throw new Error(
        `expected ${this.#count} samples in every pass, found ${seen}: the stream must repeat itself`,
      );
    }
  }

  async classSums(): Promise<ClassSums> {
    const { width, classes } = this;
    const counts = new Float64Array(classes);
    const sums = new Float64Array(classes * width);
    for await (const { features, labels } of this.chunks()) {
      for (let i = 0; i < labels.length; i++) {
        counts[labels[i]]++;
        addRow(features, i * width, sums, labels[i] * width, width);
      }
    }
    return { counts, sums };
  }

  async withinClass(means: Float64Array, basis: Float64Array): Promise<WithinClassSums> {
    const { width, classes } = this;
    const modes = basis.length / width;
    const scatter = new Float64Array(modes * modes);
    const deviations = new Float64Array(classes);
    const projected = new Float64Array(modes * BLOCK);
    for await (const { rows, count, labels } of centredBlocks(this.chunks(), width, means)) {
      for (let i = 0; i < count; i++) deviations[labels[i]] += squaredNorm(rows, i * width, width);
      if (modes === 0) continue;
      dotRows(basis, modes, rows, count, width, projected);
      addGramOfRows(projected, modes, count, scatter);
    }
    return { scatter, deviations };
  }

  async correct({ weight, bias }: Classifier): Promise<number> {
    const { width, classes } = this;
    const logits = new Float64Array(BLOCK * classes);
    let correct = 0;
    for await (const { rows, count, labels } of blocks(this.chunks(), width)) {
      dotRows(rows, count, weight, classes, width, logits);
      for (let i = 0; i < count; i++) {
        const start = i * classes;
        for (let c = 0; c < classes; c++) logits[start + c] += bias[c];
        if (highest(logits, start, classes) === labels[i]) correct++;
      }
    }
    return correct;
  }

  async decisions(centres: Float64Array, classifier: Classifier): Promise<DecisionCounts> {
    const { width, classes } = this;
    const { weight, bias } = classifier;
    const logits = new Float64Array(BLOCK * classes);
    const distances = new Float64Array(BLOCK * classes);
    const counts = { classifierCorrect: 0, centreCorrect: 0, agreement: 0, agreementWithoutBias: 0 };
    for await (const { rows, count, labels } of blocks(this.chunks(), width)) {
      dotRows(rows, count, weight, classes, width, logits);
      squaredDistances(rows, count, centres, classes, width, distances);
      for (let i = 0; i < count; i++) {
        const start = i * classes;
        const nearest = lowest(distances, start, classes);
        const unbiased = highest(logits, start, classes);
        for (let c = 0; c < classes; c++) logits[start + c] += bias[c];
        const predicted = highest(logits, start, classes);
        if (predicted === labels[i]) counts.classifierCorrect++;
        if (nearest === labels[i]) counts.centreCorrect++;
        if (predicted === nearest) counts.agreement++;
        if (unbiased === nearest) counts.agreementWithoutBias++;
      }
    }
    return counts;
  }

  async withinClassScatter(means: Float64Array): Promise<Float64Array> {
    const { width } = this;
    const scatter = new Float64Array(width * width);
    const columns = new Float64Array(width * BLOCK);
    for await (const { rows, count } of centredBlocks(this.chunks(), width, means)) {
      transposeRows(rows, count, width, columns);
      addGramOfRows(columns, width, count, scatter);
    }
    return scatter;
  }
}

function toInt32(labels: ArrayLike<number> | ArrayLike<bigint>): Int32Array {
  if (labels instanceof Int32Array) return labels;
  const numberAt = (i: number) => typeof labels[i] === "bigint" ? Number(labels[i]) : labels[i];
  const converted = Int32Array.from({ length: labels.length }, (_, i) => numberAt(i) as number);
  const wrong = converted.findIndex((label, i) => label !== numberAt(i));
  if (wrong >= 0) {
    throw new RangeError(`expected whole numbers as labels, found ${labels[wrong]} at sample ${wrong}`);
  }
  return converted;
}

function addRow(
  from: Float32Array | Float64Array,
  start: number,
  to: Float64Array,
  offset: number,
  width: number,
): void {
  for (let k = 0; k < width; k++) to[offset + k] += from[start + k];
}

function squaredNorm(rows: Float64Array, start: number, width: number): number {
  let sum = 0;
  for (let k = start; k < start + width; k++) sum += rows[k] * rows[k];
  return sum;
}

function lowest(values: Float64Array, start: number, count: number): number {
  let best = 0;
  for (let c = 1; c < count; c++) if (values[start + c] < values[start + best]) best = c;
  return best;
}

function highest(values: Float64Array, start: number, count: number): number {
  let best = 0;
  for (let c = 1; c < count; c++) if (values[start + c] > values[start + best]) best = c;
  return best;
}

function checkChunk({ features, labels }: FeatureChunk, width: number): void {
  requireFloats("features", features, "samples × width");
  if (features.length !== labels.length * width) {
    throw new RangeError(
      `expected ${labels.length} labels × width ${width} = ${
        labels.length * width
      } feature values, found ${features.length}`,
    );
  }
}

function checkLabels(labels: Int32Array, classes: number, offset: number): void {
  for (let i = 0; i < labels.length; i++) {
    if (!(labels[i] >= 0 && labels[i] < classes)) {
      throw new RangeError(
        `expected labels in 0..${classes - 1}, found ${labels[i]} at sample ${offset + i}`,
      );
    }
  }
}

function requirePositiveInteger(name: string, value: number): void {
  if (!Number.isInteger(value) || value < 1) {
    throw new RangeError(`expected ${name} to be a positive integer, found ${value}`);
  }
}
