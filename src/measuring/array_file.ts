/** Arrays in .npy and .safetensors files, read whole or some rows at a time, so that no file has to fit into memory. */
import { basename } from "node:path";
import { ELEMENT_BYTES, type StoredDtype, swapBytes } from "../formats/elements.ts";
import { FormatError, inFile } from "../formats/error.ts";
import { decodeNpyHeader } from "../formats/npy.ts";
import { decodeHeader, HEADER_START, headerLength } from "../formats/safetensors.ts";
import { columnMajor, rowMajor, tensorFromStrided } from "../formats/strides.ts";
import { elementCount, type TensorData } from "../formats/tensor.ts";

/** A .npy header is at most so long. */
const NPY_HEADER = 10_240;

/** An array that lies in a file. */
export interface ArrayFile {
  /** The file, and the tensor in it where there can be several: for messages. */
  readonly title: string;
  readonly path: string;
  readonly stored: StoredDtype;
  readonly shape: readonly number[];
  /** Column by column in place of row by row. */
  readonly fortranOrder: boolean;
  /** The bytes of an element with the highest first. */
  readonly bigEndian: boolean;
  /** Of the first element, in bytes from the start of the file. */
  readonly offset: number;
}

/** Whether a path is named like a file of arrays. */
function isArrayFile(path: string): boolean {
  return /\.(npy|safetensors)$/.test(path);
}

/**
 * The arrays in a file: the tensors of a .safetensors file under their names; the one of a .npy file under the file's.
 * Reads no elements. Throws, naming the file, where it is not there, damaged or of another format.
 */
export async function openArrays(path: string): Promise<Map<string, ArrayFile>> {
  if (!isArrayFile(path)) throw new Error(`expected a .npy or .safetensors file, found ${path}`);
  using file = await open(path);
  const { size } = await file.stat();
  return path.endsWith(".npy") ? await openNpy(file, size, path) : await openSafetensors(file, size, path);
}

async function openNpy(file: Deno.FsFile, size: number, path: string): Promise<Map<string, ArrayFile>> {
  const header = decodeNpyHeader(await readAt(file, 0, Math.min(size, NPY_HEADER), path), { name: path });
  const { stored, shape, fortranOrder, bigEndian, dataOffset: offset } = header;
  const [expected, found] = [elementCount(shape) * ELEMENT_BYTES[stored], size - offset];
  if (found !== expected) {
    const what = `${stored} of shape (${shape.join(", ")})`;
    throw new FormatError(`${path}: expected ${expected} bytes for ${what} after the header, found ${found}`);
  }
  return new Map([[basename(path, ".npy"), {
    title: path,
    path,
    stored,
    shape,
    fortranOrder,
    bigEndian,
    offset,
  }]]);
}

async function openSafetensors(
  file: Deno.FsFile,
  size: number,
  path: string,
): Promise<Map<string, ArrayFile>> {
  const start = await readAt(file, 0, Math.min(size, HEADER_START), path);
  const length = inFile(path, () => headerLength(start, size));
  const header = await readAt(file, HEADER_START, length, path);
  const places = inFile(path, () => decodeHeader(header, size));
  const found = new Map<string, ArrayFile>();
  for (const [name, place] of places) {
    found.set(name, { title: `${path} (${name})`, path, fortranOrder: false, bigEndian: false, ...place });
  }
  return found;
}

/** All elements, row by row; float16 and bfloat16 are widened to float32. */
export async function readArray(array: ArrayFile): Promise<TensorData> {
  const { title, path, stored, shape, fortranOrder, bigEndian, offset } = array;
  using file = await open(path);
  const bytes = await readAt(file, offset, elementCount(shape) * ELEMENT_BYTES[stored], path);
  if (bigEndian) swapBytes(bytes, ELEMENT_BYTES[stored]);
  const strides = fortranOrder ? columnMajor(shape) : rowMajor(shape);
  return inFile(title, () => tensorFromStrided(stored, shape, strides, bytes));
}

/**
 * The rows of a matrix of floats in order, at most `rows` at a time, row after row; float16 and bfloat16 are widened to
 * float32. Every piece lies in the same memory: it is valid until the next one is asked for. Of a file in Fortran order
 * each piece is gathered column by column, in the memory of one column of the piece beside it.
 * Throws where the file holds other numbers.
 */
export async function* readRows(
  array: ArrayFile,
  rows: number,
): AsyncGenerator<Float32Array | Float64Array> {
  const { path, stored, shape: [count = 0, width = 0], fortranOrder, bigEndian, offset } = array;
  const size = ELEMENT_BYTES[stored];
  const byColumn = fortranOrder && count > 1 && width > 1;
  // Memory of its own for each piece would pile up until the collector runs.
  const buffer = new ArrayBuffer(Math.min(rows, count) * width * ELEMENT_BYTES[stored]);
  const numbers = numbersIn(array, buffer);
  using file = await open(path);
  await file.seek(offset, Deno.SeekMode.Start);
  for (let first = 0; first < count; first += rows) {
    const taken = Math.min(rows, count - first);
    const piece = new Uint8Array(buffer, 0, taken * width * size);
    if (byColumn) await gatherColumns(file, piece, { ...array, first, taken });
    else await fill(file, piece, path);
    if (bigEndian) swapBytes(piece, size);
    yield numbers(taken * width);
  }
}

/** Fills `piece` with rows `first` to `first + taken − 1` of a matrix that lies column by column. */
async function gatherColumns(
  file: Deno.FsFile,
  piece: Uint8Array,
  { path, stored, shape: [count = 0, width = 0], offset, first, taken }: ArrayFile & {
    readonly first: number;
    readonly taken: number;
  },
): Promise<void> {
  const size = ELEMENT_BYTES[stored];
  const column = new Uint8Array(taken * size);
  for (let c = 0; c < width; c++) {
    await file.seek(offset + (c * count + first) * size, Deno.SeekMode.Start);
    await fill(file, column, path);
    for (let row = 0; row < taken; row++) {
      const [from, to] = [row * size, (row * width + c) * size];
      for (let byte = 0; byte < size; byte++) piece[to + byte] = column[from + byte]!;
    }
  }
}

/** Reads the first `length` stored numbers of `buffer`. */
function numbersIn(
  { stored, title }: ArrayFile,
  buffer: ArrayBuffer,
): (length: number) => Float32Array | Float64Array {
  switch (stored) {
    case "float64":
      return (length) => new Float64Array(buffer, 0, length);
    case "float32":
      return (length) => new Float32Array(buffer, 0, length);
    case "float16": {
      const wide = new Float32Array(buffer.byteLength / ELEMENT_BYTES.float16);
      return (length) => {
        wide.set(new Float16Array(buffer, 0, length));
        return wide.subarray(0, length);
      };
    }
    case "bfloat16": {
      const halves = new Uint16Array(buffer);
      const wide = new Uint32Array(halves.length);
      return (length) => {
        for (let i = 0; i < length; i++) wide[i] = halves[i] << 16;
        return new Float32Array(wide.buffer, 0, length);
      };
    }
    default:
      throw new FormatError(`${title}: expected floating-point numbers, found ${stored}`);
  }
}

async function open(path: string): Promise<Deno.FsFile> {
  try {
    return await Deno.open(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new Error(`expected a file ${path}, found none`);
    throw error;
  }
}

async function readAt(
  file: Deno.FsFile,
  offset: number,
  length: number,
  path: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  await file.seek(offset, Deno.SeekMode.Start);
  await fill(file, bytes, path);
  return bytes;
}

async function fill(file: Deno.FsFile, bytes: Uint8Array, path: string): Promise<void> {
  for (let filled = 0; filled < bytes.length;) {
    const read = await file.read(bytes.subarray(filled));
    if (read === null) {
      throw new FormatError(`${path}: truncated: expected ${bytes.length - filled} more bytes, found none`);
    }
    filled += read;
  }
}
