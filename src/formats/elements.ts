/**
 * Elements as they lie in files: little-endian bytes, as on every machine that runs a JavaScript engine worth
 * measuring on. Half-precision elements have no typed array and are widened to float32, which is exact.
 */
import { FormatError } from "./error.ts";
import type { ArrayOf, Dtype, TensorData } from "./tensor.ts";

/** The types of elements that files hold. */
export type StoredDtype = Dtype | "float16" | "bfloat16";

/** Bytes that one stored element takes. */
export const ELEMENT_BYTES: { readonly [D in StoredDtype]: number } = {
  float64: 8,
  float32: 4,
  float16: 2,
  bfloat16: 2,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint64: 8,
  uint32: 4,
  uint16: 2,
  uint8: 1,
  bool: 1,
};

const ARRAYS: { readonly [D in Dtype]: new (buffer: ArrayBuffer) => ArrayOf[D] } = {
  float64: Float64Array,
  float32: Float32Array,
  int64: BigInt64Array,
  int32: Int32Array,
  int16: Int16Array,
  int8: Int8Array,
  uint64: BigUint64Array,
  uint32: Uint32Array,
  uint16: Uint16Array,
  uint8: Uint8Array,
  bool: Uint8Array,
};

/** The dtype that stored elements are read into. */
export function readDtype(stored: StoredDtype): Dtype {
  return stored === "float16" || stored === "bfloat16" ? "float32" : stored;
}

/** A tensor of `shape` from its stored bytes, which are copied. The caller has checked that shape and bytes agree. */
export function tensorFromBytes(
  stored: StoredDtype,
  shape: readonly number[],
  bytes: Uint8Array,
): TensorData {
  const dtype = readDtype(stored);
  const data = stored === "float16" || stored === "bfloat16"
    ? widen(bytes, stored === "float16" ? halfBits : (bits) => bits << 16)
    : new ARRAYS[stored](bytes.slice().buffer);
  if (dtype === "bool" && data.some((byte: number | bigint) => byte > 1)) {
    throw new FormatError("expected bools to be bytes 0 or 1, found another value");
  }
  return { dtype, shape, data } as TensorData;
}

/** A tensor of `shape` in the memory of its little-endian bytes. The caller has checked that shape and bytes agree. */
export function tensorIn(dtype: Dtype, shape: readonly number[], bytes: ArrayBuffer): TensorData {
  return { dtype, shape, data: new ARRAYS[dtype](bytes) } as TensorData;
}

/** Turns the bytes of each element of `width` bytes round, in place: big-endian to little-endian. */
export function swapBytes(bytes: Uint8Array, width: number): void {
  for (let start = 0; start + width <= bytes.length; start += width) {
    bytes.subarray(start, start + width).reverse();
  }
}

/** The bytes of a tensor's data, not copied. */
export function bytesOf({ data }: TensorData): Uint8Array<ArrayBuffer> {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

function widen(bytes: Uint8Array, floatBits: (half: number) => number): Float32Array<ArrayBuffer> {
  const halves = new Uint16Array(bytes.slice().buffer);
  return new Float32Array(Int32Array.from(halves, floatBits).buffer);
}

/** IEEE 754: 1 sign, 5 exponent and 10 fraction bits to 1, 8 and 23. */
function halfBits(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return sign | 0x7f800000 | (fraction << 13);
  if (exponent > 0) return sign | ((exponent + 112) << 23) | (fraction << 13);
  if (fraction === 0) return sign;
  // A subnormal half is a normal float: move its leading one up to the implicit place.
  const shift = Math.clz32(fraction) - 21;
  return sign | ((113 - shift) << 23) | (((fraction << shift) & 0x3ff) << 13);
}
