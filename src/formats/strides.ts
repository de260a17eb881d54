/** Tensors whose elements do not lie in row-major order: transposed, sliced, or written column by column. */
import { readDtype, type StoredDtype, tensorFromBytes } from "./elements.ts";
import { elementCount, type TensorData } from "./tensor.ts";

/** Strides, in elements, of a row-major tensor. */
export function rowMajor(shape: readonly number[]): number[] {
  return columnMajor(shape.toReversed()).toReversed();
}

/** Strides, in elements, of a column-major (Fortran order) tensor. */
export function columnMajor(shape: readonly number[]): number[] {
  let stride = 1;
  return shape.map((size) => {
    const own = stride;
    stride *= size;
    return own;
  });
}

/** Elements from the first to the last that a non-empty tensor touches, both included; 0 for an empty one. */
export function extent(shape: readonly number[], strides: readonly number[]): number {
  if (shape.includes(0)) return 0;
  return shape.reduce((last, size, axis) => last + (size - 1) * strides[axis], 1);
}

/** Whether the elements lie in row-major order without gaps; strides of dimensions of size 1 mean nothing. */
export function isRowMajor(shape: readonly number[], strides: readonly number[]): boolean {
  const expected = rowMajor(shape);
  return shape.includes(0) || shape.every((size, axis) => size === 1 || strides[axis] === expected[axis]);
}

/**
 * A row-major tensor from stored bytes that begin at its first element and hold `extent(shape, strides)` elements.
 * Copies `bytes`.
 */
export function tensorFromStrided(
  stored: StoredDtype,
  shape: readonly number[],
  strides: readonly number[],
  bytes: Uint8Array,
): TensorData {
  if (isRowMajor(shape, strides)) return tensorFromBytes(stored, shape, bytes);
  const { data: source } = tensorFromBytes(stored, [extent(shape, strides)], bytes);
  const data = new (source.constructor as new (length: number) => typeof source)(elementCount(shape));
  gather(source, data, shape, strides);
  return { dtype: readDtype(stored), shape, data } as TensorData;
}

interface Elements {
  readonly length: number;
  [index: number]: unknown;
}

function gather(
  source: Elements,
  target: Elements,
  shape: readonly number[],
  strides: readonly number[],
): void {
  const index = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < target.length; to++) {
    target[to] = source[from];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis];
      if (++index[axis] < shape[axis]) break;
      from -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
}
