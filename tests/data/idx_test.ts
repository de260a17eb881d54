import assert from "node:assert/strict";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type IdxLayout, readIdx } from "../../src/data/idx.ts";
import { test, withTemporaryFolder } from "../support.ts";

const LAYOUT: IdxLayout = { count: 2, height: 2, width: 3, classes: 10, padding: 1 };
const IMAGES = idx([2, 2, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
const LABELS = idx([2], [9, 0]);

function idx(dimensions: number[], elements: number[]): Uint8Array {
  const header = dimensions.flatMap((n) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]);
  return Uint8Array.from([0, 0, 8, dimensions.length, ...header, ...elements]);
}

/** Reads `images` and `labels` as if they were the files of a data set. */
async function read(folder: string, images: Uint8Array, labels: Uint8Array) {
  const [imagesPath, labelsPath] = [join(folder, "images"), join(folder, "labels")];
  await Deno.writeFile(imagesPath, images);
  await Deno.writeFile(labelsPath, labels);
  return await readIdx(imagesPath, labelsPath, LAYOUT);
}

for (
  const [kind, encode] of [["plain", (bytes: Uint8Array) => bytes], [
    "gzipped",
    (bytes: Uint8Array) => gzipSync(bytes),
  ]] as const
) {
  test(
    `${kind} IDX files are read, and images padded with zeros`,
    ["read", "write"],
    () =>
      withTemporaryFolder(async (folder) => {
        const split = await read(folder, encode(IMAGES), encode(LABELS));
        assert.deepEqual([...split.labels], [9, 0]);
        assert.equal(split.count, 2);
        // deno-fmt-ignore
        assert.deepEqual([...split.images], [
        0, 0, 0, 0, 0,
        0, 1, 2, 3, 0,
        0, 4, 5, 6, 0,
        0, 0, 0, 0, 0,
        0, 0, 0, 0, 0,
        0, 7, 8, 9, 0,
        0, 10, 11, 12, 0,
        0, 0, 0, 0, 0,
      ]);
      }),
  );
}

const DAMAGED: { name: string; images?: Uint8Array; labels?: Uint8Array; message: RegExp }[] = [
  {
    name: "labels given as images",
    images: LABELS,
    message: /images: expected images, found labels; are the two files swapped\?$/,
  },
  {
    name: "images given as labels",
    labels: IMAGES,
    message: /labels: expected labels, found images; are the two files swapped\?$/,
  },
  {
    name: "zipped images given as labels",
    labels: gzipSync(IMAGES),
    message: /labels: expected labels, found images/,
  },
  {
    name: "truncated images",
    images: IMAGES.subarray(0, -1),
    message: /images is truncated: expected 12 bytes .*found 11$/,
  },
  {
    name: "truncated zipped images",
    images: gzipSync(IMAGES).subarray(0, -12),
    message: /images: expected a whole gzip file, found a damaged one/,
  },
  {
    name: "flipped bits in zipped labels",
    labels: gzipSync(LABELS).fill(0xff, 12, 16),
    message: /labels: expected a whole gzip file/,
  },
  {
    name: "oversized images",
    images: Uint8Array.from([...IMAGES, 0]),
    message: /images is oversized: expected 12 bytes .*found 13$/,
  },
  {
    name: "oversized zipped labels",
    labels: gzipSync(new Uint8Array(1e6)),
    message: /labels is oversized: expected at most 28 bytes once unzipped/,
  },
  {
    name: "a header cut short",
    images: IMAGES.subarray(0, 10),
    message: /expected an IDX file of images .* found 10 bytes starting with 00 00 08 03$/,
  },
  {
    name: "an empty file",
    labels: new Uint8Array(),
    message: /labels: expected an IDX file of labels .* found an empty file$/,
  },
  {
    name: "another format",
    images: new TextEncoder().encode("PK\x03\x04"),
    message: /found 4 bytes starting with 50 4b 03 04$/,
  },
  { name: "elements of another type", images: IMAGES.with(2, 13), message: /expected an IDX file of images/ },
  {
    name: "another number of images",
    images: idx([3, 2, 3], new Array(18).fill(0)),
    message: /expected 2 × 2 × 3 elements, its header says 3 × 2 × 3$/,
  },
  {
    name: "another size of images",
    images: idx([2, 3, 2], new Array(12).fill(0)),
    message: /header says 2 × 3 × 2$/,
  },
  {
    name: "fewer labels than images",
    labels: idx([1], [0]),
    message: /labels: expected 2 elements, its header says 1$/,
  },
  {
    name: "a label out of range",
    labels: idx([2], [0, 10]),
    message: /labels, sample 1: expected a label from 0 to 9, found 10$/,
  },
];

for (const { name, images = IMAGES, labels = LABELS, message } of DAMAGED) {
  test(`IDX files with ${name} are refused`, ["read", "write"], () =>
    withTemporaryFolder(async (folder) => {
      await assert.rejects(read(folder, images, labels), message);
    }));
}
