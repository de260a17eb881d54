/** The header of a .safetensors file alone, for readers that take the tensors from disk bit by bit. */
import * as v from "valibot";
import { ELEMENT_BYTES, type StoredDtype } from "../formats/elements.ts";
import { FormatError, inFile, quote } from "../formats/error.ts";
import { elementCount } from "../formats/tensor.ts";

/** Where the header begins: behind its length. */
export const HEADER_START = 8;
/** As in the reader of whole files. */
const MAX_HEADER = 2 ** 22;
const METADATA = "__metadata__";

/** The types that features, labels and classifiers come in. */
const STORED = new Map<string, StoredDtype>([
  ["F64", "float64"],
  ["F32", "float32"],
  ["F16", "float16"],
  ["BF16", "bfloat16"],
  ["I64", "int64"],
  ["I32", "int32"],
  ["I16", "int16"],
  ["I8", "int8"],
  ["U64", "uint64"],
  ["U32", "uint32"],
  ["U16", "uint16"],
  ["U8", "uint8"],
]);

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
export function headerLength(bytes: Uint8Array, fileBytes: number): number {
  if (bytes.length < HEADER_START) {
    throw new FormatError(`expected at least ${HEADER_START} bytes, found ${bytes.length}`);
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset, HEADER_START).getBigUint64(0, true);
  const limit = Math.min(MAX_HEADER, fileBytes - HEADER_START);
  if (length > limit) throw new FormatError(`expected a header of at most ${limit} bytes, found ${length}`);
  return Number(length);
}

/** The tensors that a JSON header lists, by name. Throws FormatError where one does not lie within the file. */
export function decodeHeader(bytes: Uint8Array, fileBytes: number): Map<string, TensorPlace> {
  const dataStart = HEADER_START + bytes.length;
  const entries = Object.entries(parse(bytes)).filter(([name]) => name !== METADATA);
  return new Map(
    entries.map(([name, entry]) => [
      name,
      inFile(`tensor ${quote(name)}`, () => readEntry(entry, dataStart, fileBytes)),
    ]),
  );
}

function parse(bytes: Uint8Array): object {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new FormatError("the header is not JSON");
  }
  if (typeof header === "object" && header !== null && !Array.isArray(header)) return header;
  throw new FormatError("expected the header to be a JSON object");
}

function readEntry(value: unknown, dataStart: number, fileBytes: number): TensorPlace {
  const result = v.safeParse(EntrySchema, value);
  if (!result.success) {
    throw new FormatError(`expected dtype, shape and data_offsets, found ${quote(JSON.stringify(value))}`);
  }
  const { dtype, shape, data_offsets: [begin, end] } = result.output;
  const stored = STORED.get(dtype);
  if (stored === undefined) {
    throw new FormatError(`expected one of ${[...STORED.keys()].join(" ")}, found dtype ${quote(dtype)}`);
  }
  const expected = elementCount(shape) * ELEMENT_BYTES[stored];
  if (end - begin !== expected || dataStart + end > fileBytes) {
    throw new FormatError(
      `expected ${expected} bytes for ${stored} of shape (${shape.join(", ")}) in a file of ${fileBytes}, ` +
        `found bytes ${dataStart + begin} to ${dataStart + end}`,
    );
  }
  return { stored, shape, offset: dataStart + begin };
}
