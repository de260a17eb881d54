/**
 * What torch.save wrote before PyTorch 1.6: five pickles one after the other (a magic number, a version, what machine
 * wrote it, the object, the keys of its storages), then each storage: its number of elements and their bytes.
 * Layout: `_legacy_save` in torch/serialization.py of PyTorch.
 */
import { ELEMENT_BYTES } from "./elements.ts";
import { FormatError, quote } from "./error.ts";
import { Inert, isTuple, type PickleContext } from "./pickle_machine.ts";
import type { Storage } from "./storage.ts";
import { unpickleFrom } from "./unpickle.ts";

const MAGIC = 0x1950a86a20f9469cfc6cn;
/** The pickled magic number, up to its first bytes. */
const START = [0x8a, 0x0a, 0x6c, 0xfc];
const VERSION = 1001;
const COUNT_BYTES = 8;
/** Bytes of an element in storages that no tensor is read from: they lie between the others. */
const OPAQUE_BYTES = new Map([
  ["torch.ComplexDoubleStorage", 16],
  ["torch.ComplexFloatStorage", 8],
  ["torch.QInt32Storage", 4],
  ["torch.QInt8Storage", 1],
  ["torch.QUInt8Storage", 1],
  ["torch.QUInt4x2Storage", 1],
]);

/** Whether a file begins as one from before PyTorch 1.6. */
export function isLegacy(bytes: Uint8Array): boolean {
  return bytes[0] === 0x80 && START.every((byte, i) => bytes[2 + i] === byte);
}

/** The object in the file, its storages filled; `storageOf` tells what a persistent id refers to. Throws FormatError. */
export function readLegacy(
  bytes: Uint8Array,
  globals: PickleContext["globals"],
  storageOf: (id: unknown) => Storage | Inert,
): unknown {
  const storages = new Map<string, Storage>();
  const opaque = new Map<string, number>();
  const persistentLoad = (id: unknown) => {
    const found = storageOf(id);
    if (found instanceof Inert) {
      const size = OPAQUE_BYTES.get(found.name);
      if (size !== undefined && isTuple(id) && typeof id[2] === "string") opaque.set(id[2], size);
      return found;
    }
    const known = storages.get(found.key) ?? found;
    if (known.stored !== found.stored || known.count !== found.count) {
      throw new FormatError(`damaged: storage ${quote(found.key)} is described in two ways`);
    }
    storages.set(found.key, known);
    return known;
  };
  let offset = 0;
  const next = () => {
    const { value, end } = unpickleFrom(bytes, offset, { globals, persistentLoad });
    offset = end;
    return value;
  };
  requireHeader(next(), next(), next());
  const saved = next();
  const keys = next();
  fillStorages(bytes.subarray(offset), keys, storages, opaque);
  return saved;
}

function requireHeader(magic: unknown, version: unknown, system: unknown): void {
  if (magic !== MAGIC) {
    throw new FormatError("damaged: the magic number of PyTorch's old format is not whole");
  }
  if (version !== VERSION) {
    throw new FormatError(
      `expected version ${VERSION} of PyTorch's old format, found ${
        typeof version === "number" ? version : "another"
      }`,
    );
  }
  if (!(system instanceof Map) || system.get("little_endian") !== true) {
    throw new FormatError("expected a file from a little-endian machine, found another");
  }
}

/** `bytes` hold the storages in the order of `keys`; `opaque` are those to pass over, by the size of an element. */
function fillStorages(
  bytes: Uint8Array,
  keys: unknown,
  storages: ReadonlyMap<string, Storage>,
  opaque: ReadonlyMap<string, number>,
): void {
  if (!Array.isArray(keys)) throw new FormatError("damaged: the list of storages is missing");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const missing = new Set(storages.keys());
  let offset = 0;
  for (const key of keys) {
    const storage = storages.get(key);
    const size = storage === undefined ? opaque.get(key) : ELEMENT_BYTES[storage.stored];
    if (size === undefined) throw new FormatError("expected only storages of known types, found another");
    const start = offset + COUNT_BYTES;
    const count = start > bytes.length ? 0 : Number(view.getBigUint64(offset, true));
    offset = start + count * size;
    if (offset > bytes.length) {
      throw new FormatError("truncated: the file ends before the elements of all storages");
    }
    if (storage === undefined) continue;
    if (count !== storage.count) {
      throw new FormatError(
        `damaged: storage ${quote(key)} has ${count} elements, expected ${storage.count}`,
      );
    }
    storage.fill(bytes.subarray(start, offset));
    missing.delete(key);
  }
  const [first] = missing;
  if (first !== undefined) throw new FormatError(`damaged: the record of storage ${quote(first)} is missing`);
}
