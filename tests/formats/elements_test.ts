import assert from "node:assert/strict";
import { tensorFromBytes } from "../../src/formats/elements.ts";
import { FormatError } from "../../src/formats/error.ts";

const everyHalf = Uint16Array.from({ length: 65536 }, (_, bits) => bits);

Deno.test("every float16 widens to the float32 of the same value", () => {
  const { dtype, data } = tensorFromBytes("float16", [65536], new Uint8Array(everyHalf.buffer));
  assert.equal(dtype, "float32");
  const expected = new Float16Array(everyHalf.buffer);
  const wrong = everyHalf.filter((bits) => !Object.is(data[bits], expected[bits]));
  assert.deepEqual(wrong, new Uint16Array());
});

Deno.test("every bfloat16 widens to the float32 whose upper half it is", () => {
  const { data } = tensorFromBytes("bfloat16", [65536], new Uint8Array(everyHalf.buffer));
  const upper = new Uint16Array(data.buffer).filter((_, i) => i % 2 === 1);
  const lower = new Uint16Array(data.buffer).filter((_, i) => i % 2 === 0);
  assert.deepEqual(upper, everyHalf);
  assert.ok(lower.every((bits) => bits === 0));
});

Deno.test("elements are copied, also from bytes that are not aligned to them", () => {
  const bytes = new Uint8Array([9, ...new Uint8Array(new Float64Array([1.25, -3]).buffer)]).subarray(1);
  const { data } = tensorFromBytes("float64", [2], bytes);
  bytes.fill(0);
  assert.deepEqual(data, new Float64Array([1.25, -3]));
});

Deno.test("a bool that is neither 0 nor 1 is refused", () => {
  assert.throws(() => tensorFromBytes("bool", [2], new Uint8Array([1, 2])), FormatError);
});
