/** MATLAB's level 5 files, written from their description: packed or not, in either byte order. */
import { deflateSync } from "node:zlib";
import { bytesOf, ELEMENT_BYTES, swapBytes } from "../../src/formats/elements.ts";
import type { TensorData } from "../../src/formats/tensor.ts";

/** A variable: its class in MATLAB, and its numbers column by column as they are stored. */
export interface Variable {
  readonly name: string;
  readonly kind: "double" | "uint8" | "char";
  readonly numbers: TensorData;
  readonly complex?: boolean;
}

export interface MatOptions {
  readonly packed?: boolean;
  readonly bigEndian?: boolean;
}

const CLASSES = { char: 4, double: 6, uint8: 9 };
const CODES: Readonly<Record<string, number>> = {
  int8: 1,
  uint8: 2,
  int16: 3,
  uint16: 4,
  int32: 5,
  uint32: 6,
  float64: 9,
};
const COMPLEX = 0x0800;

/** A whole file. */
export function encodeMat(
  variables: readonly Variable[],
  { packed = true, bigEndian = false }: MatOptions = {},
): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(128);
  header.set(new TextEncoder().encode("MATLAB 5.0 MAT-file, written by a test".padEnd(116)));
  header.set(bigEndian ? [1, 0, 77, 73] : [0, 1, 73, 77], 124);
  const write = writer(bigEndian);
  const elements = variables.map((variable) => {
    const matrix = write.matrix(variable);
    if (!packed) return matrix;
    const deflated = new Uint8Array(deflateSync(matrix));
    return joined([write.words(15, deflated.length), deflated]);
  });
  return joined([header, ...elements]);
}

/** What the byte order decides. */
function writer(bigEndian: boolean) {
  const words = (...values: readonly number[]) => {
    const view = new DataView(new ArrayBuffer(4 * values.length));
    values.forEach((value, i) => view.setUint32(4 * i, value, !bigEndian));
    return new Uint8Array(view.buffer);
  };
  /** Up to four bytes stand in the tag itself. */
  const element = (code: number, bytes: Uint8Array) => {
    const small = bytes.length > 0 && bytes.length <= 4;
    const tag = small ? words(bytes.length << 16 | code) : words(code, bytes.length);
    const size = tag.length + bytes.length;
    return joined([tag, bytes, new Uint8Array(-size & 7)]);
  };
  const matrix = ({ name, kind, numbers, complex = false }: Variable) => {
    const stored = Uint8Array.from(bytesOf(numbers));
    if (bigEndian) swapBytes(stored, ELEMENT_BYTES[numbers.dtype]);
    const parts = joined([
      element(6, words(CLASSES[kind] | (complex ? COMPLEX : 0), 0)),
      element(5, words(...numbers.shape)),
      element(1, new TextEncoder().encode(name)),
      element(CODES[numbers.dtype]!, stored),
    ]);
    return joined([words(14, parts.length), parts]);
  };
  return { words, matrix };
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
