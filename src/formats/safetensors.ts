/**
 * Hugging Face's .safetensors files: the length of a JSON header, the header, then the tensors' bytes without gaps
 * (https://github.com/huggingface/safetensors, README, "Format").
 */
import * as v from "valibot";
import { ELEMENT_BYTES, type StoredDtype } from "./elements.ts";
import { FormatError, inFile, quote } from "./error.ts";
import { elementCount } from "./tensor.ts";

/** Bytes before the header: its length. */
export const HEADER_START = 8;
/** Room for tens of thousands of tensors; a header in memory takes several times its bytes. */
const MAX_HEADER = 2 ** 22;
const METADATA = "__metadata__";

const NAMES: { readonly [D in StoredDtype]: string } = {
  float64: "F64",
  float32: "F32",
  float16: "F16",
  bfloat16: "BF16",
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
const STORED = new Map(Object.entries(NAMES).map(([dtype, name]) => [name, dtype as StoredDtype]));

const size = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const EntrySchema = v.strictObject({
  dtype: v.string(),
  shape: v.array(size),
  data_offsets: v.strictTuple([size, size]),
});

/** Where a tensor lies in its file. */
export interface TensorPlace {
  readonly stored: StoredDtype;
  readonly shape: readonly number[];
  /** Of the first element, in bytes from the start of the file. */
  readonly offset: number;
}

/** Length of the JSON header, from the first eight bytes of a file of `fileBytes`. Throws FormatError. */
export function headerLength(start: Uint8Array, fileBytes: number): number {
  if (start.length < HEADER_START) {
    throw new FormatError(`expected at least ${HEADER_START} bytes, found ${start.length}`);
  }
  const length = new DataView(start.buffer, start.byteOffset, HEADER_START).getBigUint64(0, true);
  const limit = Math.min(MAX_HEADER, fileBytes - HEADER_START);
  if (length > limit) throw new FormatError(`expected a header of at most ${limit} bytes, found ${length}`);
  return Number(length);
}

/**
 * Where the tensors lie that the JSON header of a file of `fileBytes` lists, in the order of their bytes. Throws
 * FormatError, also unless the tensors use each byte behind the header once.
 */
export function decodeHeader(header: Uint8Array, fileBytes: number): Map<string, TensorPlace> {
  const entries = Object.entries(parseHeader(header)).filter(([name]) => name !== METADATA)
    .map(([name, value]) => inFile(`tensor ${quote(name)}`, () => readEntry(name, value)))
    .toSorted((a, b) => a.begin - b.begin || a.end - b.end);
  const dataStart = HEADER_START + header.length;
  checkCoverage(entries, fileBytes - dataStart);
  return new Map(
    entries.map(({ name, stored, shape, begin }) => [name, { stored, shape, offset: dataStart + begin }]),
  );
}

interface Entry {
  readonly name: string;
  readonly stored: StoredDtype;
  readonly shape: readonly number[];
  /** In bytes from the end of the header. */
  readonly begin: number;
  readonly end: number;
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new FormatError("the header is not JSON");
  }
  if (typeof header !== "object" || header === null || Array.isArray(header)) {
    throw new FormatError("expected the header to be a JSON object");
  }
  return header as Record<string, unknown>;
}

function readEntry(name: string, value: unknown): Entry {
  const result = v.safeParse(EntrySchema, value);
  if (!result.success) {
    throw new FormatError(`expected dtype, shape and data_offsets, found ${quote(JSON.stringify(value))}`);
  }
  const { dtype, shape, data_offsets: [begin, end] } = result.output;
  const stored = STORED.get(dtype);
  if (!stored) {
    throw new FormatError(
      `dtype ${quote(dtype)} is not read; expected one of ${[...STORED.keys()].join(" ")}`,
    );
  }
  const expected = storedBytes(stored, shape);
  if (end - begin !== expected) {
    const what = `${stored} of shape (${shape.join(", ")})`;
    throw new FormatError(`expected ${expected} bytes for ${what}, found bytes ${begin} to ${end}`);
  }
  return { name, stored, shape, begin, end };
}

function storedBytes(stored: StoredDtype, shape: readonly number[]): number {
  return elementCount(shape) * ELEMENT_BYTES[stored];
}

/** The tensors must use each byte once: no overlap, no gap, nothing behind the last. */
function checkCoverage(entries: readonly Entry[], length: number): void {
  let covered = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== covered) {
      throw new FormatError(`tensor ${quote(name)} begins at byte ${begin} of the data, expected ${covered}`);
    }
    covered = end;
  }
  if (covered !== length) {
    throw new FormatError(`the tensors end at byte ${covered} of the data, the file at ${length}`);
  }
}
