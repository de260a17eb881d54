/**
 * Reader of IDX, the layout of MNIST and Fashion-MNIST, plain or gzipped: two zero bytes, the element type
 * (8 = unsigned byte), the number of dimensions, each dimension as a big-endian uint32, then the elements.
 * Described at http://yann.lecun.com/exdb/mnist/.
 */
import type { Split } from "./dataset.ts";

/** What a pair of files must hold, and the zeros put around each image. */
export interface IdxLayout {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly classes: number;
  /** Rows and columns of zeros added on every side. */
  readonly padding: number;
}

/** One file's contents. */
interface IdxArray {
  readonly dimensions: readonly number[];
  readonly elements: Uint8Array;
}

const UNSIGNED_BYTE = 8;
const CONTENT = { 1: "labels", 3: "images" } as const;

/**
 * Reads a file of images and its file of labels into a split of 1 × (height + 2·padding) × (width + 2·padding) images.
 *
 * @throws if a file is not IDX, was given in place of the other, has another size than the layout's, or a label
 * outside the classes; the message names the file.
 */
export async function readIdx(imagesPath: string, labelsPath: string, layout: IdxLayout): Promise<Split> {
  const { count, height, width, classes, padding } = layout;
  // One limit for both files: swapped ones are then unzipped far enough to be recognised.
  const limit = headerLength(3) + count * height * width;
  const images = await readArray(imagesPath, [count, height, width], limit);
  const labels = await readArray(labelsPath, [count], limit);
  const wrong = labels.elements.findIndex((label) => label >= classes);
  if (wrong >= 0) {
    throw new Error(
      `${labelsPath}, sample ${wrong}: expected a label from 0 to ${classes - 1}, found ${
        labels.elements[wrong]
      }`,
    );
  }
  return {
    images: pad(images.elements, count, height, width, padding),
    labels: Int32Array.from(labels.elements),
    count,
  };
}

async function readArray(path: string, expected: readonly number[], limit: number): Promise<IdxArray> {
  const bytes = await decompress(await Deno.readFile(path), path, limit);
  const array = parseIdx(bytes, path, expected.length as keyof typeof CONTENT);
  if (array.dimensions.join() !== expected.join()) {
    throw new Error(
      `${path}: expected ${expected.join(" × ")} elements, its header says ${array.dimensions.join(" × ")}`,
    );
  }
  const size = product(expected);
  if (array.elements.length !== size) {
    const direction = array.elements.length < size ? "truncated" : "oversized";
    throw new Error(
      `${path} is ${direction}: expected ${size} bytes after the header, found ${array.elements.length}`,
    );
  }
  return array;
}

/** Leaves plain bytes as they are; unzips gzip, to little more than `limit` bytes. */
async function decompress(bytes: Uint8Array, path: string, limit: number): Promise<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  // Here, so that what only names data sets runs in a browser.
  const { gunzipSync } = await import("node:zlib");
  try {
    return gunzipSync(bytes, { maxOutputLength: limit + 1 });
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    throw new Error(
      code === "ERR_BUFFER_TOO_LARGE"
        ? `${path} is oversized: expected at most ${limit} bytes once unzipped, found more`
        : `${path}: expected a whole gzip file, found a damaged one (${message})`,
    );
  }
}

function parseIdx(bytes: Uint8Array, path: string, rank: keyof typeof CONTENT): IdxArray {
  const found = bytes[3];
  const isIdx = bytes[0] === 0 && bytes[1] === 0 && bytes[2] === UNSIGNED_BYTE &&
    (found === 1 || found === 3);
  if (!isIdx || bytes.length < headerLength(found)) {
    throw new Error(
      `${path}: expected an IDX file of ${CONTENT[rank]} (starting with 00 00 08 0${rank}), found ${
        firstBytes(bytes)
      }`,
    );
  }
  if (found !== rank) {
    throw new Error(
      `${path}: expected ${CONTENT[rank]}, found ${CONTENT[found]}; are the two files swapped?`,
    );
  }
  const header = new DataView(bytes.buffer, bytes.byteOffset);
  const dimensions = Array.from({ length: rank }, (_, i) => header.getUint32(4 + 4 * i));
  return { dimensions, elements: bytes.subarray(headerLength(rank)) };
}

function headerLength(rank: number): number {
  return 4 + 4 * rank;
}

function product(dimensions: readonly number[]): number {
  return dimensions.reduce((size, dimension) => size * dimension, 1);
}

function firstBytes(bytes: Uint8Array): string {
  if (bytes.length === 0) return "an empty file";
  return `${bytes.length} bytes starting with ${
    [...bytes.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ")
  }`;
}

function pad(
  images: Uint8Array,
  count: number,
  height: number,
  width: number,
  padding: number,
): Uint8Array<ArrayBuffer> {
  const [outerHeight, outerWidth] = [height + 2 * padding, width + 2 * padding];
  const padded = new Uint8Array(count * outerHeight * outerWidth);
  for (let row = 0; row < count * height; row++) {
    const [image, y] = [Math.floor(row / height), row % height];
    const target = (image * outerHeight + y + padding) * outerWidth + padding;
    padded.set(images.subarray(row * width, (row + 1) * width), target);
  }
  return padded;
}
