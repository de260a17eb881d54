import assert from "node:assert/strict";
import { effectiveDepth } from "../../src/collapse/effective_depth.ts";

Deno.test("the effective depth is the first layer whose nearest centres are right of 99 %", () => {
  assert.equal(effectiveDepth([40, 98.9, 99, 98, 100]), 3);
  assert.equal(effectiveDepth([null, 100]), 2);
  assert.equal(effectiveDepth([40, 98.99]), null);
  assert.equal(effectiveDepth([]), null);
});
