/**
 * Reader of SVHN's cropped digits (format 2): a MATLAB file with images X, 32 × 32 × 3 × count bytes, and labels y,
 * count × 1 from 1 on, where 10 stands for the digit 0. http://ufldl.stanford.edu/housenumbers/
 */
import { fileStore } from "../file_store.ts";
import { readMat } from "../formats/mat.ts";
import type { ImageShape, Split } from "./dataset.ts";
import { transposePlanes } from "./transpose.ts";

/** Channels, height and width of every image. */
export const SVHN_SHAPE = [3, 32, 32] as const satisfies ImageShape;

const DIGITS = 10;

/**
 * Reads a file of `count` images; the label of a digit is the digit.
 *
 * @throws if the file is no such MATLAB file, has another number of images, or a label of no digit; the message names it.
 */
export async function readSvhn(path: string, { count }: { readonly count: number }): Promise<Split> {
  const [channels, height, width] = SVHN_SHAPE;
  const { X, y } = await readMat(fileStore(path), { X: [height, width, channels, count], y: [count, 1] });
  if (X.dtype !== "uint8") throw new Error(`${path}: expected X as bytes (uint8), found ${X.dtype}`);
  const ones = Array.from(y.data, Number);
  const wrong = ones.findIndex((label) => !Number.isInteger(label) || label < 1 || label > DIGITS);
  if (wrong >= 0) {
    throw new Error(`${path}, image ${wrong}: expected a label from 1 to ${DIGITS}, found ${ones[wrong]}`);
  }
  transposePlanes(X.data, height);
  return { images: X.data, labels: Int32Array.from(ones, (label) => label % DIGITS), count };
}
