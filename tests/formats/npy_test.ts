import assert from "node:assert/strict";
import { decodeNpyHeader, encodeNpy, encodeNpyHeader } from "../../src/formats/npy.ts";
import type { TensorData } from "../../src/formats/tensor.ts";
import { runOracle, testWithOracle } from "../oracle.ts";
import { ignoredStep, test } from "../support.ts";
import { oneOfEach, unsigned } from "./tensors.ts";
import { readArrays } from "./whole_files.ts";

const NEEDS = ["read", "write"] as const;

/** A file written out by hand, so that reading is not only tested against our own writing. */
function npy(header: string, data: number[] | Uint8Array = [], version = [1, 0]): Uint8Array {
  const lengthBytes = version[0] === 1 ? 2 : 4;
  const length = Array.from({ length: lengthBytes }, (_, i) => (header.length >> (8 * i)) & 255);
  return Uint8Array.from([0x93, ...ascii("NUMPY"), ...version, ...length, ...ascii(header), ...data]);
}

function ascii(text: string): number[] {
  return [...text].map((character) => character.charCodeAt(0));
}

function header({ descr = "'<i2'", fortran = "False", shape = "(3,)" } = {}): string {
  return `{'descr': ${descr}, 'fortran_order': ${fortran}, 'shape': ${shape}, }\n`;
}

async function readNpy(bytes: Uint8Array): Promise<TensorData> {
  return (await readArrays(bytes, "x.npy")).get("x")!;
}

async function refuses(bytes: Uint8Array, message: RegExp): Promise<void> {
  await assert.rejects(readNpy(bytes), (error: Error) => {
    assert.equal(error.name, "FormatError");
    assert.match(error.message, message);
    assert.match(error.message, /^[^ ]*\/x\.npy: /);
    return true;
  });
}

test("an array of each dtype survives a round trip through .npy", NEEDS, async () => {
  for (const [name, tensor] of [...oneOfEach(), ...unsigned()]) {
    assert.deepEqual(await readNpy(encodeNpy(tensor)), tensor, name);
  }
});

test("versions 1.0, 2.0 and 3.0 are read", NEEDS, async () => {
  for (const version of [[1, 0], [2, 0], [3, 0]]) {
    assert.deepEqual(await readNpy(npy(header(), [1, 0, 2, 0, 255, 255], version)), {
      dtype: "int16",
      shape: [3],
      data: new Int16Array([1, 2, -1]),
    });
  }
  await refuses(npy(header(), [], [4, 0]), /expected \.npy version .* found 4\.0/);
});

test("an array in Fortran order comes out row-major", NEEDS, async () => {
  const bytes = npy(header({ descr: "'|u1'", fortran: "True", shape: "(2, 3)" }), [1, 4, 2, 5, 3, 6]);
  assert.deepEqual(await readNpy(bytes), {
    dtype: "uint8",
    shape: [2, 3],
    data: new Uint8Array([1, 2, 3, 4, 5, 6]),
  });
});

test("big-endian numbers are read", NEEDS, async () => {
  const bytes = npy(header({ descr: "'>i2'", shape: "(2,)" }), [1, 2, 255, 254]);
  assert.deepEqual(await readNpy(bytes), { dtype: "int16", shape: [2], data: new Int16Array([258, -2]) });
});

test("float16 arrays are widened to float32", NEEDS, async () => {
  const bytes = npy(header({ descr: "'<f2'", shape: "(2,)" }), [0x00, 0x3c, 0x00, 0xc1]);
  assert.deepEqual(await readNpy(bytes), { dtype: "float32", shape: [2], data: new Float32Array([1, -2.5]) });
});

Deno.test("the header says where the elements of a long file begin", () => {
  const start = encodeNpyHeader({ dtype: "float64", shape: [1_000_000, 2048] });
  assert.equal(start.length % 64, 0);
  assert.deepEqual(decodeNpyHeader(start), {
    stored: "float64",
    shape: [1_000_000, 2048],
    fortranOrder: false,
    bigEndian: false,
    dataOffset: start.length,
  });
});

test("dtypes other than numbers and bools are refused by name", NEEDS, async () => {
  await refuses(npy(header({ descr: "'>c8'" })), />c8.* is not read; expected one of <f8/);
  await refuses(npy(header({ descr: "'<c8'" })), /<c8/);
  await refuses(npy(header({ descr: "'<U5'" })), /<U5/);
  await refuses(npy(header({ descr: "[('a', '<f4')]" })), /is not read/);
  await refuses(npy(header({ descr: "'|O'" })), /Python objects/);
});

test("damaged .npy files are refused with what was expected", NEEDS, async () => {
  await refuses(new Uint8Array(), /not a \.npy file/);
  await refuses(
    npy(header(), [1, 0, 2, 0, 3]),
    /expected 6 bytes for int16 of shape \(3\) after the header, found 5/,
  );
  await refuses(npy(header(), [1, 0, 2, 0, 3, 0, 0]), /expected 6 bytes .* found 7/);
  await refuses(npy(header()).subarray(0, 30), /truncated/);
  await refuses(npy(header({ shape: "(-3,)" })), /integers ≥ 0, found -3/);
  await refuses(npy(header({ shape: "(1e999,)" })), /found Infinity/);
  await refuses(
    npy(header({ shape: "(9007199254740991, 9007199254740991)" })),
    /more elements than can be counted/,
  );
  await refuses(npy(header({ shape: "(4611686018427387904,)" })), /integers ≥ 0/);
  await refuses(npy(header({ shape: "('a',)" })), /expected a header/);
  await refuses(npy(header({ shape: "(3" })), /cannot read the header/);
  await refuses(npy("x".repeat(20_000), [], [2, 0]), /at most 10000 bytes, found 20000/);
});

Deno.test("data that does not fill its shape is not written", () => {
  assert.throws(
    () => encodeNpy({ dtype: "int8", shape: [2], data: new Int8Array(3) }),
    /needs 2 elements, found 3/,
  );
});

testWithOracle("NumPy and .npy agree in both directions", async (t) => {
  const tensors = [...oneOfEach(), ...unsigned()].map(([, tensor]) => tensor);
  const script = `
import io, sys
try:
    import numpy as np
except ImportError:
    sys.exit(0)
given = io.BytesIO(sys.stdin.buffer.read())
for _ in range(int(sys.argv[1])):
    array = np.load(given, allow_pickle=False)
    assert array.flags.c_contiguous
    np.save(sys.stdout.buffer, array.copy(order='F'), allow_pickle=False)
`;
  const given = await new Blob(tensors.map(encodeNpy)).bytes();
  let answer: Uint8Array = await runOracle(script, [String(tensors.length)], given);
  if (answer.length === 0) {
    return await ignoredStep(t, "the Python with torch has no NumPy");
  }
  for (const tensor of tensors) {
    const end = decodeNpyHeader(answer).dataOffset + tensor.data.byteLength;
    assert.deepEqual(await readNpy(answer.subarray(0, end)), tensor);
    answer = answer.subarray(end);
  }
  assert.equal(answer.length, 0);
});
