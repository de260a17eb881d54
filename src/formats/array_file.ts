/** Arrays in .npy, .npz, .safetensors and .pth files, read whole or some rows at a time, so that no file has to fit into memory. */
import { type ArrayFile, type BytePlace, openBytes } from "./byte_reader.ts";
import { type ByteStore, fill, type OpenStore, readAt } from "./byte_store.ts";
import { ELEMENT_BYTES, swapBytes } from "./elements.ts";
import { FormatError, inFile } from "./error.ts";
import { decodeNpyHeader } from "./npy.ts";
import { npzEntries } from "./npz.ts";
import { isCheckpoint, pthArrays } from "./pth_arrays.ts";
import { decodeHeader, HEADER_START, headerLength } from "./safetensors.ts";
import { columnMajor, rowMajor, tensorFromStrided } from "./strides.ts";
import { elementCount, type TensorData } from "./tensor.ts";

/** A .npy header is at most so long. */
const NPY_HEADER = 10_240;
/** Bytes that a compressed array may have where it is read whole: a small file could ask for any number of them. */
const MAX_UNPACKED = 2 ** 30;

/** Whether a path is named like a file of arrays. */
export function isArrayFile(path: string): boolean {
  return /\.(npy|npz|safetensors)$/.test(path) || isCheckpoint(path);
}

/**
 * The arrays in a file: the tensors of a .safetensors or .pth file and the arrays of a .npz file under their names; the one of a
 * .npy file under the file's. Reads no elements. What a .npz file holds besides `wanted` (default: all) may be of kinds
 * that are not read here, and is passed over then.
 * Throws, naming the file, where it is not there, damaged or of another format.
 */
export async function openArrays(
  store: ByteStore,
  wanted?: readonly string[],
): Promise<Map<string, ArrayFile>> {
  const { path } = store;
  if (!isArrayFile(path)) throw new Error(`expected a .npy, .npz, .safetensors or .pth file, found ${path}`);
  using opened = await store.open();
  if (isCheckpoint(path)) return await pthArrays(opened, store);
  if (path.endsWith(".safetensors")) return await openSafetensors(opened, store);
  if (path.endsWith(".npz")) return await openNpz(opened, store, wanted);
  const name = path.replace(/^.*[/\\]/, "").replace(/\.npy$/, "");
  return new Map([[name, await openNpy({ title: path, store, entry: null }, opened.size)]]);
}

async function openNpz(
  opened: OpenStore,
  store: ByteStore,
  wanted?: readonly string[],
): Promise<Map<string, ArrayFile>> {
  const found = new Map<string, ArrayFile>();
  for (const [name, entry] of await npzEntries(opened, store)) {
    try {
      found.set(name, await openNpy({ title: `${store.path} (${name})`, store, entry }, entry.size));
    } catch (error) {
      if (!(error instanceof FormatError) || wanted === undefined || wanted.includes(name)) throw error;
    }
  }
  return found;
}

/** The array in a .npy file of `size` bytes, which may be an entry of a zip. */
async function openNpy(place: BytePlace & { readonly title: string }, size: number): Promise<ArrayFile> {
  await using reader = await openBytes(place, 0);
  const start = new Uint8Array(Math.min(size, NPY_HEADER));
  await reader.fill(start);
  const header = decodeNpyHeader(start, { name: place.title });
  const { stored, shape, fortranOrder, bigEndian, dataOffset: offset } = header;
  const [expected, found] = [elementCount(shape) * ELEMENT_BYTES[stored], size - offset];
  if (found !== expected) {
    const what = `${stored} of shape (${shape.join(", ")})`;
    throw new FormatError(
      `${place.title}: expected ${expected} bytes for ${what} after the header, found ${found}`,
    );
  }
  return { ...place, stored, shape, fortranOrder, bigEndian, offset };
}

async function openSafetensors(opened: OpenStore, store: ByteStore): Promise<Map<string, ArrayFile>> {
  const { size } = opened;
  const { path } = store;
  const start = await readAt(opened, 0, Math.min(size, HEADER_START), store);
  const length = inFile(path, () => headerLength(start, size));
  const header = await readAt(opened, HEADER_START, length, store);
  const places = inFile(path, () => decodeHeader(header, size));
  const found = new Map<string, ArrayFile>();
  for (const [name, place] of places) {
    const title = `${path} (${name})`;
    found.set(name, { title, store, entry: null, fortranOrder: false, bigEndian: false, ...place });
  }
  return found;
}

/** All elements, row by row; float16 and bfloat16 are widened to float32. */
export async function readArray(array: ArrayFile): Promise<TensorData> {
  const { title, stored, shape, fortranOrder, bigEndian, offset } = array;
  const size = elementCount(shape) * ELEMENT_BYTES[stored];
  if (isPacked(array) && size > MAX_UNPACKED) {
    throw new FormatError(
      `${title}: expected at most ${MAX_UNPACKED} bytes of a compressed array, found ${size}; ` +
        "save it with numpy.savez",
    );
  }
  const bytes = new Uint8Array(size);
  await using reader = await openBytes(array, offset);
  await reader.fill(bytes);
  await reader.end();
  if (bigEndian) swapBytes(bytes, ELEMENT_BYTES[stored]);
  const strides = fortranOrder ? columnMajor(shape) : rowMajor(shape);
  return inFile(title, () => tensorFromStrided(stored, shape, strides, bytes));
}

function isPacked({ entry }: ArrayFile): boolean {
  return entry?.method === "deflated";
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
  const { stored, shape: [count = 0, width = 0], fortranOrder, bigEndian } = array;
  const size = ELEMENT_BYTES[stored];
  const byColumn = fortranOrder && count > 1 && width > 1;
  // Memory of its own for each piece would pile up until the collector runs.
  const buffer = new ArrayBuffer(Math.min(rows, count) * width * ELEMENT_BYTES[stored]);
  const numbers = numbersIn(array, buffer);
  await using source = byColumn ? await openColumns(array) : await openRows(array);
  for (let first = 0; first < count; first += rows) {
    const taken = Math.min(rows, count - first);
    const piece = new Uint8Array(buffer, 0, taken * width * size);
    await source.read(piece, { first, taken });
    if (bigEndian) swapBytes(piece, size);
    yield numbers(taken * width);
  }
}

interface MatrixReader extends AsyncDisposable {
  /** Fills `piece` with rows `first` to `first + taken − 1`. */
  read(
    piece: Uint8Array<ArrayBuffer>,
    rows: { readonly first: number; readonly taken: number },
  ): Promise<void>;
}

/** Reads a matrix that lies row by row, from its first row to its last. */
async function openRows(array: ArrayFile): Promise<MatrixReader> {
  const reader = await openBytes(array, array.offset);
  return {
    async read(piece, { first, taken }) {
      await reader.fill(piece);
      // Before the last rows are handed over: who takes them may ask for no more.
      if (first + taken === array.shape[0]) await reader.end();
    },
    [Symbol.asyncDispose]: () => reader[Symbol.asyncDispose](),
  };
}

/** Reads a matrix that lies column by column, whose bytes have to stand in the file as they are. */
async function openColumns(array: ArrayFile): Promise<MatrixReader> {
  const { title, store, entry, stored, shape: [count = 0, width = 0], offset } = array;
  if (isPacked(array)) {
    throw new FormatError(
      `${title}: expected rows (C order) in a compressed array, found columns (Fortran order); ` +
        "save it with numpy.savez, or as numpy.ascontiguousarray makes it",
    );
  }
  if (entry !== null) await checkWhole(array, entry.size);
  const size = ELEMENT_BYTES[stored];
  const start = (entry?.start ?? 0) + offset;
  const opened = await store.open();
  return {
    async read(piece, { first, taken }) {
      const column = new Uint8Array(taken * size);
      for (let c = 0; c < width; c++) {
        await fill(opened, column, start + (c * count + first) * size, store);
        for (let row = 0; row < taken; row++) {
          const [from, to] = [row * size, (row * width + c) * size];
          for (let byte = 0; byte < size; byte++) piece[to + byte] = column[from + byte]!;
        }
      }
    },
    [Symbol.asyncDispose]: () => Promise.resolve(opened[Symbol.dispose]()),
  };
}

/** Throws where the bytes of an entry of `size` bytes are not those that were written. */
async function checkWhole(place: BytePlace, size: number): Promise<void> {
  await using reader = await openBytes(place, size);
  await reader.end();
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
