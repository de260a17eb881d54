/** Every decomposition ends, and is right, whatever the rank and the scale of the matrix. */
import assert from "node:assert/strict";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { symmetricEigen } from "../../src/collapse/eigen.ts";
import { rightSingular } from "../../src/collapse/singular.ts";
import { singularValues } from "../../src/collapse/singular_values.ts";
import { gaussian, rotation } from "./features.ts";

const SCALES = [1, 1e-3, 2 ** 40, 1e150, 1e-150, 1e300, 1e-300, 5e-324];

interface Sample {
  readonly matrix: Float64Array;
  readonly rows: number;
  readonly columns: number;
  readonly what: string;
}

/** Matrices of the kinds that class means are in practice: of any rank, with rows that recur, rounded to float32. */
function* degenerate(count: number, seed: number): Generator<Sample> {
  const generator = xoroshiro128plus(seed);
  const normal = gaussian(seed);
  const upTo = (last: number) => uniformInt(generator, 0, last);
  for (let i = 0; i < count; i++) {
    const rows = 1 + upTo(15), columns = 1 + upTo(15);
    const rank = upTo(Math.min(rows, columns));
    const scale = SCALES[upTo(SCALES.length - 1)];
    const factor = Float64Array.from({ length: rank * columns }, normal);
    const mix = Float64Array.from({ length: rows * rank }, normal);
    let matrix = new Float64Array(rows * columns);
    for (let r = 0; r < rows; r++) {
      for (let k = 0; k < rank; k++) {
        for (let c = 0; c < columns; c++) {
          matrix[r * columns + c] += mix[r * rank + k] * factor[k * columns + c];
        }
      }
    }
    const kind = upTo(4);
    if (kind === 1) {
      for (let r = 1; r < rows; r++) matrix.copyWithin(r * columns, upTo(1) * columns, columns);
    }
    if (kind === 2) matrix = matrix.map((x) => Math.round(x));
    if (kind === 3) matrix = Float64Array.from(matrix, Math.fround);
    if (kind === 4) matrix.fill(0, 0, upTo(rows) * columns);
    yield {
      matrix: matrix.map((x) => x * scale),
      rows,
      columns,
      what: `matrix ${i}: ${rows} × ${columns}, rank ${rank}, kind ${kind}, scale ${scale}`,
    };
  }
}

Deno.test("5,000 degenerate matrices are rebuilt from their singular values and vectors", () => {
  for (const { matrix, rows, columns, what } of degenerate(5000, 11)) {
    const { values, right } = rightSingular(matrix, rows, columns);
    const modes = Math.min(rows, columns);
    const size = Math.max(...matrix.map(Math.abs));
    const unit = size === 0 ? 1 : size;
    // Near the smallest number there are few digits to be right in.
    const tolerance = 1e-13 + Number.MIN_VALUE / unit;
    assert.equal(values.length, modes, what);
    for (let k = 0; k < modes; k++) {
      assert.ok(values[k] >= 0 && (k === 0 || values[k] <= values[k - 1]), `${what}: not descending`);
      for (let j = 0; j <= k; j++) {
        const product = dot(right, k * columns, right, j * columns, columns);
        assert.ok(Math.abs(product - (j === k ? 1 : 0)) < 1e-13, `${what}: vectors ${j} and ${k}`);
      }
    }
    // Each row less its projections is nothing, and the projections have the lengths that the values say.
    const lengths = new Float64Array(modes);
    for (let r = 0; r < rows; r++) {
      const rest = matrix.slice(r * columns, (r + 1) * columns).map((x) => x / unit);
      for (let k = 0; k < modes; k++) {
        const part = dot(rest, 0, right, k * columns, columns);
        lengths[k] = Math.hypot(lengths[k], part);
        for (let c = 0; c < columns; c++) rest[c] -= part * right[k * columns + c];
      }
      assert.ok(rest.every((x) => Math.abs(x) < 1e-13), `${what}: row ${r} is not rebuilt`);
    }
    const values2 = singularValues(matrix, rows, columns);
    values.forEach((sigma, k) => {
      assert.ok(Math.abs(sigma / unit - lengths[k]) < tolerance, `${what}: value ${k}`);
      assert.ok(
        Math.abs(values2[k] / unit - sigma / unit) < tolerance,
        `${what}: value ${k} without vectors`,
      );
    });
  }
});

Deno.test("5,000 degenerate symmetric matrices are solved", () => {
  for (const { matrix, rows, columns, what } of degenerate(5000, 12)) {
    const largest = Math.max(...matrix.map(Math.abs));
    const size = largest === 0 ? 1 : largest;
    const scaled = matrix.map((x) => x / size);
    const gram = new Float64Array(rows * rows);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < rows; j++) {
        gram[i * rows + j] = dot(scaled, i * columns, scaled, j * columns, columns);
      }
    }
    const scale = Math.min(Math.max(size, 1e-290), 1e150);
    const { values, vectors } = symmetricEigen(gram.map((x) => x * scale), rows);
    for (let k = 0; k < rows; k++) {
      for (let i = 0; i < rows; i++) {
        const applied = dot(gram, i * rows, vectors, k * rows, rows);
        const error = Math.abs(applied - values[k] / scale * vectors[k * rows + i]);
        assert.ok(error < 1e-12 * Math.max(1, columns), `${what}: pair ${k}, ${error}`);
      }
    }
  }
});

Deno.test("a matrix of a few classes' equal means has as many modes as they differ in", () => {
  const turn = rotation(64);
  const means = Float64Array.from(
    { length: 60 * 64 },
    (_, at) => turn[at % 64 + 64 * (Math.floor(at / 64) % 2)],
  );
  const { values } = rightSingular(means, 60, 64);
  assert.ok(Math.abs(values[0] - Math.sqrt(30)) < 1e-12 && Math.abs(values[1] - Math.sqrt(30)) < 1e-12);
  assert.ok(values.slice(2).every((sigma) => sigma === 0));
});

Deno.test("entries that are not finite are refused", () => {
  for (const wrong of [NaN, Infinity]) {
    assert.throws(() => rightSingular(Float64Array.of(1, wrong), 1, 2), /expected a finite matrix/);
    assert.throws(() => symmetricEigen(Float64Array.of(wrong), 1), /expected a finite matrix/);
  }
});

function dot(a: Float64Array, i: number, b: Float64Array, j: number, length: number): number {
  let sum = 0;
  for (let k = 0; k < length; k++) sum += a[i + k] * b[j + k];
  return sum;
}
