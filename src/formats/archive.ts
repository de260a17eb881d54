/**
 * What torch.save archives: an object, pickled, whose tensors are views of storages, each a record beside it.
 * Layout: torch/serialization.py and torch/_utils.py of PyTorch.
 */
import type { StoredDtype } from "./elements.ts";
import { FormatError, quote } from "./error.ts";
import { isLegacy, readLegacy } from "./legacy.ts";
import { Inert, isTuple, type PickledDict } from "./pickle_machine.ts";
import { Storage, STORAGES, TensorView } from "./storage.ts";
import { unpickle } from "./unpickle.ts";
import { readZip } from "./zip.ts";

class StorageType {
  constructor(readonly stored: StoredDtype) {}
}

/**
 * The object in a file of torch.save, as `unpickle` gives it, with each tensor a TensorView whose storage is in the
 * file but whose shape and strides are not yet checked against it. Throws FormatError.
 */
export function readArchive(bytes: Uint8Array): unknown {
  if (isLegacy(bytes)) return readLegacy(bytes, GLOBALS, storageOf);
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b) {
    throw new FormatError(
      "not a PyTorch checkpoint: it begins neither as a zip does, nor as files from before PyTorch 1.6",
    );
  }
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
    persistentLoad: (id) => {
      const storage = storageOf(id);
      if (storage instanceof Inert) return storage;
      const bytes = zip.read(`${folder}data/${storage.key}`);
      if (!bytes) throw new FormatError(`damaged: the record of storage ${quote(storage.key)} is missing`);
      storage.fill(bytes);
      return storage;
    },
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

function orderedDict(args: readonly unknown[]): PickledDict {
  if (args.length > 0) throw new FormatError("expected an OrderedDict that is filled after it is made");
  return new Map();
}

/**
 * What an id refers to: ("storage", its type, its key, its device, its number of elements), yet without its elements.
 * Storages of types that are not known here are inert.
 */
function storageOf(id: unknown): Storage | Inert {
  const [tag, type, key, , count, view] = isTuple(id) ? id : [];
  if (tag === "module") return new Inert("torch.nn.Module");
  if (tag === "storage" && type instanceof Inert) return type;
  if (tag !== "storage" || !(type instanceof StorageType) || typeof key !== "string" || !isSize(count)) {
    throw new FormatError("damaged: the pickle refers to a storage in an unknown way");
  }
  return view === undefined || view === null
    ? new Storage(key, type.stored, count)
    : new Inert("a view of a storage, as PyTorch wrote before 0.4");
}

/** Arguments: storage, offset, shape, strides, requires_grad, backward_hooks; offset and strides in elements. */
function rebuildTensor(args: readonly unknown[]): TensorView | Inert {
  const [storage, offset, shape, strides] = args;
  if (storage instanceof Inert) return storage;
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
