import assert from "node:assert/strict";
import { columnMajor, extent, isRowMajor, rowMajor, tensorFromStrided } from "../../src/formats/strides.ts";

const counting = new Uint8Array(Int32Array.from({ length: 24 }, (_, i) => i).buffer);

Deno.test("row-major and column-major strides mirror each other", () => {
  assert.deepEqual(rowMajor([2, 3, 4]), [12, 4, 1]);
  assert.deepEqual(columnMajor([2, 3, 4]), [1, 2, 6]);
  assert.deepEqual(rowMajor([]), []);
});

Deno.test("strides of dimensions of size 1 do not make a tensor strided", () => {
  assert.ok(isRowMajor([1, 3], [99, 1]));
  assert.ok(!isRowMajor([2, 3], [1, 2]));
  assert.ok(isRowMajor([0, 3], [5, 7]));
});

Deno.test("the extent reaches from the first to the last element", () => {
  assert.equal(extent([2, 3], [1, 2]), 6);
  assert.equal(extent([2, 3], [10, 3]), 17);
  assert.equal(extent([], []), 1);
  assert.equal(extent([0, 3], [10, 3]), 0);
});

Deno.test("a permuted tensor comes out row-major", () => {
  // x = arange(24).reshape(2, 3, 4); x.permute(2, 0, 1)
  const { data } = tensorFromStrided("int32", [4, 2, 3], [1, 12, 4], counting);
  const expected = [];
  for (let k = 0; k < 4; k++) {
    for (let i = 0; i < 2; i++) for (let j = 0; j < 3; j++) expected.push(12 * i + 4 * j + k);
  }
  assert.deepEqual(data, Int32Array.from(expected));
});

Deno.test("a column of a matrix and an expanded element are read", () => {
  const column = tensorFromStrided("int32", [3], [4], counting.subarray(0, 4 * 9));
  assert.deepEqual(column.data, new Int32Array([0, 4, 8]));
  const expanded = tensorFromStrided("int32", [2, 2], [0, 0], counting.subarray(4, 8));
  assert.deepEqual(expanded.data, new Int32Array([1, 1, 1, 1]));
});
