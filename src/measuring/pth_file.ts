/** Features that were saved by torch.save, as a dict of tensors: where each lies in its file. */
import { readIfThere } from "../files.ts";
import { readArchive } from "../formats/archive.ts";
import { ELEMENT_BYTES } from "../formats/elements.ts";
import { FormatError, inFile } from "../formats/error.ts";
import { chooseStateDict } from "../formats/state_dicts.ts";
import type { TensorView } from "../formats/storage.ts";
import { columnMajor, isRowMajor } from "../formats/strides.ts";
import { elementCount } from "../formats/tensor.ts";
import type { ArrayFile } from "./byte_reader.ts";

/** Whether a path is named like a file of torch.save: a checkpoint, or features. */
export function isCheckpoint(path: string): boolean {
  return /\.(pth|pt|ckpt|th)$/.test(path);
}

/** The tensors of such a file by name. Throws, naming it, where it is not there or damaged. */
export async function pthArrays(path: string): Promise<Map<string, ArrayFile>> {
  const bytes = await readIfThere(path);
  if (bytes === null) throw new Error(`expected a file ${path}, found none`);
  return inFile(path, () => {
    const { tensors } = chooseStateDict(readArchive(bytes));
    return new Map([...tensors].map(([name, view]) => [name, placeOf(view, `${path} (${name})`, path)]));
  });
}

/** Whether it holds an array of this name. What cannot be read holds none. */
export async function pthHolds(path: string, name: string): Promise<boolean> {
  try {
    return (await pthArrays(path)).has(name);
  } catch (error) {
    if (error instanceof FormatError) return false;
    throw error;
  }
}

function placeOf({ storage, offset, shape, strides }: TensorView, title: string, path: string): ArrayFile {
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
  return { title, path, entry: null, stored, shape, fortranOrder, bigEndian: false, offset: start };
}
