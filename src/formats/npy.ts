/**
 * NumPy's .npy files, one array each (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
 * Read: headers of versions 1.0 to 3.0, of numbers (little-endian or big-endian) and bools in C or Fortran order. Written: version 1.0, C order.
 */
import * as v from "valibot";
import { bytesOf, type StoredDtype } from "./elements.ts";
import { FormatError, inFile, quote } from "./error.ts";
import { checkTensor, type Dtype, elementCount, type TensorData } from "./tensor.ts";

const MAGIC = "\x93NUMPY";
/** NumPy's own limit on a header that it does not trust. */
const MAX_HEADER = 10_000;
const ALIGNMENT = 64;

const DESCRIPTORS: { readonly [D in Dtype | "float16"]: string } = {
  float64: "<f8",
  float32: "<f4",
  float16: "<f2",
  int64: "<i8",
  int32: "<i4",
  int16: "<i2",
  int8: "|i1",
  uint64: "<u8",
  uint32: "<u4",
  uint16: "<u2",
  uint8: "|u1",
  bool: "|b1",
};
const STORED = new Map(
  Object.entries(DESCRIPTORS).map(([dtype, descriptor]) => [descriptor, dtype as StoredDtype]),
);

const HeaderSchema = v.strictObject({
  descr: v.unknown(),
  fortran_order: v.boolean(),
  shape: v.array(v.number()),
});

/** What stands before an array's elements. */
export interface NpyHeader {
  readonly stored: StoredDtype;
  readonly shape: readonly number[];
  readonly fortranOrder: boolean;
  /** Whether the bytes of an element come with the highest first. */
  readonly bigEndian: boolean;
  /** Where the elements begin, in bytes from the start of the file. */
  readonly dataOffset: number;
}

/** The header alone, from the first bytes of a file (10 KB are enough), for readers that stream. Throws FormatError. */
export function decodeNpyHeader(bytes: Uint8Array, { name = "array" }: { name?: string } = {}): NpyHeader {
  return inFile(name, () => {
    const { text, dataOffset } = headerText(bytes);
    const { descr, fortran_order: fortranOrder, shape } = parseHeader(text);
    elementCount(shape);
    return { ...storedDtype(descr), shape, fortranOrder, dataOffset };
  });
}

/** A whole .npy file of version 1.0. Throws FormatError where data and shape disagree. */
export function encodeNpy(tensor: TensorData): Uint8Array<ArrayBuffer> {
  checkTensor(tensor);
  const header = encodeNpyHeader(tensor);
  const file = new Uint8Array(header.length + tensor.data.byteLength);
  file.set(header);
  file.set(bytesOf(tensor), header.length);
  return file;
}

/** The header alone, for writers that stream the elements (row-major, little-endian) after it. */
export function encodeNpyHeader(
  { dtype, shape }: { readonly dtype: Dtype; readonly shape: readonly number[] },
): Uint8Array<ArrayBuffer> {
  elementCount(shape);
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const text = `{'descr': '${DESCRIPTORS[dtype]}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const start = MAGIC.length + 4;
  const length = Math.ceil((start + text.length + 1) / ALIGNMENT) * ALIGNMENT - start;
  const header = Uint8Array.from(
    `${MAGIC}\x01\x00..${text.padEnd(length - 1)}\n`,
    (character) => character.charCodeAt(0),
  );
  new DataView(header.buffer).setUint16(MAGIC.length + 2, length, true);
  return header;
}

function headerText(bytes: Uint8Array): { text: string; dataOffset: number } {
  const latin1 = new TextDecoder("latin1");
  if (bytes.length < MAGIC.length + 4 || !MAGIC.split("").every((c, i) => bytes[i] === c.charCodeAt(0))) {
    throw new FormatError("not a .npy file: it does not begin with \\x93NUMPY");
  }
  const [major, minor] = bytes.subarray(MAGIC.length);
  if (major < 1 || major > 3 || minor !== 0) {
    throw new FormatError(`expected .npy version 1.0, 2.0 or 3.0, found ${major}.${minor}`);
  }
  const start = MAGIC.length + (major === 1 ? 4 : 6);
  const lengthBytes = bytes.subarray(MAGIC.length + 2, start);
  const length = lengthBytes.reduceRight((value, byte) => value * 256 + byte, 0);
  if (length > MAX_HEADER) {
    throw new FormatError(`expected a header of at most ${MAX_HEADER} bytes, found ${length}`);
  }
  if (start + length > bytes.length) {
    throw new FormatError(
      `truncated: the header ends at byte ${start + length}, the file at ${bytes.length}`,
    );
  }
  return { text: latin1.decode(bytes.subarray(start, start + length)), dataOffset: start + length };
}

/** The header is a Python literal; of the ones that can be read here, each is JSON but for its spelling. */
function parseHeader(text: string): v.InferOutput<typeof HeaderSchema> {
  const json = text.replaceAll("'", '"').replaceAll("(", "[").replaceAll(")", "]")
    .replace(/\bTrue\b/, "true").replace(/\bFalse\b/, "false").replace(/,\s*([\]}])/g, "$1");
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new FormatError(`cannot read the header ${quote(text.trimEnd())}`);
  }
  const result = v.safeParse(HeaderSchema, value);
  if (!result.success) {
    throw new FormatError(
      `expected a header with descr, fortran_order and a shape of numbers, found ${quote(text.trimEnd())}`,
    );
  }
  return result.output;
}

function storedDtype(descriptor: unknown): Pick<NpyHeader, "stored" | "bigEndian"> {
  const bigEndian = typeof descriptor === "string" && descriptor.startsWith(">");
  const stored = STORED.get(bigEndian ? descriptor.replace(">", "<") : descriptor as string);
  if (stored) return { stored, bigEndian };
  if (typeof descriptor === "string" && descriptor.includes("O")) {
    throw new FormatError(
      "an array of Python objects is not read; save numbers, e.g. np.save(file, array.astype('f4'))",
    );
  }
  throw new FormatError(
    `dtype ${quote(JSON.stringify(descriptor))} is not read; expected one of ${
      [...STORED.keys()].join(" ")
    }, or > for <`,
  );
}
