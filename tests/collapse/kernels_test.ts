import assert from "node:assert/strict";
import {
  addGramOfRows,
  dotRows,
  gramOfRows,
  squaredDistances,
  squaredDistancesOfRows,
} from "../../src/collapse/kernels.ts";
import { cosines, directions, gram, type Rows } from "../../src/collapse/vectors.ts";
import { gaussian } from "./features.ts";

const WIDTH = 5;
/** Every remainder that the tiles of three by four rows can leave. */
const SIZES = Array.from({ length: 13 }, (_, i) => i + 1);

const normal = gaussian(1);

Deno.test("products and distances of rows are the sums that define them, whatever the number of rows", () => {
  for (const m of SIZES) {
    const a = matrix(m);
    for (const n of SIZES) {
      const b = matrix(n);
      assert.deepEqual(dotRows(a, m, b, n, WIDTH), overPairs(a, b, (x, y) => x * y), `${m} by ${n}`);
      assert.deepEqual(squaredDistances(a, m, b, n, WIDTH), overPairs(a, b, square), `${m} by ${n}`);
    }
  }
});

Deno.test("products and distances of rows among themselves are the same numbers", () => {
  for (const rows of SIZES) {
    const a = matrix(rows);
    const products = dotRows(a, rows, a, rows, WIDTH);
    assert.deepEqual(gramOfRows(a, rows, WIDTH), products, `${rows} rows`);
    const ones = new Float64Array(rows ** 2).fill(1);
    addGramOfRows(a, rows, WIDTH, ones);
    assert.deepEqual(ones, products.map((product) => 1 + product), `${rows} rows`);
    const distances = squaredDistances(a, rows, a, rows, WIDTH);
    assert.deepEqual(squaredDistancesOfRows(a, rows, WIDTH), distances, `${rows} rows`);
  }
});

Deno.test("what metrics share of a set of rows is computed once", () => {
  const rows: Rows = { values: matrix(4), count: 4, width: WIDTH, name: "row", zero: 0 };
  assert.equal(gram(rows), gram(rows));
  const found = directions(rows);
  assert.equal(found, directions(rows));
  assert.ok("unit" in found);
  assert.equal(cosines(found), cosines(found));
  assert.notEqual(gram(rows), gram({ ...rows }));
});

function matrix(rows: number): Float64Array {
  return Float64Array.from({ length: rows * WIDTH }, normal);
}

function square(x: number, y: number): number {
  return (x - y) * (x - y);
}

/** Σ_k term(a_ik, b_jk) for every pair of rows. */
function overPairs(
  a: Float64Array,
  b: Float64Array,
  term: (x: number, y: number) => number,
): Float64Array {
  const [m, n] = [a.length / WIDTH, b.length / WIDTH];
  return Float64Array.from({ length: m * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    let sum = 0;
    for (let k = 0; k < WIDTH; k++) sum += term(a[i * WIDTH + k], b[j * WIDTH + k]);
    return sum;
  });
}
