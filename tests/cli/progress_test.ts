/** What stands before a bar. */
import assert from "node:assert/strict";
import { passText } from "../../src/cli/progress.ts";

Deno.test("a pass over images says how far it is, and no more once it is done", () => {
  const pass = { split: "test", count: 300 };
  assert.equal(passText("epoch 3/5", { ...pass, images: 200 }), "epoch 3/5: 66 % of test images");
  assert.equal(passText("epoch 3/5", { ...pass, images: 300 }), "epoch 3/5");
});
