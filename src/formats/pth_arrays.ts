/** Features that were saved by torch.save, as a dict of tensors: where each lies in its file. */
import { readArchive } from "./archive.ts";
import type { ArrayFile } from "./byte_reader.ts";
import { type ByteStore, type OpenStore, readAt } from "./byte_store.ts";
import { ELEMENT_BYTES } from "./elements.ts";
import { FormatError, inFile } from "./error.ts";
import { chooseStateDict } from "./state_dicts.ts";
import type { TensorView } from "./storage.ts";
import { columnMajor, isRowMajor } from "./strides.ts";
import { elementCount } from "./tensor.ts";

/** Whether a path is named like a file of torch.save: a checkpoint, or features. */
export function isCheckpoint(path: string): boolean {
  return /\.(pth|pt|ckpt|th)$/.test(path);
}

/** The tensors of such a file by name, which is read whole. Throws, naming it, where it is damaged. */
export async function pthArrays(opened: OpenStore, store: ByteStore): Promise<Map<string, ArrayFile>> {
  const bytes = await readAt(opened, 0, opened.size, store);
  const { path } = store;
  return inFile(path, () => {
    const { tensors } = chooseStateDict(readArchive(bytes));
    return new Map([...tensors].map(([name, view]) => [name, placeOf(view, `${path} (${name})`, store)]));
  });
}

function placeOf(
  { storage, offset, shape, strides }: TensorView,
  title: string,
  store: ByteStore,
): ArrayFile {
  const { stored, bytes, count } = storage;
  const fortranOrder = !isRowMajor(shape, strides);
  if (fortranOrder && strides.join() !== columnMajor(shape).join()) {
    throw new FormatError(`${title}: expected a contiguous tensor, found strides (${strides.join(", ")})`);
  }
  if (offset + elementCount(shape) > count) {
    throw new FormatError(
      `${title}: expected elements ${offset} to ${offset + elementCount(shape)} to be stored, found ${count}`,
    );
  }
  // Storages are views of the file's bytes, which lie there as they are.
  const start = bytes.byteOffset + offset * ELEMENT_BYTES[stored];
  return { title, store, entry: null, stored, shape, fortranOrder, bigEndian: false, offset: start };
}
