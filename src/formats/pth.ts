/**
 * PyTorch's checkpoint files: a stored zip of one pickle and one raw record a storage, as torch.save writes since
 * version 1.6. Written: a state dict that torch.load(weights_only=True) reads. Read: what holds a state dict and
 * plain values; everything else is refused by name, and nothing in a file is ever executed.
 * Layout: torch/serialization.py and caffe2/serialize/inline_container.cc of PyTorch.
 */
import { readArchive, STORAGES, TensorView } from "./archive.ts";
import { bytesOf, ELEMENT_BYTES, readDtype } from "./elements.ts";
import { FormatError, inFile, quote } from "./error.ts";
import { PickleWriter } from "./pickle.ts";
import { extent, isRowMajor, rowMajor, tensorFromStrided } from "./strides.ts";
import { checkTensor, elementCount, type StateDict, type TensorData } from "./tensor.ts";
import { isTuple, type PickledDict } from "./unpickle.ts";
import { writeZip, zipPieces } from "./zip.ts";

/** Keys under which training scripts keep the state dict among other things. */
const WRAPPERS = ["state_dict", "model_state_dict", "model", "net"];
/** What torch.nn.DataParallel puts before each name. */
const PARALLEL = "module.";
/** Widening halves and keeping tied weights apart make state dicts larger than their files, but no more than this. */
const MAX_EXPANSION = 4;
const SLACK_BYTES = 65536;

/** The class of the storage to write for each dtype. */
const STORAGE_NAMES = new Map<string, string>(
  [...STORAGES].filter(([, stored]) => readDtype(stored) === stored).map(([name, stored]) => [stored, name]),
);

/**
 * A .pth file of an OrderedDict of tensors, in the map's order, that PyTorch 1.6 and later read.
 * `archive` names the folder inside the zip and means nothing to PyTorch. Equal state dicts give equal files.
 * Throws FormatError on a tensor whose data and shape disagree or whose dtype PyTorch has no storage for.
 */
export function encodeStateDict(state: StateDict, options: EncodeOptions = {}): Uint8Array<ArrayBuffer> {
  return writeZip(records(state, options));
}

/** The bytes of {@link encodeStateDict}, one piece after the other; those of the tensors are not copied. */
export function stateDictPieces(state: StateDict, options: EncodeOptions = {}): Uint8Array[] {
  return zipPieces(records(state, options));
}

export interface EncodeOptions {
  readonly archive?: string;
}

function records(
  state: StateDict,
  { archive = "archive" }: EncodeOptions,
): (readonly [name: string, data: Uint8Array])[] {
  const text = (value: string) => new TextEncoder().encode(value);
  const tensors = [...state.values()];
  return [
    [`${archive}/data.pkl`, pickleStateDict(state)],
    [`${archive}/.format_version`, text("1")],
    [`${archive}/.storage_alignment`, text("64")],
    [`${archive}/byteorder`, text("little")],
    ...tensors.map((tensor, key) => [`${archive}/data/${key}`, bytesOf(tensor)] as const),
    [`${archive}/version`, text("3\n")],
  ];
}

/**
 * The state dict in a .pth file: saved as such, or beside other plain values under the key "state_dict",
 * "model_state_dict", "model" or "net". The prefix "module." is dropped where every name has it; float16 and
 * bfloat16 are widened to float32; tensors come out row-major, whatever their strides in the file.
 * Throws FormatError, its message beginning with `name`.
 */
export function decodeStateDict(
  bytes: Uint8Array,
  { name = "checkpoint" }: { name?: string } = {},
): StateDict {
  return inFile(name, () => {
    const dict = findStateDict(readArchive(bytes));
    const read = tensorReader(MAX_EXPANSION * bytes.length + SLACK_BYTES);
    return withoutPrefix(new Map([...dict].map(([key, tensor]) => [key, read(key, tensor)])));
  });
}

function findStateDict(root: unknown): Map<string, TensorView> {
  if (!(root instanceof Map)) throw new FormatError(`expected a state dict, found ${describe(root)}`);
  const wrapped = WRAPPERS.filter((key) => root.get(key) instanceof Map);
  if (wrapped.length > 1) {
    throw new FormatError(`expected one state dict, found several: ${wrapped.join(", ")}`);
  }
  const dict: PickledDict = wrapped.length === 1 ? root.get(wrapped[0]) : root;
  for (const [key, value] of dict) {
    if (typeof key !== "string" || !(value instanceof TensorView)) {
      throw new FormatError(
        `expected a state dict of named tensors, or one under ${WRAPPERS.map(quote).join(", ")}; ` +
          `found ${describe(value)} under the key ${quote(String(key))}`,
      );
    }
  }
  return dict as Map<string, TensorView>;
}

function describe(value: unknown): string {
  if (value === null) return "None";
  if (value instanceof Map) return "a dict";
  if (value instanceof TensorView) return "a tensor";
  if (Array.isArray(value)) return isTuple(value) ? "a tuple" : "a list";
  return typeof value === "object" || typeof value === "function" ? "a part of PyTorch" : `a ${typeof value}`;
}

/** Reads tensors one after the other and refuses to hold more than `budget` bytes of them. */
function tensorReader(budget: number): (name: string, view: TensorView) => TensorData {
  let left = budget;
  return (name, { storage, offset, shape, strides }) =>
    inFile(`tensor ${quote(name)}`, () => {
      const size = ELEMENT_BYTES[storage.stored];
      const span = extent(shape, strides);
      const count = elementCount(shape);
      if (offset + span > storage.count) {
        const layout = `shape (${shape.join(", ")}) with strides (${strides.join(", ")})`;
        throw new FormatError(
          `${layout} from element ${offset} on leaves its ${storage.count} stored elements`,
        );
      }
      left -= (count + (isRowMajor(shape, strides) ? 0 : span)) * ELEMENT_BYTES[readDtype(storage.stored)];
      if (left < 0) {
        throw new FormatError(
          `up to here the tensors take more than ${MAX_EXPANSION} times the bytes of the file; ` +
            "save contiguous copies of tensors that are expanded or share memory",
        );
      }
      const bytes = storage.bytes.subarray(offset * size, (offset + span) * size);
      return tensorFromStrided(storage.stored, shape, strides, bytes);
    });
}

function withoutPrefix(state: StateDict): StateDict {
  if (![...state.keys()].every((name) => name.startsWith(PARALLEL))) return state;
  return new Map([...state].map(([name, tensor]) => [name.slice(PARALLEL.length), tensor]));
}

function pickleStateDict(state: StateDict): Uint8Array {
  const pickle = new PickleWriter();
  emptyOrderedDict(pickle);
  pickle.setItems(() => {
    let key = 0;
    for (const [name, tensor] of state) {
      pickle.text(name);
      inFile(`tensor ${quote(name)}`, () => pickleTensor(pickle, String(key++), tensor));
    }
  });
  return pickle.finish();
}

function pickleTensor(pickle: PickleWriter, key: string, tensor: TensorData): void {
  checkTensor(tensor);
  const storage = STORAGE_NAMES.get(tensor.dtype);
  if (!storage) {
    const expected = [...STORAGE_NAMES.keys()].join(", ");
    throw new FormatError(
      `dtype ${tensor.dtype} has no storage in PyTorch's files; expected one of ${expected}`,
    );
  }
  pickle.global("torch._utils", "_rebuild_tensor_v2");
  pickle.tuple(() => {
    pickle.tuple(() => {
      pickle.text("storage");
      pickle.global("torch", storage);
      pickle.text(key);
      pickle.text("cpu");
      pickle.integer(tensor.data.length);
    });
    pickle.persistentId();
    pickle.integer(0);
    pickle.tuple(() => tensor.shape.forEach((size) => pickle.integer(size)));
    pickle.tuple(() => rowMajor(tensor.shape).forEach((stride) => pickle.integer(stride)));
    pickle.false();
    emptyOrderedDict(pickle);
  });
  pickle.call();
}

function emptyOrderedDict(pickle: PickleWriter): void {
  pickle.global("collections", "OrderedDict");
  pickle.tuple(() => {});
  pickle.call();
}
