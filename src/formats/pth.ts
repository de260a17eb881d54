/**
 * PyTorch's checkpoint files. Written: a stored zip of one pickle and one raw record a storage, as torch.save writes since
 * version 1.6, that torch.load(weights_only=True) reads. Read: these and the files of earlier versions, whatever lies
 * beside the state dict; nothing in a file is ever executed.
 * Layout: torch/serialization.py and caffe2/serialize/inline_container.cc of PyTorch.
 */
import { readArchive } from "./archive.ts";
import { bytesOf, ELEMENT_BYTES, readDtype } from "./elements.ts";
import { FormatError, inFile, quote } from "./error.ts";
import { PickleWriter } from "./pickle.ts";
import { chooseStateDict, type Chosen } from "./state_dicts.ts";
import { STORAGES, type TensorView } from "./storage.ts";
import { extent, isRowMajor, rowMajor, tensorFromStrided } from "./strides.ts";
import { checkTensor, elementCount, type StateDict, type TensorData } from "./tensor.ts";
import { zipPieces } from "./zip.ts";

/** Widening halves and keeping tied weights apart make state dicts larger than their files, but no more than this. */
const MAX_EXPANSION = 4;
const SLACK_BYTES = 65536;

/** The class of the storage to write for each dtype. */
const STORAGE_NAMES = new Map<string, string>(
  [...STORAGES].filter(([, stored]) => readDtype(stored) === stored).map(([name, stored]) => [stored, name]),
);

/**
 * A .pth file of an OrderedDict of tensors, in the map's order, that PyTorch 1.6 and later read: its bytes one piece after
 * the other, those of the tensors not copied.
 * `archive` names the folder inside the zip and means nothing to PyTorch. Equal state dicts give equal files.
 * Throws FormatError on a tensor whose data and shape disagree or whose dtype PyTorch has no storage for.
 */
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

/** A state dict, and what else a file holds. */
export interface OpenedStateDict extends Omit<Chosen, "tensors"> {
  readonly state: StateDict;
}

/**
 * The state dict that a file of torch.save holds, as such or among other things: that under `key`, or the one that
 * {@link chooseStateDict} finds. float16 and bfloat16 are widened to float32; tensors come out row-major, whatever their
 * strides in the file. Throws FormatError, its message beginning with `name`.
 */
export function openStateDict(
  bytes: Uint8Array,
  { name = "checkpoint", key }: { name?: string | undefined; key?: string | undefined } = {},
): OpenedStateDict {
  return inFile(name, () => {
    const { tensors, ...chosen } = chooseStateDict(readArchive(bytes), key);
    const read = tensorReader(MAX_EXPANSION * bytes.length + SLACK_BYTES);
    return { ...chosen, state: new Map([...tensors].map(([name, view]) => [name, read(name, view)])) };
  });
}

/** The state dict alone. */
export function decodeStateDict(bytes: Uint8Array, options: { name?: string } = {}): StateDict {
  return openStateDict(bytes, options).state;
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
