/** MATLAB's level 5 files: what is read of them, and what is refused. */
import assert from "node:assert/strict";
import type { ByteStore } from "../../src/formats/byte_store.ts";
import { FormatError } from "../../src/formats/error.ts";
import { readMat } from "../../src/formats/mat.ts";
import type { TensorData } from "../../src/formats/tensor.ts";
import { encodeMat, type Variable } from "./mat_file.ts";

const PIXELS: TensorData = {
  dtype: "uint8",
  shape: [2, 3, 1, 2],
  data: Uint8Array.from({ length: 12 }, (_, i) => 7 * i + 1),
};
const X: Variable = { name: "X", kind: "uint8", numbers: PIXELS };
const Y: Variable = {
  name: "y",
  kind: "double",
  numbers: { dtype: "float64", shape: [3, 1], data: Float64Array.of(10, -1.5, 3) },
};
const TEXT: Variable = {
  name: "a note",
  kind: "char",
  numbers: { dtype: "uint16", shape: [1, 2], data: Uint16Array.of(104, 105) },
};
const WANTED = { X: [2, 3, 1, 2], y: [3, 1] };

function storeOf(bytes: Uint8Array): ByteStore {
  return {
    path: "d.mat",
    open: () =>
      Promise.resolve({
        size: bytes.length,
        read(target, offset) {
          const part = bytes.subarray(offset, offset + target.length);
          target.set(part);
          return Promise.resolve(part.length);
        },
        [Symbol.dispose]: () => {},
      }),
  };
}

const read = (bytes: Uint8Array, wanted: Readonly<Record<string, readonly number[]>> = WANTED) =>
  readMat(storeOf(bytes), wanted);

for (const packed of [true, false]) {
  for (const bigEndian of [true, false]) {
    const how = `${packed ? "packed" : "plain"}, with the ${bigEndian ? "highest" : "lowest"} byte first`;
    Deno.test(`arrays are found by name: ${how}`, async () => {
      const bytes = encodeMat([TEXT, Y, X], { packed, bigEndian });
      assert.deepEqual(await read(bytes), { X: PIXELS, y: Y.numbers });
    });
  }
}

Deno.test("numbers come in the type in which they are stored, small ones out of their tag", async () => {
  for (const data of [Uint8Array.of(9, 10), Uint8Array.of(1, 2, 3, 4, 5)]) {
    const numbers: TensorData = { dtype: "uint8", shape: [data.length, 1], data };
    for (const packed of [true, false]) {
      const bytes = encodeMat([{ name: "y", kind: "double", numbers }], { packed });
      assert.deepEqual(await read(bytes, { y: [data.length, 1] }), { y: numbers });
    }
  }
});

Deno.test("what is none of it is refused in a line that names the file", async () => {
  const whole = encodeMat([X, Y]);
  const plain = encodeMat([X, Y], { packed: false });
  const edited = (bytes: Uint8Array, at: number, value: number) => bytes.with(at, value);
  const cases: [Uint8Array, RegExp][] = [
    [new Uint8Array(), /expected a MATLAB file of level 5 \(save -v7\), found another kind of file/],
    [edited(whole, 124, 2), /expected a MATLAB file of level 5/],
    [whole.subarray(0, 128), /expected a variable X, found none$/],
    [encodeMat([X, TEXT]), /expected a variable y, found "X", "a note"$/],
    [encodeMat([X, X]), /damaged: expected each variable once, found "X" twice/],
    [encodeMat([X, { ...Y, kind: "char" }]), /expected y to hold real numbers, found another kind/],
    [encodeMat([X, { ...Y, complex: true }]), /expected y to hold real numbers, found another kind/],
    [
      encodeMat([{ ...X, numbers: { ...PIXELS, shape: [2, 2, 1, 3] } }]),
      /expected X of 2 × 3 × 1 × 2, found 2 × 2 × 1 × 3/,
    ],
    [
      encodeMat([{ ...X, numbers: { ...PIXELS, data: PIXELS.data.subarray(0, 6) } as TensorData }]),
      /damaged: expected the numbers of "X", found other bytes/,
    ],
    [whole.subarray(0, whole.length - 1), /truncated: expected \d+ bytes, found \d+/],
    [whole.subarray(0, 133), /truncated: expected 3 more bytes, found none/],
    [edited(whole, 128, 3), /damaged: expected a variable at byte 128, found code 3/],
    [
      edited(whole, whole.length - 1, whole.at(-1)! ^ 1),
      /damaged: the variable at byte \d+ cannot be unpacked/,
    ],
    [edited(plain, 132, plain[132]! + 8), /damaged: |truncated: /],
    [edited(plain, 132, plain[132]! - 8), /damaged: a variable ends before its parts do/],
  ];
  for (const [bytes, message] of cases) {
    await assert.rejects(read(bytes), (error: Error) => {
      assert.ok(error instanceof FormatError, String(error.stack));
      assert.match(error.message, message);
      assert.match(error.message, /^d\.mat: [^\n]*$/);
      return true;
    });
  }
});

Deno.test("a few bytes that claim gigabytes are refused before they are unpacked", async () => {
  const bytes = encodeMat([X, Y], { packed: false });
  new DataView(bytes.buffer).setUint32(132, 0xffffff00, true);
  await assert.rejects(read(bytes), /truncated: expected 4294967176 bytes, found /);
  const huge = encodeMat([{ ...X, numbers: { ...PIXELS, shape: [65536, 65536, 3, 9] } }]);
  await assert.rejects(read(huge), /expected X of 2 × 3 × 1 × 2, found 65536 × 65536 × 3 × 9/);
});
