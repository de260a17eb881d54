/** Tensors as plain typed arrays: what every format is read into and written from. */
import { FormatError } from "./error.ts";

const MAX_RANK = 64;

/** The typed array that holds the elements of each dtype. A bool is a byte, 0 or 1. */
export interface ArrayOf {
  readonly float64: Float64Array<ArrayBuffer>;
  readonly float32: Float32Array<ArrayBuffer>;
  readonly int64: BigInt64Array<ArrayBuffer>;
  readonly int32: Int32Array<ArrayBuffer>;
  readonly int16: Int16Array<ArrayBuffer>;
  readonly int8: Int8Array<ArrayBuffer>;
  readonly uint64: BigUint64Array<ArrayBuffer>;
  readonly uint32: Uint32Array<ArrayBuffer>;
  readonly uint16: Uint16Array<ArrayBuffer>;
  readonly uint8: Uint8Array<ArrayBuffer>;
  readonly bool: Uint8Array<ArrayBuffer>;
}
export type Dtype = keyof ArrayOf;

/** A dense tensor in row-major order; its data has as many elements as the product of its shape (1 when 0-dim). */
export type TensorData<D extends Dtype = Dtype> = {
  readonly [K in D]: { readonly dtype: K; readonly shape: readonly number[]; readonly data: ArrayOf[K] };
}[D];

/** Parameters and buffers by name; the order is that of the model's modules. */
export type StateDict = Map<string, TensorData>;

/** Product of the dimensions. Throws on a dimension that is no size, and where the product is no exact integer. */
export function elementCount(shape: readonly number[]): number {
  if (shape.length > MAX_RANK) {
    throw new FormatError(`expected at most ${MAX_RANK} dimensions, found ${shape.length}`);
  }
  const bad = shape.find((size) => !Number.isSafeInteger(size) || size < 0);
  if (bad !== undefined) {
    throw new FormatError(`expected dimensions that are integers ≥ 0, found ${bad} in (${shape.join(", ")})`);
  }
  if (shape.includes(0)) return 0;
  const count = shape.reduce((product, size) => product * size, 1);
  if (!Number.isSafeInteger(count)) {
    throw new FormatError(`a tensor of shape (${shape.join(", ")}) has more elements than can be counted`);
  }
  return count;
}

/** Throws unless the data has exactly the elements that the shape asks for. */
export function checkTensor({ dtype, shape, data }: TensorData): void {
  const expected = elementCount(shape);
  if (data.length !== expected) {
    throw new FormatError(
      `a ${dtype} tensor of shape (${shape.join(", ")}) needs ${expected} elements, found ${data.length}`,
    );
  }
}
