/**
 * What a moving picture of collapse needs of one checkpoint: class means, rows of the classifier and some samples of a
 * few classes, in coordinates that are the same for all checkpoints. The frame is the one in which the class means come
 * nearest to an exact simplex (orthogonal Procrustes), so that nothing turns from epoch to epoch but what moves.
 */
import { symmetricEigen } from "./eigen.ts";
import { simplexCorners } from "./simplex.ts";
import type { FeatureChunk } from "./source.ts";

/** K classes of C; coordinates are K numbers each, in units of the mean length of the K centred class means. */
export interface Frame {
  readonly epoch: number;
  /** The labels of the K classes. */
  readonly classes: readonly number[];
  /** K rows. */
  readonly means: readonly (readonly number[])[];
  /** K rows of the classifier, in units of their own mean length. */
  readonly rows: readonly (readonly number[])[];
  /** For each of the K classes, its samples. */
  readonly samples: readonly (readonly (readonly number[])[])[];
  /** C × C cosines between centred class means, and between rows of the classifier; null for many classes. */
  readonly cosines: {
    readonly means: readonly (readonly number[])[];
    readonly rows: readonly (readonly number[])[];
  } | null;
}

export interface FrameInput {
  readonly epoch: number;
  readonly width: number;
  /** C × d, row-major. */
  readonly means: Float64Array;
  readonly weight: Float64Array;
  /** Of each drawn class, features of width d. */
  readonly samples: readonly (readonly ArrayLike<number>[])[];
}

/** Classes that are drawn: the first ones. */
export const MOST_CLASSES = 10;
/** Samples kept a class. */
export const SAMPLES = 24;
/** Classes up to which all cosines are kept. */
const MOST_COSINES = 32;

/** Takes from chunks the first {@link SAMPLES} features of each of the first `k` classes. */
export async function firstSamples(
  chunks: AsyncIterable<FeatureChunk>,
  k: number,
  width: number,
): Promise<ArrayLike<number>[][]> {
  const found: ArrayLike<number>[][] = Array.from({ length: k }, () => []);
  for await (const { features, labels } of chunks) {
    labels.forEach((label, i) => {
      if (label < k && found[label]!.length < SAMPLES) {
        found[label]!.push(features.slice(i * width, (i + 1) * width));
      }
    });
    if (found.every((own) => own.length === SAMPLES)) break;
  }
  return found;
}

export function frameOf({ epoch, width, means, weight, samples }: FrameInput): Frame {
  const classes = means.length / width;
  const k = samples.length;
  const centre = columnMeans(means, width);
  const centred = rowsOf(means, width).map((row) => row.map((value, i) => value - centre[i]!));
  const rows = rowsOf(weight, width);
  const drawn = centred.slice(0, k);
  const basis = alignedBasis(drawn, simplexCorners(k, classes));
  const [size, rowSize] = [meanLength(drawn), meanLength(rows.slice(0, k))];
  const place = (vector: ArrayLike<number>, unit: number) =>
    basis.map((axis) => rounded(unit === 0 ? 0 : dot(axis, vector) / unit));
  return {
    epoch,
    classes: Array.from({ length: k }, (_, i) => i),
    means: drawn.map((row) => place(row, size)),
    rows: rows.slice(0, k).map((row) => place(row, rowSize)),
    samples: samples.map((own) =>
      own.map((feature) => place(Array.from(feature, (value, i) => value - centre[i]!), size))
    ),
    cosines: classes > MOST_COSINES ? null : { means: cosines(centred), rows: cosines(rows) },
  };
}

/** K orthonormal axes of width d (fewer directions give axes of zeros): Mᵀ S (Sᵀ M Mᵀ S)^(−1/2). */
function alignedBasis(
  means: readonly (readonly number[])[],
  corners: readonly (readonly number[])[],
): number[][] {
  const k = means.length;
  // Columns of Mᵀ S, as rows.
  const turned = corners.map((_, j) => weighted(means, means.map((_, i) => corners[i]![j]!)));
  const gram = Float64Array.from(turned.flatMap((a) => turned.map((b) => dot(a, b))));
  const { values, vectors } = symmetricEigen(gram, k);
  const largest = Math.max(...values, 0);
  const roots = Array.from(values, (value) => value > 1e-10 * largest ? 1 / Math.sqrt(value) : 0);
  return turned.map((_, j) => {
    const coefficients = turned.map((_, i) =>
      roots.reduce((sum, root, e) => sum + root * entry(vectors, k, i, e) * entry(vectors, k, j, e), 0)
    );
    return weighted(turned, coefficients);
  });
}

/** Of the eigenvector e, entry i. */
function entry(vectors: Float64Array, k: number, i: number, e: number): number {
  return vectors[e * k + i]!;
}

function cosines(rows: readonly (readonly number[])[]): number[][] {
  const lengths = rows.map((row) => Math.sqrt(dot(row, row)));
  return rows.map((a, i) =>
    rows.map((b, j) => {
      const size = lengths[i]! * lengths[j]!;
      return size === 0 ? 0 : rounded(dot(a, b) / size);
    })
  );
}

function weighted(rows: readonly (readonly number[])[], weights: readonly number[]): number[] {
  return rows[0]!.map((_, at) => rows.reduce((sum, row, i) => sum + weights[i]! * row[at]!, 0));
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function meanLength(rows: readonly (readonly number[])[]): number {
  return rows.reduce((sum, row) => sum + Math.sqrt(dot(row, row)), 0) / rows.length;
}

function columnMeans(matrix: Float64Array, width: number): number[] {
  const rows = rowsOf(matrix, width);
  return rows[0]!.map((_, i) => rows.reduce((sum, row) => sum + row[i]!, 0) / rows.length);
}

function rowsOf(matrix: Float64Array, width: number): number[][] {
  return Array.from(
    { length: matrix.length / width },
    (_, i) => [...matrix.subarray(i * width, (i + 1) * width)],
  );
}

/** Three decimals are finer than a picture shows. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
