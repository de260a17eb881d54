/** Layer duality and balancedness against NumPy, and at their ideals. */
import assert from "node:assert/strict";
import { balancedness, layerDuality, type LayerMatrix } from "../../src/collapse/layer_weights.ts";
import { runOracle, testWithNumPy } from "../oracle.ts";
import { gaussian } from "./features.ts";

function matrix(rows: number, columns: number, seed: number): LayerMatrix {
  const next = gaussian(seed);
  return { values: Float64Array.from({ length: rows * columns }, next), rows, columns };
}

testWithNumPy("layer duality and balancedness are NumPy's to 1e-9", async () => {
  const script = [
    "import json, sys, numpy as np",
    "def duality(w, m, classes):",
    "    k = min(classes, w.shape[1])",
    "    v = np.linalg.svd(w, full_matrices=False)[2][:k]",
    "    u = np.linalg.svd(m, full_matrices=False)[2][:k]",
    "    return np.linalg.svd(v @ u.T, compute_uv=False).sum() / k",
    "read = lambda m: np.array(m['values']).reshape(m['rows'], m['columns'])",
    "out = []",
    "for case in json.load(sys.stdin):",
    "    own, next, means = (read(case[name]) for name in ('own', 'next', 'means'))",
    "    out.append([duality(next, means, case['classes']), np.linalg.norm(next.T @ next - own @ own.T)])",
    "print(json.dumps(out))",
  ].join("\n");
  const cases = [
    { own: matrix(12, 30, 1), next: matrix(40, 12, 2), means: matrix(4, 12, 3), classes: 4 },
    { own: matrix(6, 5, 4), next: matrix(4, 6, 5), means: matrix(4, 6, 6), classes: 4 },
    // Class means with positions, and fewer channels than classes.
    { own: matrix(12, 9, 7), next: matrix(20, 12, 8), means: matrix(4 * 9, 12, 9), classes: 4 },
    { own: matrix(3, 9, 10), next: matrix(20, 3, 11), means: matrix(5, 3, 12), classes: 5 },
  ];
  const plain = cases.map((one) =>
    Object.fromEntries(
      Object.entries(one).map(([name, part]) => [
        name,
        typeof part === "number" ? part : { ...part, values: Array.from(part.values) },
      ]),
    )
  );
  const output = await runOracle(script, [], new TextEncoder().encode(JSON.stringify(plain)));
  const expected: [number, number][] = JSON.parse(new TextDecoder().decode(output));
  for (const [i, { own, next, means, classes }] of cases.entries()) {
    const found = [layerDuality(next, means, classes)!, balancedness(own, next)];
    for (const [j, value] of found.entries()) {
      const close = Math.abs(value - expected[i]![j]!) <= 1e-9 * Math.abs(expected[i]![j]!);
      assert.ok(close, `${i}, ${j}: ${value}, ${expected[i]![j]}`);
    }
  }
});

Deno.test("weights that read the class means alone are dual to them, and those beside them are not", () => {
  const rows = (columns: number, at: readonly number[]): LayerMatrix => ({
    values: Float64Array.from(
      { length: at.length * columns },
      (_, i) => i % columns === at[Math.floor(i / columns)] ? 2 + i : 0,
    ),
    rows: at.length,
    columns,
  });
  const means = rows(6, [1, 3]);
  assert.ok(Math.abs(layerDuality(rows(6, [3, 1]), means, 2)! - 1) < 1e-12);
  assert.ok(Math.abs(layerDuality(rows(6, [3, 0]), means, 2)! - 0.5) < 1e-12);
  assert.equal(layerDuality(rows(6, [0, 2]), means, 2), 0);
  assert.equal(layerDuality({ ...means, values: new Float64Array(12) }, means, 2), null);
  assert.throws(() => layerDuality(rows(5, [0]), means, 2), /expected class means of 5 channels, found 6/);
});

Deno.test("a layer and its transpose behind it are balanced", () => {
  const own = matrix(3, 4, 1);
  const values = Float64Array.from({ length: 12 }, (_, i) => own.values[(i % 3) * 4 + Math.floor(i / 3)]!);
  assert.ok(balancedness(own, { values, rows: 4, columns: 3 }) < 1e-14);
  assert.throws(() => balancedness(own, own), /expected 3 input channels behind as many outputs, found 4/);
});
