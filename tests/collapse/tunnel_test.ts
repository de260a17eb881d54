import assert from "node:assert/strict";
import { tunnelStart } from "../../src/collapse/tunnel.ts";

Deno.test("the tunnel starts at the first layer whose probe has a share of the accuracy at the end", () => {
  const probes = [40, 75, 76, 79, 78, 80];
  assert.equal(tunnelStart(probes, 0.95), 3);
  assert.equal(tunnelStart(probes, 0.98), 4);
  assert.equal(tunnelStart([null, 80, 80], 0.98), 2);
  assert.equal(tunnelStart([80, null], 0.98), null);
  assert.equal(tunnelStart([], 0.98), null);
});
