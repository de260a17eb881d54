import assert from "node:assert/strict";
import { oneVersusRest } from "../../src/collapse/hull.ts";
import type { Rows } from "../../src/collapse/vectors.ts";

function rowsOf(values: Float64Array, count: number): Rows {
  return { values, count, width: values.length / count, name: "row", zero: 0 };
}

/** The vertices of a regular simplex in `width` ≥ `classes` dimensions. */
function simplex(classes: number, width: number): Rows {
  const values = new Float64Array(classes * width);
  for (let c = 0; c < classes; c++) {
    for (let k = 0; k < classes; k++) values[c * width + k] = (k === c ? 1 : 0) - 1 / classes;
  }
  return rowsOf(values, classes);
}

Deno.test("the one-vs-rest distance of 128 classes on an exact frame is C/(C−1), within seconds", () => {
  const started = performance.now();
  const outcome = oneVersusRest(simplex(128, 256));
  assert.ok("value" in outcome && Math.abs(outcome.value - 128 / 127) < 1e-12);
  assert.ok(performance.now() - started < 5000);
});

Deno.test("a vector between its neighbours is as far from their segment as geometry says", () => {
  const angle = 0.3;
  const directions = [-angle, 0, angle].flatMap((a) => [Math.cos(a), Math.sin(a)]);
  const outcome = oneVersusRest(rowsOf(Float64Array.from(directions), 3));
  assert.ok("value" in outcome && Math.abs(outcome.value - (1 - Math.cos(angle))) < 1e-12);
});

Deno.test("two equal directions are at distance 0", () => {
  const outcome = oneVersusRest(rowsOf(Float64Array.of(1, 0, 0, 1, 2, 0), 3));
  assert.deepEqual(outcome, { value: 0 });
});
