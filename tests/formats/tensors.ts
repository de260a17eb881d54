/** Tensors that the format tests share. */
import type { StateDict } from "../../src/formats/tensor.ts";

/** One tensor of each dtype that all formats but .pth (which has no uint16 to uint64) can hold; 0-dim and empty ones too. */
export function oneOfEach(): StateDict {
  return new Map([
    ["fc.weight", {
      dtype: "float32",
      shape: [2, 3],
      data: new Float32Array([1.5, -2, 0, 3e-39, Infinity, NaN]),
    }],
    ["fc.bias", { dtype: "float64", shape: [2], data: new Float64Array([Math.PI, -1e300]) }],
    ["bn.num_batches_tracked", { dtype: "int64", shape: [], data: new BigInt64Array([-(2n ** 60n)]) }],
    ["labels", { dtype: "int32", shape: [3], data: new Int32Array([1, -2, 2 ** 31 - 1]) }],
    ["short", { dtype: "int16", shape: [1, 1], data: new Int16Array([-32768]) }],
    ["char", { dtype: "int8", shape: [2], data: new Int8Array([-128, 127]) }],
    ["pixels", { dtype: "uint8", shape: [1, 2, 2], data: new Uint8Array([0, 1, 254, 255]) }],
    ["mask", { dtype: "bool", shape: [2], data: new Uint8Array([0, 1]) }],
    ["empty", { dtype: "float32", shape: [0, 4], data: new Float32Array() }],
    ["Gewichtsmaß", { dtype: "float32", shape: [1], data: new Float32Array([7]) }],
  ]);
}

/** The unsigned integers that NumPy and safetensors have and PyTorch's storages lack. */
export function unsigned(): StateDict {
  return new Map([
    ["uint64", { dtype: "uint64", shape: [1], data: new BigUint64Array([2n ** 64n - 1n]) }],
    ["uint32", { dtype: "uint32", shape: [1], data: new Uint32Array([2 ** 32 - 1]) }],
    ["uint16", { dtype: "uint16", shape: [1], data: new Uint16Array([65535]) }],
  ]);
}
