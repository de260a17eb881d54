/**
 * Singular values with right singular vectors by QR with column pivoting and one-sided Jacobi rotations. Bidiagonal
 * iterations may turn for ever on exactly rank-deficient matrices; rotations of a matrix of known rank end after a few
 * sweeps. Demmel & Veselić 1992; Drmač & Veselić 2008.
 */
import { norm } from "./vectors.ts";

/** K = min(rows, columns) singular triplets, largest first; `right` is K × columns with orthonormal rows. */
export interface RightSingular {
  readonly values: Float64Array;
  readonly right: Float64Array;
}

/** Rows of a matrix, in place: `count` of them, each of `width` entries. */
interface Vectors {
  readonly values: Float64Array;
  readonly count: number;
  readonly width: number;
}

/** Far more than any matrix takes: about ten do. */
const SWEEPS = 60;

/**
 * Singular values and right singular vectors of a rows × columns matrix. The matrix itself is decomposed and not
 * its Gram matrix, whose eigenvalues would lose half of the digits of the small modes. Values below the rounding of the
 * largest are 0, and their vectors complete an orthonormal set. Throws a RangeError for entries that are not finite.
 */
export function rightSingular(matrix: Float64Array, rows: number, columns: number): RightSingular {
  const { values: scaled, unit } = scaledToOne(matrix);
  const wide = columns >= rows;
  const vectors = wide
    ? { values: scaled, count: rows, width: columns }
    : triangle(transposed(scaled, rows, columns), columns, rows);
  const values = orthogonalise(vectors);
  const order = descending(values);
  const right = new Float64Array(order.length * columns);
  order.forEach((from, k) => {
    const row = vectors.values.subarray(from * columns, (from + 1) * columns);
    if (values[from] > 0) right.set(row.map((x) => x / values[from]), k * columns);
  });
  complete(right, values.filter((sigma) => sigma > 0).length, columns);
  return { values: Float64Array.from(order, (k) => values[k] * unit), right };
}

/** Divides by a power of two, which is exact, so that the largest entry lies in [1, 2): no square overflows. */
export function scaledToOne(values: Float64Array): { values: Float64Array; unit: number } {
  let largest = 0;
  for (const x of values) {
    if (!Number.isFinite(x)) throw new RangeError(`expected a finite matrix, found an entry ${x}`);
    if (Math.abs(x) > largest) largest = Math.abs(x);
  }
  const unit = largest === 0 ? 1 : powerOfTwoBelow(largest);
  return { values: values.map((x) => x / unit), unit };
}

function powerOfTwoBelow(x: number): number {
  // A logarithm may round up across a power; of subnormal numbers the smallest normal power will do.
  const power = 2 ** Math.max(Math.floor(Math.log2(x)), -1022);
  return power > x ? power / 2 : power;
}

/**
 * R of the QR decomposition with column pivoting of the width × count matrix whose columns are `vectors`: count × count,
 * its rows ordered by falling length and 0 from the numerical rank on. Its columns stand where the vectors did, so that
 * its right singular vectors are those of the matrix.
 */
function triangle(vectors: Float64Array, count: number, width: number): Vectors {
  const rows = Array.from({ length: count }, (_, i) => vectors.slice(i * width, (i + 1) * width));
  const place = rows.map((_, i) => i);
  const result = new Float64Array(count * count);
  let first = 0;
  for (let k = 0; k < count; k++) {
    const lengths = rows.map((row, j) => (j < k ? -1 : norm(row.subarray(k))));
    const pivot = lengths.indexOf(Math.max(...lengths));
    if (k === 0) first = lengths[pivot];
    if (!(lengths[pivot] > Number.EPSILON * first)) break;
    [rows[k], rows[pivot]] = [rows[pivot], rows[k]];
    [place[k], place[pivot]] = [place[pivot], place[k]];
    reflect(rows, k, lengths[pivot]);
  }
  for (let j = 0; j < count; j++) {
    for (let k = 0; k <= j; k++) result[k * count + place[j]] = rows[j][k];
  }
  // What lies below the pivots that were taken is rounding.
  const taken = rows.findIndex((row, k) => !(Math.abs(row[k]) > Number.EPSILON * first));
  if (taken >= 0) result.fill(0, taken * count);
  return { values: result, count, width: count };
}

/** Householder's reflection that leaves of vector `k` only its first k + 1 entries, applied to it and all later ones. */
export function reflect(rows: Float64Array[], k: number, length: number): void {
  const pivot = rows[k];
  const head = pivot[k] > 0 ? -length : length;
  const mirror = pivot.slice(k);
  mirror[0] -= head;
  let square = 0;
  for (const x of mirror) square += x * x;
  for (let j = k + 1; j < rows.length; j++) {
    const row = rows[j];
    let product = 0;
    for (let i = 0; i < mirror.length; i++) product += mirror[i] * row[k + i];
    const factor = 2 * product / square;
    for (let i = 0; i < mirror.length; i++) row[k + i] -= factor * mirror[i];
  }
  pivot.fill(0, k);
  pivot[k] = head;
}

/** Rotates pairs of rows until all are orthogonal; returns their lengths, the singular values in no order. */
function orthogonalise({ values, count, width }: Vectors): Float64Array {
  const rows = Array.from({ length: count }, (_, i) => values.subarray(i * width, (i + 1) * width));
  const tolerance = Number.EPSILON * Math.sqrt(width);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const squares = rows.map((row) => dot(row, row));
    const floor = Math.max(0, ...squares) * Number.EPSILON ** 2;
    squares.forEach((square, i) => {
      if (square > floor) return;
      rows[i].fill(0);
      squares[i] = 0;
    });
    if (!rotateAll(rows, squares, tolerance)) return Float64Array.from(rows, norm);
  }
  throw new Error(`expected the singular values of a ${count} × ${width} matrix within ${SWEEPS} sweeps`);
}

/** One sweep over all pairs; whether any was still to be rotated. */
function rotateAll(rows: readonly Float64Array[], squares: number[], tolerance: number): boolean {
  let rotated = false;
  for (let i = 0; i < rows.length; i++) {
    for (let j = i + 1; j < rows.length; j++) {
      const a = squares[i], b = squares[j];
      if (a === 0 || b === 0) continue;
      const product = dot(rows[i], rows[j]);
      if (Math.abs(product) <= tolerance * Math.sqrt(a * b)) continue;
      rotated = true;
      const zeta = (b - a) / (2 * product);
      const tangent = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
      rotate(rows[i], rows[j], tangent);
      squares[i] = Math.max(a - tangent * product, 0);
      squares[j] = b + tangent * product;
    }
  }
  return rotated;
}

function rotate(a: Float64Array, b: Float64Array, tangent: number): void {
  const cosine = 1 / Math.sqrt(1 + tangent * tangent);
  const sine = cosine * tangent;
  for (let k = 0; k < a.length; k++) {
    const x = a[k], y = b[k];
    a[k] = cosine * x - sine * y;
    b[k] = sine * x + cosine * y;
  }
}

/** Fills the rows from `known` on, which are 0, so that all are orthonormal. */
function complete(right: Float64Array, known: number, width: number): void {
  const count = right.length / width;
  let axis = 0;
  for (let k = known; k < count; axis++) {
    const row = right.subarray(k * width, (k + 1) * width);
    row.fill(0);
    row[axis] = 1;
    // Twice is enough (Kahan), where something is left at all.
    for (let pass = 0; pass < 2; pass++) {
      for (let j = 0; j < k; j++) {
        const other = right.subarray(j * width, (j + 1) * width);
        const overlap = dot(row, other);
        for (let i = 0; i < width; i++) row[i] -= overlap * other[i];
      }
    }
    const length = norm(row);
    // Of the axes left, one sticks out of the k known directions by at least √((d − k)/d).
    if (length < 0.5 / Math.sqrt(width)) continue;
    for (let i = 0; i < width; i++) row[i] /= length;
    k++;
  }
}

function descending(values: Float64Array): number[] {
  return Array.from(values, (_, k) => k).sort((a, b) => values[b] - values[a]);
}

export function transposed(matrix: Float64Array, rows: number, columns: number): Float64Array {
  const result = new Float64Array(matrix.length);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < columns; k++) result[k * rows + i] = matrix[i * columns + k];
  }
  return result;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}
