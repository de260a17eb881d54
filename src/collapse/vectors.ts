/** Sets of vectors (class means, classifier rows) and the few statistics that several metric families share. */
import { gramOfRows, squaredDistancesOfRows } from "./kernels.ts";
import { oncePer } from "./once.ts";
import type { NotDefined } from "./outcome.ts";

/** `count` vectors of `width` numbers, row-major. */
export interface Rows {
  readonly values: Float64Array;
  readonly count: number;
  readonly width: number;
  /** What a row is, for messages: "the centred mean of class", "the classifier row of class". */
  readonly name: string;
  /** A row of at most this norm is zero but for rounding, so it has no direction. */
  readonly zero: number;
}

/** Rows that all have a direction. */
export interface Directions {
  readonly rows: Rows;
  /** ‖a_c‖, none of them zero. */
  readonly lengths: Float64Array;
  /** â_c, row-major. */
  readonly unit: Float64Array;
}

/** ‖a_c‖ for each row. */
export function norms({ values, count, width }: Rows): Float64Array {
  return Float64Array.from({ length: count }, (_, c) => norm(values.subarray(c * width, (c + 1) * width)));
}

/** Sums of squares outside of these have lost digits to the ends of float64, or all of them. */
const [LEAST_SQUARE, MOST_SQUARE] = [2 ** -900, 2 ** 1000];

/** Euclidean norm of all entries: of a vector, or the Frobenius norm of a matrix; also where their squares leave float64. */
export function norm(values: Float64Array): number {
  let sum = 0;
  for (const x of values) sum += x * x;
  if (sum >= LEAST_SQUARE && sum <= MOST_SQUARE) return Math.sqrt(sum);
  let largest = 0;
  for (const x of values) largest = Math.max(largest, Math.abs(x));
  if (largest === 0 || !Number.isFinite(largest)) return largest;
  sum = 0;
  for (const x of values) sum += (x / largest) ** 2;
  return largest * Math.sqrt(sum);
}

/** Whether all rows are zero but for rounding, so that nothing can be measured relative to their size. */
export function allZero({ values, count, zero }: Rows): boolean {
  return !(norm(values) > zero * Math.sqrt(count));
}

export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

/** Standard deviation with divisor n − `removed`: 1 for the unbiased variance, 0 for the biased one. */
export function std(values: ArrayLike<number>, removed: 0 | 1 = 1): number {
  const centre = mean(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] - centre) ** 2;
  return Math.sqrt(sum / (values.length - removed));
}

/** Rows scaled to length 1, or the reason why one of them cannot be. */
export const directions = oncePer((rows: Rows): Directions | NotDefined => {
  const { values, count, width, name, zero } = rows;
  const lengths = norms(rows);
  const flat = lengths.findIndex((length) => !(length > zero));
  if (flat >= 0) return { undefined: `${name} ${flat} is zero and has no direction` };
  const unit = new Float64Array(count * width);
  for (let i = 0; i < unit.length; i++) unit[i] = values[i] / lengths[Math.floor(i / width)];
  return { rows, lengths, unit };
});

// Each of these takes C²d products, which several metrics share.

/** ⟨a_c, a_c′⟩, C × C. */
export const gram = oncePer(({ values, count, width }: Rows) => gramOfRows(values, count, width));

/** cos(a_c, a_c′) over the ordered pairs c ≠ c′. */
export const cosines = oncePer(({ rows, lengths }: Directions) => {
  const { count } = rows;
  const all = gram(rows).map((product, i) => product / (lengths[Math.floor(i / count)] * lengths[i % count]));
  return offDiagonal(all, count);
});

/** ‖â_c − â_c′‖² over the same pairs, by differences. */
export const squaredChords = oncePer(({ rows: { count, width }, unit }: Directions) =>
  offDiagonal(squaredDistancesOfRows(unit, count, width), count)
);

/** The entries off the diagonal of a C × C matrix, row by row: the ordered pairs c ≠ c′. */
export function offDiagonal(matrix: Float64Array, count: number): Float64Array {
  return matrix.filter((_, i) => i % (count + 1) !== 0);
}

/** Each row minus `centre`. */
export function centreRows(values: Float64Array, count: number, centre: Float64Array): Float64Array {
  const width = centre.length;
  const centred = new Float64Array(count * width);
  for (let c = 0; c < count; c++) {
    for (let k = 0; k < width; k++) centred[c * width + k] = values[c * width + k] - centre[k];
  }
  return centred;
}

/** Mean of the rows. */
export function meanRow(values: Float64Array, count: number, width: number): Float64Array {
  const centre = new Float64Array(width);
  for (let i = 0; i < count * width; i++) centre[i % width] += values[i];
  return centre.map((sum) => sum / count);
}
