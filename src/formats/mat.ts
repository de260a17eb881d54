/**
 * MATLAB's files of level 5 (`save -v6` and `save -v7`), packed or not, in either byte order: the arrays of numbers that
 * are asked for, in the shapes that they must have, so that no file can ask for more memory than its reader does. Own
 * code because the library there is (mat-for-js) needs the whole file and makes a list in lists of every byte of an image.
 * Layout: MathWorks, "MAT-File Format" (2019), chapter 1.
 */
import { type ByteStore, fill, type OpenStore, readAt } from "./byte_store.ts";
import { ELEMENT_BYTES, swapBytes, tensorIn } from "./elements.ts";
import { FormatError, quote } from "./error.ts";
import { Inflated } from "./inflate.ts";
import { type Dtype, elementCount, type TensorData } from "./tensor.ts";

const HEADER = 128;
const VERSION = 0x0100;
const TAG = 8;
const MATRIX = 14;
const PACKED = 15;

const [INT8, INT32, UINT32] = [1, 5, 6];
/** How numbers may be stored, by their code in a tag. */
const STORED: ReadonlyMap<number, Dtype> = new Map([
  [INT8, "int8"],
  [2, "uint8"],
  [3, "int16"],
  [4, "uint16"],
  [INT32, "int32"],
  [UINT32, "uint32"],
  [7, "float32"],
  [9, "float64"],
  [12, "int64"],
  [13, "uint64"],
]);
/** Classes of arrays of numbers, double to uint64; the others are cells, structures, text and sparse matrices. */
const NUMBERS = { first: 6, last: 15 };
const COMPLEX = 0x0800;

/** What the parts before an array's numbers may take. */
const MOST = { flags: 8, dimensions: 32 * 4, name: 255 };

/** Bytes of an element, in order. */
interface Bytes extends AsyncDisposable {
  fill(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  end(): Promise<void>;
}

/** A file whose header has been read. */
interface MatFile {
  readonly opened: OpenStore;
  readonly store: ByteStore;
  readonly bigEndian: boolean;
}

/**
 * The arrays of a file by name, each in the shape asked for; their elements lie column by column, in the type in which
 * MATLAB stored them: one that holds them, not always that of the variable. Other variables are passed over.
 * Throws FormatError, naming the file, where one is missing, has another shape or holds no real numbers, or the file is
 * damaged.
 */
export async function readMat<Name extends string>(
  store: ByteStore,
  wanted: Readonly<Record<Name, readonly number[]>>,
): Promise<Record<Name, TensorData>> {
  using opened = await store.open();
  const file = { opened, store, bigEndian: await readHeader(opened, store) };
  const found = new Set<string>();
  const arrays: Partial<Record<string, TensorData>> = {};
  for (let at = HEADER; at < opened.size;) {
    const { code, size } = tagOf(await readAt(opened, at, TAG, store), file);
    const start = at + TAG;
    at = start + size;
    if (at > opened.size) {
      throw new FormatError(`${store.path}: truncated: expected ${at} bytes, found ${opened.size}`);
    }
    await using element = await openElement(file, code, { start, size });
    const { name, read } = await element.variable();
    if (found.has(name)) throw damaged(file, `expected each variable once, found ${quote(name)} twice`);
    found.add(name);
    if (Object.hasOwn(wanted, name)) arrays[name] = await read(wanted[name as Name]);
  }
  for (const name of Object.keys(wanted)) {
    if (found.has(name)) continue;
    const names = [...found].slice(0, 5).map(quote).join(", ");
    throw new FormatError(`${store.path}: expected a variable ${name}, found ${names || "none"}`);
  }
  return arrays as Record<Name, TensorData>;
}

/** Whether numbers have their highest byte first. */
async function readHeader(opened: OpenStore, store: ByteStore): Promise<boolean> {
  const header = await readAt(opened, 0, Math.min(opened.size, HEADER), store);
  const mark = String.fromCharCode(...header.subarray(126));
  const bigEndian = mark === "MI";
  const isLevel5 = header.length === HEADER && (bigEndian || mark === "IM");
  if (isLevel5 && new DataView(header.buffer).getUint16(124, !bigEndian) === VERSION) return bigEndian;
  throw new FormatError(
    `${store.path}: expected a MATLAB file of level 5 (save -v7), found another kind of file`,
  );
}

async function openElement(
  file: MatFile,
  code: number,
  { start, size }: { readonly start: number; readonly size: number },
): Promise<Matrix> {
  if (code === MATRIX) return new Matrix(file, plainBytes(file, start), size);
  if (code !== PACKED) throw damaged(file, `expected a variable at byte ${start - TAG}, found code ${code}`);
  const bytes = new Inflated(
    file.opened,
    { start, packed: size },
    "deflate",
    (what) => damaged(file, `the variable at byte ${start - TAG} ${what}`),
  );
  try {
    const tag = new Uint8Array(TAG);
    await bytes.fill(tag);
    const inner = tagOf(tag, file);
    if (inner.code !== MATRIX) throw damaged(file, `expected a packed variable, found code ${inner.code}`);
    return new Matrix(file, bytes, inner.size);
  } catch (error) {
    await bytes[Symbol.asyncDispose]();
    throw error;
  }
}

function plainBytes({ opened, store }: MatFile, start: number): Bytes {
  let at = start;
  return {
    async fill(bytes) {
      await fill(opened, bytes, at, store);
      at += bytes.length;
    },
    end: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** A variable in the order of its parts: flags, dimensions, name, numbers. */
class Matrix implements AsyncDisposable {
  #left: number;

  constructor(readonly file: MatFile, readonly bytes: Bytes, size: number) {
    this.#left = size;
  }

  /** Its name, and what reads it: valid until it is disposed. */
  async variable(): Promise<{ name: string; read: (shape: readonly number[]) => Promise<TensorData> }> {
    const flags = this.#view(await this.#part([UINT32], MOST.flags, "flags"));
    const dimensions = this.#view(await this.#part([INT32], MOST.dimensions, "dimensions"));
    const name = new TextDecoder().decode(await this.#part([INT8], MOST.name, "name"));
    const little = !this.file.bigEndian;
    const kind = flags.byteLength === MOST.flags ? flags.getUint32(0, little) : 0;
    const found = Array.from(
      { length: dimensions.byteLength / 4 },
      (_, i) => dimensions.getInt32(4 * i, little),
    );
    return { name, read: (shape) => this.#numbers(name, { kind, found, shape }) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.bytes[Symbol.asyncDispose]();
  }

  async #numbers(
    name: string,
    { kind, found, shape }: { kind: number; found: readonly number[]; shape: readonly number[] },
  ): Promise<TensorData> {
    const { path } = this.file.store;
    const numeric = (kind & 0xff) >= NUMBERS.first && (kind & 0xff) <= NUMBERS.last;
    if (!numeric || (kind & COMPLEX) !== 0) {
      throw new FormatError(`${path}: expected ${name} to hold real numbers, found another kind of variable`);
    }
    if (found.join() !== shape.join()) {
      throw new FormatError(`${path}: expected ${name} of ${shape.join(" × ")}, found ${found.join(" × ")}`);
    }
    const { code, size, inTag } = await this.#tag();
    const stored = STORED.get(code);
    const expected = stored === undefined ? 0 : elementCount(shape) * ELEMENT_BYTES[stored];
    if (stored === undefined || size !== expected) {
      throw this.#wrong(`the numbers of ${quote(name)}`);
    }
    const numbers = inTag ?? await this.#take(new Uint8Array(size));
    await this.#end(name);
    if (this.file.bigEndian) swapBytes(numbers, ELEMENT_BYTES[stored]);
    return tensorIn(stored, shape, numbers.buffer);
  }

  /** A part of one of these codes and of at most `most` bytes, with the bytes that fill it up to whole words passed over. */
  async #part(codes: readonly number[], most: number, what: string): Promise<Uint8Array<ArrayBuffer>> {
    const { code, size, inTag } = await this.#tag();
    if (!codes.includes(code) || size > most) throw this.#wrong(`the ${what} of a variable`);
    if (inTag !== null) return inTag;
    const padded = await this.#take(new Uint8Array(Math.ceil(size / TAG) * TAG));
    return padded.slice(0, size);
  }

  /** What a part is said to be; up to four bytes stand in the tag itself. */
  async #tag(): Promise<{ code: number; size: number; inTag: Uint8Array<ArrayBuffer> | null }> {
    const bytes = await this.#take(new Uint8Array(TAG));
    const { code, size } = tagOf(bytes, this.file);
    const small = code >>> 16;
    if (small === 0) return { code, size, inTag: null };
    if (small > 4) throw this.#wrong("a small element");
    return { code: code & 0xffff, size: small, inTag: bytes.slice(4, 4 + small) };
  }

  async #take(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
    if (bytes.length > this.#left) throw damaged(this.file, "a variable ends before its parts do");
    await this.bytes.fill(bytes);
    this.#left -= bytes.length;
    return bytes;
  }

  async #end(name: string): Promise<void> {
    if (this.#left >= TAG) throw damaged(this.file, `${quote(name)} goes on behind its numbers`);
    await this.#take(new Uint8Array(this.#left));
    await this.bytes.end();
  }

  #view({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
    return new DataView(buffer, byteOffset, byteLength - byteLength % 4);
  }

  #wrong(what: string): FormatError {
    return damaged(this.file, `expected ${what}, found other bytes`);
  }
}

/** Code and size in bytes of what follows. */
function tagOf(bytes: Uint8Array, { bigEndian }: Pick<MatFile, "bigEndian">): { code: number; size: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, TAG);
  return { code: view.getUint32(0, !bigEndian), size: view.getUint32(4, !bigEndian) };
}

function damaged({ store }: Pick<MatFile, "store">, what: string): FormatError {
  return new FormatError(`${store.path}: damaged: ${what}`);
}
