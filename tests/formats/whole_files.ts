/** Whole files for the tests, which the commands write piece by piece and read in place. */
import { crc32, deflateRawSync } from "node:zlib";
import { bytesOf } from "../../src/formats/elements.ts";
import { encodeNpy } from "../../src/formats/npy.ts";
import { stateDictPieces } from "../../src/formats/pth.ts";
import type { Dtype, StateDict, TensorData } from "../../src/formats/tensor.ts";
import { zipPieces } from "../../src/formats/zip.ts";
import { readArray } from "../../src/formats/array_file.ts";
import { openArraysAt } from "../../src/measuring/array_store.ts";
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

/** A .npz file as numpy.savez writes it, or as numpy.savez_compressed does. */
export function encodeNpz(
  arrays: Iterable<readonly [string, TensorData]>,
  { compressed = false }: { compressed?: boolean } = {},
): Uint8Array<ArrayBuffer> {
  const entries = Array.from(arrays, ([name, tensor]) => [`${name}.npy`, encodeNpy(tensor)] as const);
  return compressed ? deflatedZip(entries) : writeZip(entries);
}

/** A zip of deflated entries; `size` says that each unpacks to so many bytes (default: what it does). */
export function deflatedZip(
  entries: readonly (readonly [name: string, data: Uint8Array])[],
  { size }: { size?: number } = {},
): Uint8Array<ArrayBuffer> {
  const files: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let start = 0;
  for (const [name, data] of entries) {
    const [encoded, packed] = [new TextEncoder().encode(name), deflateRawSync(data)];
    // Version, flags, method, time, date, CRC-32, sizes, lengths of name and extra field.
    const fields = new DataView(new ArrayBuffer(26));
    fields.setUint16(0, 20, true);
    fields.setUint16(4, 8, true);
    fields.setUint16(8, 0x21, true);
    fields.setUint32(10, crc32(data), true);
    fields.setUint32(14, packed.length, true);
    fields.setUint32(18, size ?? data.length, true);
    fields.setUint16(22, encoded.length, true);
    const local = new Uint8Array(fields.buffer);
    const place = new DataView(new ArrayBuffer(14));
    place.setUint32(10, start, true);
    const file = joined([Uint8Array.of(0x50, 0x4b, 3, 4), local, encoded, packed]);
    files.push(file);
    directory.push(
      Uint8Array.of(0x50, 0x4b, 1, 2, 20, 0),
      local,
      new Uint8Array(place.buffer),
      encoded,
    );
    start += file.length;
  }
  const end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, 0x06054b50, true);
  for (const field of [8, 10]) end.setUint16(field, entries.length, true);
  end.setUint32(12, directory.reduce((sum, { length }) => sum + length, 0), true);
  end.setUint32(16, start, true);
  return joined([...files, ...directory, new Uint8Array(end.buffer)]);
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

/** A .npy file of version 1.0 of an array that lies column by column, `descr` in NumPy's words. */
export function npyInColumns(
  { descr, shape, bytes }: { descr: string; shape: readonly number[]; bytes: Uint8Array },
): Uint8Array<ArrayBuffer> {
  const text = `{'descr': '${descr}', 'fortran_order': True, 'shape': (${shape.join(", ")}), }`;
  const header = new TextEncoder().encode(text.padEnd(117) + "\n");
  return joined([
    new Uint8Array([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length, 0]),
    header,
    bytes,
  ]);
}

/** A matrix of float64 in a .npy file, column by column, the highest byte of each number first. */
export function npyFromElsewhere(rows: readonly (readonly number[])[]): Uint8Array<ArrayBuffer> {
  const shape = [rows.length, rows[0]!.length];
  const view = new DataView(new ArrayBuffer(8 * shape[0]! * shape[1]!));
  rows.forEach((row, r) => row.forEach((value, c) => view.setFloat64(8 * (c * rows.length + r), value)));
  return npyInColumns({ descr: ">f8", shape, bytes: new Uint8Array(view.buffer) });
}

/** The arrays of a file named `file` of these bytes, read as the commands do, by name. */
export async function readArrays(bytes: Uint8Array, file: string): Promise<Map<string, TensorData>> {
  const found = new Map<string, TensorData>();
  await withTemporaryFolder(async (folder) => {
    await Deno.writeFile(`${folder}/${file}`, bytes);
    for (const [name, array] of await openArraysAt(`${folder}/${file}`)) {
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
