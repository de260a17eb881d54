import assert from "node:assert/strict";
import { decideRank, symmetricEigen } from "../../src/collapse/eigen.ts";
import { rightSingular } from "../../src/collapse/singular.ts";
import { singularValues } from "../../src/collapse/singular_values.ts";
import { rotate, rotation } from "./features.ts";

Deno.test("singular values and vectors rebuild wide and tall matrices", () => {
  for (const [rows, columns] of [[3, 7], [7, 3], [4, 4]]) {
    const matrix = rotation(7).slice(0, rows * columns);
    const { values, right } = rightSingular(matrix, rows, columns);
    assert.equal(values.length, Math.min(rows, columns));
    const gram = product(matrix, rows, columns);
    const rebuilt = product(right.map((x, i) => x * values[Math.floor(i / columns)]), values.length, columns);
    gram.forEach((x, i) => assert.ok(Math.abs(x - rebuilt[i]) < 1e-13));
    singularValues(matrix, rows, columns).forEach((sigma, k) =>
      assert.ok(Math.abs(sigma - values[k]) < 1e-14)
    );
  }
});

Deno.test("small singular values keep their digits", () => {
  const exact = [1, 1e-4, 1e-8, 1e-11];
  const scaled = rotate(rotation(4).map((x, i) => x * exact[i % 4]), 4, rotation(4, 9));
  const { values } = rightSingular(scaled, 4, 4);
  exact.forEach((sigma, k) => assert.ok(Math.abs(values[k] - sigma) < 1e-15, `${values[k]}`));
});

Deno.test("eigenpairs come largest first and solve the problem", () => {
  const { values, vectors } = symmetricEigen(Float64Array.from([2, 1, 0, 1, 2, 0, 0, 0, -5]), 3);
  [3, 1, -5].forEach((value, k) => assert.ok(Math.abs(values[k] - value) < 1e-14));
  assert.ok(Math.abs(Math.abs(vectors[0] + vectors[1]) - Math.SQRT2) < 1e-14);
});

Deno.test("a rank decision counts what it keeps and states the condition", () => {
  const eigenvalues = Float64Array.from([8, 2, 2 ** -30, 0]);
  assert.deepEqual(decideRank(eigenvalues, 1e-8), { tolerance: 1e-8, kept: 2, of: 4, condition: 4 });
  assert.deepEqual(decideRank(eigenvalues, 1e-10), { tolerance: 1e-10, kept: 3, of: 4, condition: 2 ** 33 });
});

Deno.test("of a zero matrix nothing is kept", () => {
  assert.deepEqual(decideRank(new Float64Array(2), 1e-8), {
    tolerance: 1e-8,
    kept: 0,
    of: 2,
    condition: Infinity,
  });
});

/** AᵀA. */
function product(matrix: Float64Array, rows: number, columns: number): Float64Array {
  const out = new Float64Array(columns * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      for (let k = 0; k < columns; k++) {
        out[j * columns + k] += matrix[i * columns + j] * matrix[i * columns + k];
      }
    }
  }
  return out;
}
