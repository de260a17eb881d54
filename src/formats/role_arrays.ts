/** Arrays of files, held against what their role asks for. */
import { elementCount } from "./tensor.ts";
import { readArray } from "./array_file.ts";
import type { ArrayFile } from "./byte_reader.ts";

const FLOATS: readonly string[] = ["float16", "bfloat16", "float32", "float64"];
/** Of an int32. */
const MAX_LABEL = 2 ** 31 - 1;

/** Its shape. */
export function requireMatrix(array: ArrayFile, what: string): readonly number[] {
  requireFloats(array);
  if (array.shape.length === 2 && elementCount(array.shape) > 0) return array.shape;
  throw new Error(`${array.title}: expected ${what}, found shape (${array.shape.join(", ")})`);
}

export function requireShape(array: ArrayFile, shape: readonly number[], what: string): void {
  requireFloats(array);
  if (array.shape.join() === shape.join()) return;
  throw new Error(`${array.title}: expected ${what}, found shape (${array.shape.join(", ")})`);
}

function requireFloats({ title, stored }: ArrayFile): void {
  if (!FLOATS.includes(stored)) {
    throw new Error(`${title}: expected one of ${FLOATS.join(", ")}, found ${stored}`);
  }
}

export async function readNumbers(array: ArrayFile): Promise<Float64Array> {
  return Float64Array.from((await readArray(array)).data as Float32Array | Float64Array);
}

/** Whole numbers from 0 on, one a sample. */
export async function readLabels(array: ArrayFile, count: number): Promise<Int32Array> {
  const { title, stored, shape } = array;
  if (FLOATS.includes(stored)) throw new Error(`${title}: expected whole numbers as labels, found ${stored}`);
  if (shape.join() !== String(count)) {
    throw new Error(
      `${title}: expected one label for each of ${count} samples, found shape (${shape.join(", ")})`,
    );
  }
  const labels = Array.from((await readArray(array)).data as ArrayLike<number | bigint>, Number);
  const wrong = labels.findIndex((label) => label < 0 || label > MAX_LABEL);
  if (wrong >= 0) {
    throw new Error(
      `${title}: expected labels from 0 to ${MAX_LABEL}, found ${labels[wrong]} at sample ${wrong}`,
    );
  }
  return Int32Array.from(labels);
}
