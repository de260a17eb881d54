/**
 * Hugging Face's .safetensors files: the length of a JSON header, the header, then the tensors' bytes without gaps
 * (https://github.com/huggingface/safetensors, README, "Format").
 */
import * as v from "valibot";
import { bytesOf, ELEMENT_BYTES, type StoredDtype, tensorFromBytes } from "./elements.ts";
import { FormatError, inFile, quote } from "./error.ts";
import { checkTensor, elementCount, type StateDict } from "./tensor.ts";

const LENGTH_BYTES = 8;
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

interface Entry {
  readonly name: string;
  readonly stored: StoredDtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/**
 * The tensors of a .safetensors file in the order of their bytes; float16 and bfloat16 are widened to float32, and
 * the file's metadata is left out. Throws FormatError, its message beginning with `name`.
 */
export function decodeSafetensors(
  bytes: Uint8Array,
  { name = "safetensors" }: { name?: string } = {},
): StateDict {
  return inFile(name, () => {
    const { header, data } = split(bytes);
    const entries = Object.entries(header).filter(([key]) => key !== METADATA)
      .map(([key, value]) => inFile(`tensor ${quote(key)}`, () => readEntry(key, value)))
      .toSorted((a, b) => a.begin - b.begin || a.end - b.end);
    checkCoverage(entries, data.length);
    return new Map(
      entries.map(({ name, stored, shape, begin, end }) => [
        name,
        inFile(`tensor ${quote(name)}`, () => tensorFromBytes(stored, shape, data.subarray(begin, end))),
      ]),
    );
  });
}

/** A .safetensors file; tensors of wide elements come first, so that each begins at a multiple of its element. */
export function encodeSafetensors(state: StateDict): Uint8Array<ArrayBuffer> {
  const tensors = [...state].toSorted(([, a], [, b]) => ELEMENT_BYTES[b.dtype] - ELEMENT_BYTES[a.dtype]);
  let end = 0;
  const entries = tensors.map(([name, tensor]) => {
    if (name === METADATA) throw new FormatError(`no tensor can be named ${METADATA} in a safetensors file`);
    inFile(`tensor ${quote(name)}`, () => checkTensor(tensor));
    const begin = end;
    end += tensor.data.byteLength;
    return [name, { dtype: NAMES[tensor.dtype], shape: tensor.shape, data_offsets: [begin, end] }] as const;
  });

  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const dataStart = Math.ceil((LENGTH_BYTES + json.length) / 8) * 8;
  const file = new Uint8Array(dataStart + end).fill(0x20, LENGTH_BYTES, dataStart);
  new DataView(file.buffer).setBigUint64(0, BigInt(dataStart - LENGTH_BYTES), true);
  file.set(json, LENGTH_BYTES);
  tensors.forEach(([, tensor], i) => file.set(bytesOf(tensor), dataStart + entries[i][1].data_offsets[0]));
  return file;
}

function split(bytes: Uint8Array): { header: Record<string, unknown>; data: Uint8Array } {
  if (bytes.length < LENGTH_BYTES) {
    throw new FormatError(`expected at least ${LENGTH_BYTES} bytes, found ${bytes.length}`);
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset, LENGTH_BYTES).getBigUint64(0, true);
  const limit = Math.min(MAX_HEADER, bytes.length - LENGTH_BYTES);
  if (length > limit) throw new FormatError(`expected a header of at most ${limit} bytes, found ${length}`);
  const dataStart = LENGTH_BYTES + Number(length);
  return { header: parseHeader(bytes.subarray(LENGTH_BYTES, dataStart)), data: bytes.subarray(dataStart) };
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
  const expected = elementCount(shape) * ELEMENT_BYTES[stored];
  if (end - begin !== expected) {
    const what = `${stored} of shape (${shape.join(", ")})`;
    throw new FormatError(`expected ${expected} bytes for ${what}, found bytes ${begin} to ${end}`);
  }
  return { name, stored, shape, begin, end };
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
