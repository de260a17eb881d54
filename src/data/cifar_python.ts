/**
 * Reader of CIFAR's Python layout, as torchvision keeps it (cifar-10-batches-py, cifar-100-python): pickles of a dict
 * with the pixels as a NumPy array of bytes, records × 3072, and the labels as lists. Read by the closed unpickler, so
 * that nothing in them is executed. https://www.cs.toronto.edu/~kriz/cifar.html
 */
import { inFile, quote } from "../formats/error.ts";
import { isTuple, type Stateful } from "../formats/pickle_machine.ts";
import { unpickle } from "../formats/unpickle.ts";
import { type CifarLayout, PIXELS } from "./cifar.ts";
import type { Split } from "./dataset.ts";

/** Keys of the labels in a file, for one label byte a record and for two. */
const LABEL_KEYS: Readonly<Record<number, readonly string[]>> = {
  1: ["labels"],
  2: ["coarse_labels", "fine_labels"],
};

/** A NumPy dtype by its name; its state tells the order of bytes, which single bytes do not have. */
class NumpyDtype implements Stateful {
  constructor(readonly name: unknown) {}
  setState(): void {}
}

/** A NumPy array, whose state comes after it. */
class NumpyArray implements Stateful {
  shape: unknown;
  dtype: unknown;
  fortranOrder: unknown;
  /** Bytes, or a text of Latin-1 in their place, as Python 2 and `_codecs.encode` have them. */
  data: unknown;

  /** Version, shape, dtype, whether in Fortran order, bytes. */
  setState(state: unknown): void {
    if (isTuple(state)) [, this.shape, this.dtype, this.fortranOrder, this.data] = state;
  }
}

const GLOBALS = new Map<string, unknown>([
  ...["numpy.core.multiarray", "numpy._core.multiarray"].map((module) =>
    [`${module} _reconstruct`, () => new NumpyArray()] as const
  ),
  ["numpy dtype", ([name]: readonly unknown[]) => new NumpyDtype(name)],
  // A text in place of the bytes: they are copied once, where they are needed.
  ["_codecs encode", ([text, codec]: readonly unknown[]) => codec === "latin1" ? text : null],
]);

/**
 * Reads `paths` one after the other into one split of `paths.length × records` images, equal to what the binary layout
 * gives for the same images.
 *
 * @throws if a file holds something else, or a label outside its classes; the message names it.
 */
export async function readCifarPython(paths: readonly string[], layout: CifarLayout): Promise<Split> {
  const count = paths.length * layout.records;
  const split = { images: new Uint8Array(count * PIXELS), labels: new Int32Array(count), count };
  for (const [i, path] of paths.entries()) {
    const bytes = await Deno.readFile(path);
    const dict = inFile(path, () => unpickle(bytes, { globals: GLOBALS, persistentLoad: () => null }));
    if (!(dict instanceof Map)) throw new Error(`${path}: expected a dict with data and labels, found none`);
    split.images.set(pixelsIn(dict, layout, path), i * layout.records * PIXELS);
    split.labels.set(labelsIn(dict, layout, path), i * layout.records);
  }
  return split;
}

function pixelsIn(dict: ReadonlyMap<unknown, unknown>, { records }: CifarLayout, path: string): Uint8Array {
  const array = dict.get("data");
  const expected = `a NumPy array of ${records} × ${PIXELS} bytes (u1) in C order under "data"`;
  if (!(array instanceof NumpyArray)) throw new Error(`${path}: expected ${expected}, found none`);
  const { shape, dtype, fortranOrder } = array;
  const name = dtype instanceof NumpyDtype && typeof dtype.name === "string" ? dtype.name : "unknown";
  const size = isTuple(shape) && shape.every((n) => typeof n === "number") ? shape.join(" × ") : "no size";
  if (size !== `${records} × ${PIXELS}` || !["u1", "|u1"].includes(name) || fortranOrder !== false) {
    throw new Error(
      `${path}: expected ${expected}, found ${size} of ${quote(name)} in ${
        fortranOrder ? "Fortran" : "C"
      } order`,
    );
  }
  const data = typeof array.data === "string" ? latin1(array.data, path) : array.data;
  if (data instanceof Uint8Array && data.length === records * PIXELS) return data;
  const found = data instanceof Uint8Array ? `${data.length} bytes` : "none";
  throw new Error(`${path}: expected ${records * PIXELS} bytes of pixels, found ${found}`);
}

/** The last of the layout's labels; all of them are checked. */
function labelsIn(
  dict: ReadonlyMap<unknown, unknown>,
  { labelClasses, records }: CifarLayout,
  path: string,
): number[] {
  const keys = LABEL_KEYS[labelClasses.length]!;
  const lists = keys.map((key, i) => {
    const list = dict.get(key);
    if (!Array.isArray(list) || list.length !== records) {
      const found = Array.isArray(list) ? `${list.length}` : "none";
      throw new Error(`${path}: expected ${records} labels under ${quote(key)}, found ${found}`);
    }
    const classes = labelClasses[i]!;
    const wrong = list.findIndex((label) => !Number.isInteger(label) || label < 0 || label >= classes);
    if (wrong >= 0) {
      throw new Error(
        `${path}, record ${wrong}: expected a label from 0 to ${classes - 1}, found ${
          quote(String(list[wrong]))
        }`,
      );
    }
    return list as number[];
  });
  return lists.at(-1)!;
}

function latin1(text: string, path: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0xff) throw new Error(`${path}: expected bytes, found the character ${quote(text[i]!)}`);
    bytes[i] = code;
  }
  return bytes;
}
