/**
 * What torch.save archives: an object, pickled, whose tensors are views of storages, each a record beside it.
 * Layout: torch/serialization.py and torch/_utils.py of PyTorch.
 */
import { ELEMENT_BYTES, type StoredDtype } from "./elements.ts";
import { FormatError, quote } from "./error.ts";
import { isTuple, type PickledDict, unpickle } from "./unpickle.ts";
import { readZip } from "./zip.ts";

/** The dtype of each of PyTorch's storages, by the name of its class in the module torch. */
export const STORAGES = new Map<string, StoredDtype>([
  ["DoubleStorage", "float64"],
  ["FloatStorage", "float32"],
  ["HalfStorage", "float16"],
  ["BFloat16Storage", "bfloat16"],
  ["LongStorage", "int64"],
  ["IntStorage", "int32"],
  ["ShortStorage", "int16"],
  ["CharStorage", "int8"],
  ["ByteStorage", "uint8"],
  ["BoolStorage", "bool"],
]);

/** A record of the file: `count` elements. */
export class Storage {
  constructor(readonly stored: StoredDtype, readonly count: number, readonly bytes: Uint8Array) {}
}

/** A tensor: elements of a storage, by their offset and strides (in elements). */
export class TensorView {
  constructor(
    readonly storage: Storage,
    readonly offset: number,
    readonly shape: readonly number[],
    readonly strides: readonly number[],
  ) {}
}

class StorageType {
  constructor(readonly stored: StoredDtype) {}
}

/**
 * The object in an archive, as `unpickle` gives it, with each tensor a TensorView whose storage is in the file but
 * whose shape and strides are not yet checked against it. Throws FormatError.
 */
export function readArchive(bytes: Uint8Array): unknown {
  checkZip(bytes);
  const zip = readZip(bytes);
  const pickles = zip.names.filter((name) => /^[^/]*\/data\.pkl$/.test(name));
  if (pickles.length !== 1) {
    throw new FormatError(
      `not a PyTorch checkpoint: expected one data.pkl in the zip, found ${pickles.length}`,
    );
  }
  const folder = pickles[0].slice(0, -"data.pkl".length);
  const order = zip.read(`${folder}byteorder`);
  if (order && new TextDecoder().decode(order) !== "little") {
    throw new FormatError(`expected byteorder "little", found ${quote(new TextDecoder().decode(order))}`);
  }
  return unpickle(zip.read(pickles[0])!, {
    globals: GLOBALS,
    persistentLoad: (id) => loadStorage(id, (key) => zip.read(`${folder}data/${key}`)),
  });
}

const GLOBALS = new Map<string, unknown>([
  ["collections OrderedDict", orderedDict],
  ["torch._utils _rebuild_tensor_v2", rebuildTensor],
  ["torch._utils _rebuild_parameter", ([tensor]: readonly unknown[]) => tensor],
  ["torch Size", ([sizes]: readonly unknown[]) => sizes],
  ["torch device", ([type]: readonly unknown[]) => type],
  ...[...STORAGES].map(([name, stored]) => [`torch ${name}`, new StorageType(stored)] as const),
]);

function checkZip(bytes: Uint8Array): void {
  const begins = (...start: number[]) => start.every((byte, i) => bytes[i] === byte);
  if (begins(0x50, 0x4b)) return;
  // The old format begins with its magic number 0x1950a86a20f9469cfc6c, pickled by itself.
  if (begins(0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc)) {
    throw new FormatError(
      "saved in PyTorch's format from before version 1.6, which is not read; save it again with a current PyTorch: " +
        "`torch.save(torch.load(path, map_location='cpu', weights_only=True), path)`",
    );
  }
  throw new FormatError("not a PyTorch checkpoint: it does not begin as a zip does");
}

function orderedDict(args: readonly unknown[]): PickledDict {
  if (args.length > 0) throw new FormatError("expected an OrderedDict that is filled after it is made");
  return new Map();
}

/** Id of a storage: ("storage", its type, its key, its device, its number of elements). */
function loadStorage(id: unknown, record: (key: string) => Uint8Array | undefined): Storage {
  const [tag, type, key, , count] = isTuple(id) ? id : [];
  if (tag !== "storage" || !(type instanceof StorageType) || typeof key !== "string" || !isSize(count)) {
    throw new FormatError("damaged: the pickle refers to a storage in an unknown way");
  }
  const bytes = record(key);
  if (!bytes) throw new FormatError(`damaged: the record of storage ${quote(key)} is missing`);
  const expected = count * ELEMENT_BYTES[type.stored];
  if (bytes.length !== expected) {
    const what = `storage ${quote(key)} of ${count} ${type.stored}`;
    throw new FormatError(`damaged: ${what} needs ${expected} bytes, found ${bytes.length}`);
  }
  return new Storage(type.stored, count, bytes);
}

/** Arguments: storage, offset, shape, strides, requires_grad, backward_hooks; offset and strides in elements. */
function rebuildTensor(args: readonly unknown[]): TensorView {
  const [storage, offset, shape, strides] = args;
  const isDescribed = storage instanceof Storage && isSize(offset) && isSizes(shape) && isSizes(strides);
  if (!isDescribed || args.length > 6) {
    throw new FormatError("damaged: the pickle describes a tensor in an unknown way");
  }
  if (shape.length !== strides.length) {
    throw new FormatError(
      `expected a stride for each of ${shape.length} dimensions, found ${strides.length}`,
    );
  }
  return new TensorView(storage, offset, shape, strides);
}

function isSize(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isSizes(value: unknown): value is readonly number[] {
  return isTuple(value) && value.every(isSize);
}
