/** Files as torch.save wrote them before PyTorch 1.6 (`_legacy_save` in torch/serialization.py of PyTorch). */
import { bytesOf } from "../../src/formats/elements.ts";
import { rowMajor } from "../../src/formats/strides.ts";
import type { Dtype, StateDict, TensorData } from "../../src/formats/tensor.ts";

const STORAGE: Partial<Record<Dtype, string>> = {
  float32: "FloatStorage",
  float64: "DoubleStorage",
  int64: "LongStorage",
};
const MAGIC = [0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];
const VERSION = [0x4d, 0xe9, 0x03];
const [NONE, TRUE, FALSE, MARK, TUPLE, CALL, STORAGE_OF] = [0x4e, 0x88, 0x89, 0x28, 0x74, 0x52, 0x51];
const [DICT, SET_ITEMS, LIST, APPENDS] = [0x7d, 0x75, 0x5d, 0x65];

/** The tensors as an OrderedDict; of float32, float64 and int64. */
export function encodeLegacy(state: StateDict): Uint8Array<ArrayBuffer> {
  const tensors = [...state.values()];
  const items = [...state].flatMap(([name, tensor], i) => [...text(name), ...rebuilt(tensor, String(i))]);
  const pickles = [
    MAGIC,
    VERSION,
    [DICT, MARK, ...text("little_endian"), TRUE, SET_ITEMS],
    [...emptyOrderedDict(), MARK, ...items, SET_ITEMS],
    [LIST, MARK, ...tensors.flatMap((_, i) => text(String(i))), APPENDS],
  ].flatMap((pickle) => [0x80, 2, ...pickle, 0x2e]);
  const storages = tensors.flatMap((tensor) => [...little(tensor.data.length, 8), ...bytesOf(tensor)]);
  return Uint8Array.from([...pickles, ...storages]);
}

function rebuilt({ dtype, shape, data }: TensorData, key: string): number[] {
  const id = [
    ...text("storage"),
    ...global("torch", STORAGE[dtype]!),
    ...text(key),
    ...text("cpu"),
    ...integer(data.length),
    NONE,
  ];
  const sizes = (numbers: readonly number[]) => [MARK, ...numbers.flatMap(integer), TUPLE];
  const described = [...integer(0), ...sizes(shape), ...sizes(rowMajor(shape)), FALSE, ...emptyOrderedDict()];
  const args = [MARK, MARK, ...id, TUPLE, STORAGE_OF, ...described, TUPLE];
  return [...global("torch._utils", "_rebuild_tensor_v2"), ...args, CALL];
}

function emptyOrderedDict(): number[] {
  return [...global("collections", "OrderedDict"), MARK, TUPLE, CALL];
}

function global(module: string, name: string): number[] {
  return [0x63, ...new TextEncoder().encode(`${module}\n${name}\n`)];
}

function text(value: string): number[] {
  const utf8 = new TextEncoder().encode(value);
  return [0x58, ...little(utf8.length, 4), ...utf8];
}

function integer(value: number): number[] {
  return [0x4a, ...little(value, 4)];
}

function little(value: number, bytes: number): number[] {
  return Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** i) % 256);
}
