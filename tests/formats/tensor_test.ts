import assert from "node:assert/strict";
import { FormatError } from "../../src/formats/error.ts";
import { checkTensor, elementCount } from "../../src/formats/tensor.ts";

Deno.test("the element count is the product of the shape", () => {
  assert.equal(elementCount([]), 1);
  assert.equal(elementCount([2, 3, 4]), 24);
  assert.equal(elementCount([2 ** 40, 0, 2 ** 40]), 0);
});

Deno.test("shapes that count nothing are refused", () => {
  for (const shape of [[-1], [1.5], [NaN], [Infinity], [2 ** 53], [2 ** 30, 2 ** 30], Array(65).fill(1)]) {
    assert.throws(() => elementCount(shape), FormatError, `shape (${shape})`);
  }
});

Deno.test("a tensor needs as many elements as its shape says", () => {
  checkTensor({ dtype: "float32", shape: [2, 2], data: new Float32Array(4) });
  assert.throws(
    () => checkTensor({ dtype: "float32", shape: [2, 2], data: new Float32Array(3) }),
    { name: "FormatError", message: "a float32 tensor of shape (2, 2) needs 4 elements, found 3" },
  );
});
