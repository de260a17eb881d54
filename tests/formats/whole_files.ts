/** Whole files for the tests, which the commands write piece by piece and read in place. */
import { bytesOf } from "../../src/formats/elements.ts";
import { stateDictPieces } from "../../src/formats/pth.ts";
import type { Dtype, StateDict, TensorData } from "../../src/formats/tensor.ts";
import { zipPieces } from "../../src/formats/zip.ts";
import { openArrays, readArray } from "../../src/measuring/array_file.ts";
import { withTemporaryFolder } from "../support.ts";

const SAFETENSORS_NAMES: Readonly<Record<Dtype, string>> = {
  float64: "F64",
  float32: "F32",
  int64: "I64",
  int32: "I32",
  int16: "I16",
  int8: "I8",
  uint64: "U64",
  uint32: "U32",
  uint16: "U16",
  uint8: "U8",
  bool: "BOOL",
};

/** A .pth file. */
export function encodeStateDict(...given: Parameters<typeof stateDictPieces>): Uint8Array<ArrayBuffer> {
  return joined(stateDictPieces(...given));
}

/** A zip of stored entries. */
export function writeZip(...given: Parameters<typeof zipPieces>): Uint8Array<ArrayBuffer> {
  return joined(zipPieces(...given));
}

/** A .safetensors file. */
export function encodeSafetensors(state: StateDict): Uint8Array<ArrayBuffer> {
  return safetensorsOf(
    [...state].map(([name, tensor]) => ({
      name,
      dtype: SAFETENSORS_NAMES[tensor.dtype],
      shape: tensor.shape,
      bytes: bytesOf(tensor),
    })),
  );
}

/** A .safetensors file of tensors in the format's own words, their bytes in the order given. */
export function safetensorsOf(
  tensors: readonly { name: string; dtype: string; shape: readonly number[]; bytes: Uint8Array }[],
): Uint8Array<ArrayBuffer> {
  let end = 0;
  const entries = tensors.map(({ name, dtype, shape, bytes }) => {
    const begin = end;
    end += bytes.length;
    return [name, { dtype, shape, data_offsets: [begin, end] }];
  });
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const length = new Uint8Array(BigUint64Array.of(BigInt(json.length)).buffer);
  return joined([length, json, ...tensors.map(({ bytes }) => bytes)]);
}

/** The arrays of a file named `file` of these bytes, read as the commands do, by name. */
export async function readArrays(bytes: Uint8Array, file: string): Promise<Map<string, TensorData>> {
  const found = new Map<string, TensorData>();
  await withTemporaryFolder(async (folder) => {
    await Deno.writeFile(`${folder}/${file}`, bytes);
    for (const [name, array] of await openArrays(`${folder}/${file}`)) {
      found.set(name, await readArray(array));
    }
  });
  return found;
}

function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((size, { length }) => size + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
