/** The arrays of a file of partial statistics, read as what they have to be. */
import { readArray } from "./array_file.ts";
import type { ArrayFile } from "./byte_reader.ts";

const FLOATS = ["float16", "bfloat16", "float32", "float64"];

/** A file of partial statistics, with its arrays by name. */
export interface Part {
  readonly path: string;
  readonly arrays: ReadonlyMap<string, ArrayFile>;
}

/** Throws where there is no such array. */
export function arrayOf({ path, arrays }: Part, name: string): ArrayFile {
  const array = arrays.get(name);
  if (array !== undefined) return array;
  throw new Error(`${path}: expected an array named ${name}, found ${[...arrays.keys()].join(", ")}`);
}

/** Numbers of a certain shape, as float64. */
export async function numbers(part: Part, name: string, shape: readonly number[]): Promise<Float64Array> {
  const array = arrayOf(part, name);
  requireShape(array, shape);
  if (!FLOATS.includes(array.stored)) {
    throw new Error(`${array.title}: expected one of ${FLOATS.join(", ")}, found ${array.stored}`);
  }
  return Float64Array.from((await readArray(array)).data as Float64Array);
}

/** Whole numbers from 0 to `most` of a certain shape. */
export async function counts(
  part: Part,
  name: string,
  shape: readonly number[],
  most = Number.MAX_SAFE_INTEGER,
): Promise<number[]> {
  const array = arrayOf(part, name);
  requireShape(array, shape);
  const found = Array.from((await readArray(array)).data as ArrayLike<number | bigint>, Number);
  const wrong = found.find((count) => !Number.isSafeInteger(count) || count < 0 || count > most);
  if (wrong === undefined) return found;
  throw new Error(`${array.title}: expected whole numbers from 0 to ${most}, found ${wrong}`);
}

/** The same, or none where there is no such array. */
export async function countsIfThere(
  part: Part,
  name: string,
  shape: readonly number[],
  most: number,
): Promise<number[]> {
  return part.arrays.has(name) ? await counts(part, name, shape, most) : [];
}

function requireShape({ title, shape }: ArrayFile, expected: readonly number[]): void {
  if (shape.join() === expected.join()) return;
  throw new Error(`${title}: expected shape (${expected.join(", ")}), found (${shape.join(", ")})`);
}
