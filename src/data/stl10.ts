/**
 * Reader of STL-10's binary layout: a file of images without a header, each channel by channel and in it column by
 * column, and a file of labels, a byte each, from 1 on. https://cs.stanford.edu/~acoates/stl10/
 */
import type { ImageShape, Split } from "./dataset.ts";
import { transposePlanes } from "./transpose.ts";

/** What a pair of files must hold. */
export interface StlLayout {
  readonly count: number;
  readonly classes: number;
}

/** Channels, height and width of every image. */
export const STL_SHAPE = [3, 96, 96] as const satisfies ImageShape;

const SIDE = STL_SHAPE[1];

/**
 * Reads a file of images and its file of labels; labels from 0 on, and images row by row.
 *
 * @throws if a file has another size than the layout's, or a label is outside the classes; the message names the file.
 */
export async function readStl(
  imagesPath: string,
  labelsPath: string,
  { count, classes }: StlLayout,
): Promise<Split> {
  const ones = await readExactly(labelsPath, count);
  const wrong = ones.findIndex((label) => label < 1 || label > classes);
  if (wrong >= 0) {
    throw new Error(
      `${labelsPath}, image ${wrong}: expected a label from 1 to ${classes}, found ${ones[wrong]}`,
    );
  }
  const images = await readExactly(imagesPath, count * STL_SHAPE[0] * SIDE * SIDE);
  transposePlanes(images, SIDE);
  return { images, labels: Int32Array.from(ones, (label) => label - 1), count };
}

async function readExactly(path: string, bytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const { size } = await Deno.stat(path);
  if (size === bytes) return await Deno.readFile(path);
  throw new Error(
    `${path} is ${size < bytes ? "truncated" : "oversized"}: expected ${bytes} bytes, found ${size}`,
  );
}
