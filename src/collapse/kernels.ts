/**
 * The inner loops of measuring, on row-major float64 blocks. Each walks several rows at once, so that a loaded
 * number serves several sums; an edge that is not a multiple repeats its last row instead of branching.
 */

/** Rows of `a` that a tile of products takes, with four of `b`: as many sums as 16 registers hold. */
const TILE = 3;

/** out[i, j] = ⟨a_i, b_j⟩ for the rows of `a` (aRows × width) and `b` (bRows × width). */
export function dotRows(
  a: Float64Array,
  aRows: number,
  b: Float64Array,
  bRows: number,
  width: number,
  out: Float64Array = new Float64Array(aRows * bRows),
): Float64Array {
  for (let i = 0; i < aRows; i += TILE) {
    const i1 = Math.min(i + 1, aRows - 1), i2 = Math.min(i + 2, aRows - 1);
    for (let j = 0; j < bRows; j += 4) {
      dotTile(a, i, i1, i2, b, j, bRows, width, out);
    }
  }
  return out;
}

/** ⟨a_i, a_j⟩ for the rows of `a` (rows × width), rows × rows. */
export function gramOfRows(a: Float64Array, rows: number, width: number): Float64Array {
  const gram = new Float64Array(rows * rows);
  addGramOfRows(a, rows, width, gram);
  return gram;
}

/** out[i, j] += ⟨a_i, a_j⟩ for the rows of `a` (rows × width); `out` is rows × rows and stays symmetric. */
export function addGramOfRows(a: Float64Array, rows: number, width: number, out: Float64Array): void {
  const tile = new Float64Array(rows * TILE);
  for (let i = 0; i < rows; i += TILE) {
    const height = Math.min(TILE, rows - i);
    const left = a.subarray(i * width, (i + height) * width);
    const rest = a.subarray(i * width, rows * width);
    const count = rows - i;
    dotRows(left, height, rest, count, width, tile);
    for (let p = 0; p < height; p++) {
      for (let j = p; j < count; j++) {
        const value = tile[p * count + j];
        out[(i + p) * rows + i + j] += value;
        if (j !== p) out[(i + j) * rows + i + p] += value;
      }
    }
  }
}

/** out[i, j] = ‖a_i − b_j‖², by differences, so that equal distances come out equal. */
export function squaredDistances(
  a: Float64Array,
  aRows: number,
  b: Float64Array,
  bRows: number,
  width: number,
  out: Float64Array = new Float64Array(aRows * bRows),
): Float64Array {
  for (let i = 0; i < aRows; i++) {
    for (let j = 0; j < bRows; j += 4) {
      distanceTile(a, i, b, j, bRows, width, out);
    }
  }
  return out;
}

/** ‖a_i − a_j‖² for the rows of `a` (rows × width), rows × rows: as `squaredDistances`, at half the cost. */
export function squaredDistancesOfRows(a: Float64Array, rows: number, width: number): Float64Array {
  const out = new Float64Array(rows * rows);
  for (let i = 0; i < rows; i++) {
    for (let j = i; j < rows; j += 4) distanceTile(a, i, a, j, rows, width, out);
    for (let j = i + 1; j < rows; j++) out[j * rows + i] = out[i * rows + j];
  }
  return out;
}

function dotTile(
  a: Float64Array,
  i0: number,
  i1: number,
  i2: number,
  b: Float64Array,
  j0: number,
  bRows: number,
  width: number,
  out: Float64Array,
): void {
  const last = bRows - 1;
  const j1 = Math.min(j0 + 1, last), j2 = Math.min(j0 + 2, last), j3 = Math.min(j0 + 3, last);
  const p = i0 * width, q = i1 * width, r = i2 * width;
  const s = j0 * width, t = j1 * width, u = j2 * width, v = j3 * width;
  let s00 = 0, s01 = 0, s02 = 0, s03 = 0;
  let s10 = 0, s11 = 0, s12 = 0, s13 = 0;
  let s20 = 0, s21 = 0, s22 = 0, s23 = 0;
  for (let k = 0; k < width; k++) {
    const x = a[p + k], y = a[q + k], z = a[r + k];
    const b0 = b[s + k];
    s00 += x * b0;
    s10 += y * b0;
    s20 += z * b0;
    const b1 = b[t + k];
    s01 += x * b1;
    s11 += y * b1;
    s21 += z * b1;
    const b2 = b[u + k];
    s02 += x * b2;
    s12 += y * b2;
    s22 += z * b2;
    const b3 = b[v + k];
    s03 += x * b3;
    s13 += y * b3;
    s23 += z * b3;
  }
  const top = i0 * bRows, middle = i1 * bRows, bottom = i2 * bRows;
  out[top + j0] = s00;
  out[top + j1] = s01;
  out[top + j2] = s02;
  out[top + j3] = s03;
  out[middle + j0] = s10;
  out[middle + j1] = s11;
  out[middle + j2] = s12;
  out[middle + j3] = s13;
  out[bottom + j0] = s20;
  out[bottom + j1] = s21;
  out[bottom + j2] = s22;
  out[bottom + j3] = s23;
}

function distanceTile(
  a: Float64Array,
  i: number,
  b: Float64Array,
  j0: number,
  bRows: number,
  width: number,
  out: Float64Array,
): void {
  const last = bRows - 1;
  const j1 = Math.min(j0 + 1, last), j2 = Math.min(j0 + 2, last), j3 = Math.min(j0 + 3, last);
  let p = i * width;
  let r = j0 * width, s = j1 * width, t = j2 * width, u = j3 * width;
  let s0 = 0, s1 = 0, s2 = 0, s3 = 0;
  for (const end = p + width; p < end; p++, r++, s++, t++, u++) {
    const x = a[p];
    const d0 = x - b[r], d1 = x - b[s], d2 = x - b[t], d3 = x - b[u];
    s0 += d0 * d0;
    s1 += d1 * d1;
    s2 += d2 * d2;
    s3 += d3 * d3;
  }
  const row = i * bRows;
  out[row + j0] = s0;
  out[row + j1] = s1;
  out[row + j2] = s2;
  out[row + j3] = s3;
}
