/** The line through the logarithms of the fuzziness. */
import assert from "node:assert/strict";
import { separationLaw } from "../../src/collapse/separation_law.ts";
import { runOracle, testWithNumPy } from "../oracle.ts";

Deno.test("a fuzziness that halves with each layer is on the line", () => {
  const { layers, rate, slope, correlation } = separationLaw([8, 4, 2, 1, 0.5])!;
  assert.equal(layers, 5);
  assert.ok(Math.abs(rate - 0.5) < 1e-15 && Math.abs(slope - Math.log(0.5)) < 1e-15);
  assert.ok(Math.abs(correlation + 1) < 1e-15);
});

Deno.test("there is no line through two points, through equal ones, or through none", () => {
  for (const values of [[], [3, 2], [3, null, 0, 2], [2, 2, 2]]) assert.equal(separationLaw(values), null);
});

testWithNumPy("slope and correlation are NumPy's", async () => {
  const values = [16, 11, 7.5, null, 6.1, 2.9, 3.3, 0.4];
  const script = [
    "import json, sys, numpy as np",
    "d = json.load(sys.stdin)",
    "x = np.array([i + 1 for i, v in enumerate(d) if v is not None], float)",
    "y = np.log([v for v in d if v is not None])",
    "print(json.dumps([len(x), np.polyfit(x, y, 1)[0], np.corrcoef(x, y)[0, 1]]))",
  ].join("\n");
  const output = await runOracle(script, [], new TextEncoder().encode(JSON.stringify(values)));
  const [layers, slope, correlation] = JSON.parse(new TextDecoder().decode(output));
  const found = separationLaw(values)!;
  assert.equal(found.layers, layers);
  assert.ok(Math.abs(found.slope - slope) < 1e-12 && Math.abs(found.correlation - correlation) < 1e-12);
});
