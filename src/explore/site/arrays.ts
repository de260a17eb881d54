/** Arrays in files that a reader dropped on the page: .npy, .npz and .safetensors, decoded from their bytes. */
import { FormatError, inFile } from "../../formats/error.ts";
import { ELEMENT_BYTES, swapBytes } from "../../formats/elements.ts";
import { decodeNpyHeader } from "../../formats/npy.ts";
import { arrayEntries } from "../../formats/npz.ts";
import { decodeHeader, HEADER_START, headerLength } from "../../formats/safetensors.ts";
import { columnMajor, rowMajor, tensorFromStrided } from "../../formats/strides.ts";
import { elementCount, type TensorData } from "../../formats/tensor.ts";
import {
  dataStart,
  directoryPlace,
  localHeaderSize,
  readEntries,
  requireApart,
  type ZipEntry,
} from "../../formats/zip_directory.ts";

/** A compressed array may unpack to so many bytes: a small file could ask for any number of them. */
const MAX_UNPACKED = 2 ** 30;

/** Whether a name is that of a file of arrays. */
export function isArrayFile(name: string): boolean {
  return /\.(npy|npz|safetensors)$/.test(name);
}

/** The arrays of a file by name; the one of a .npy file under the file's. Throws FormatError, naming the file. */
export async function readArrays(
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Map<string, TensorData>> {
  if (name.endsWith(".npz")) return await readNpz(name, bytes);
  return inFile(name, () => {
    if (name.endsWith(".safetensors")) return readSafetensors(bytes);
    return new Map([[name.replace(/^.*\//, "").replace(/\.npy$/, ""), readNpy(bytes, "array")]]);
  });
}

function readNpy(bytes: Uint8Array<ArrayBuffer>, name: string): TensorData {
  const { stored, shape, fortranOrder, bigEndian, dataOffset } = decodeNpyHeader(bytes, { name });
  const data = bytes.slice(dataOffset);
  const expected = elementCount(shape) * ELEMENT_BYTES[stored];
  if (data.length !== expected) {
    throw new FormatError(`${name}: expected ${expected} bytes after the header, found ${data.length}`);
  }
  if (bigEndian) swapBytes(data, ELEMENT_BYTES[stored]);
  return tensorFromStrided(stored, shape, fortranOrder ? columnMajor(shape) : rowMajor(shape), data);
}

function readSafetensors(bytes: Uint8Array<ArrayBuffer>): Map<string, TensorData> {
  const length = headerLength(bytes.subarray(0, HEADER_START), bytes.length);
  const places = decodeHeader(bytes.subarray(HEADER_START, HEADER_START + length), bytes.length);
  return new Map(
    [...places].map(([name, { stored, shape, offset }]) => {
      const data = bytes.slice(offset, offset + elementCount(shape) * ELEMENT_BYTES[stored]);
      return [name, tensorFromStrided(stored, shape, rowMajor(shape), data)];
    }),
  );
}

async function readNpz(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<Map<string, TensorData>> {
  const spans = inFile(name, () => {
    const place = directoryPlace(bytes, bytes.length);
    const entries = readEntries(bytes.subarray(place.start, place.end), place);
    const spans = new Map(entries.map((entry) => [entry, spanOf(entry, bytes, place.start)]));
    requireApart([...spans].map(([{ name }, { start, end }]) => ({ name, start, end })));
    return [...arrayEntries(entries)].map(([array, entry]) => ({ array, entry, ...spans.get(entry)! }));
  });
  const found = new Map<string, TensorData>();
  for (const { array, entry, start, end } of spans) {
    const packed = bytes.subarray(start, end);
    const data = entry.method === "stored" ? packed : await unpacked(packed, entry, name);
    found.set(array, inFile(name, () => readNpy(data, array)));
  }
  return found;
}

function spanOf(entry: ZipEntry, bytes: Uint8Array, limit: number): { start: number; end: number } {
  const header = bytes.subarray(entry.start, entry.start + localHeaderSize(entry));
  const start = dataStart(entry, header, limit);
  return { start, end: start + entry.packed };
}

async function unpacked(
  packed: Uint8Array<ArrayBuffer>,
  { name, size }: ZipEntry,
  file: string,
): Promise<Uint8Array<ArrayBuffer>> {
  if (size > MAX_UNPACKED) {
    throw new FormatError(`${file}: expected at most ${MAX_UNPACKED} bytes of ${name}, found ${size}`);
  }
  const bytes = new Uint8Array(size);
  let filled = 0;
  try {
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    for await (const part of stream) {
      bytes.set(part, filled);
      filled += part.length;
    }
  } catch {
    throw new FormatError(`${file}: damaged: entry ${name} cannot be unpacked to ${size} bytes`);
  }
  if (filled === size) return bytes;
  throw new FormatError(`${file}: damaged: entry ${name} unpacks to ${filled} bytes, expected ${size}`);
}
