/**
 * Singular values alone: reflections to a bidiagonal matrix, then bisection, which ends after as many halvings as
 * float64 has digits whatever the matrix. A third of the time of rotations. Golub & Kahan 1965; Demmel 1997, section 5.4.
 */
import { reflect, scaledToOne, transposed } from "./singular.ts";
import { norm } from "./vectors.ts";

/** Halvings from the bound on all values to the last digit of the largest. */
const HALVINGS = 54;
/** Of a matrix scaled to 1, a part of this length is nothing. */
const NOTHING = 2 ** -400;

/**
 * Singular values of a rows × columns matrix, largest first, to the rounding of the largest; below that they are 0.
 * Throws a RangeError for entries that are not finite.
 */
export function singularValues(matrix: Float64Array, rows: number, columns: number): Float64Array {
  const { values: scaled, unit } = scaledToOne(matrix);
  const wide = columns >= rows;
  const [count, width] = wide ? [rows, columns] : [columns, rows];
  const oriented = wide ? scaled : transposed(scaled, rows, columns);
  const entries = bidiagonal(
    Array.from({ length: count }, (_, i) => oriented.subarray(i * width, (i + 1) * width)),
  );
  const values = bisect(entries, count).sort().reverse();
  const floor = count * Number.EPSILON * values[0];
  return values.map((sigma) => (sigma > floor ? sigma * unit : 0));
}

/** Overwrites the rows; returns a_1, b_1, a_2, …, a_n: the diagonal, and between its entries those below it. */
function bidiagonal(rows: Float64Array[]): Float64Array {
  const entries = new Float64Array(2 * rows.length - 1);
  for (let k = 0; k < rows.length; k++) {
    const length = norm(rows[k].subarray(k));
    if (length > NOTHING) {
      reflect(rows, k, length);
      entries[2 * k] = length;
    }
    if (k + 1 < rows.length) entries[2 * k + 1] = reflectColumn(rows, k);
  }
  return entries;
}

/** The reflection that leaves of column `k`, below row k, only its first entry; returns the length of that part. */
function reflectColumn(rows: Float64Array[], k: number): number {
  const below = rows.slice(k + 1);
  const mirror = Float64Array.from(below, (row) => row[k]);
  const length = norm(mirror);
  if (!(length > NOTHING)) return 0;
  mirror[0] += mirror[0] > 0 ? length : -length;
  const square = mirror.reduce((sum, x) => sum + x * x, 0);
  const sums = new Float64Array(rows[k].length);
  below.forEach((row, i) => {
    for (let j = k + 1; j < row.length; j++) sums[j] += mirror[i] * row[j];
  });
  below.forEach((row, i) => {
    const factor = 2 * mirror[i] / square;
    for (let j = k + 1; j < row.length; j++) row[j] -= factor * sums[j];
  });
  return length;
}

/**
 * The `count` singular values of a bidiagonal matrix: the positive half of the eigenvalues of the tridiagonal matrix with
 * zeros on its diagonal and `entries` beside it. Values in one interval are halved together.
 */
function bisect(entries: Float64Array, count: number): Float64Array {
  const squares = entries.map((x) => x * x);
  const bound = entries.reduce((most, x, i) => Math.max(most, x + (entries[i + 1] ?? 0)), 0) *
    (1 + 4 * Number.EPSILON);
  const values = new Float64Array(count);
  if (bound === 0) return values;
  const halve = (low: number, high: number, first: number, last: number, left: number) => {
    if (first === last) return;
    const middle = (low + high) / 2;
    if (left === 0) {
      values.fill(middle, first, last);
      return;
    }
    const split = Math.min(last, Math.max(first, countBelow(squares, middle) - count));
    halve(low, middle, first, split, left - 1);
    halve(middle, high, split, last, left - 1);
  };
  halve(0, bound, 0, count, HALVINGS);
  return values;
}

/** Eigenvalues below `x` > 0: the negative pivots of the tridiagonal matrix less x (Sylvester). */
function countBelow(squares: Float64Array, x: number): number {
  let pivot = -x;
  let negative = 1;
  for (let i = 0; i < squares.length; i++) {
    pivot = -x - squares[i] / pivot;
    if (pivot === 0) pivot = -Number.MIN_VALUE;
    if (pivot < 0) negative++;
  }
  return negative;
}
