import assert from "node:assert/strict";
import { loadSource } from "../../src/data/load.ts";
import { DATASETS } from "../../src/data/registry.ts";
import { readSvhn, SVHN_SHAPE } from "../../src/data/svhn.ts";
import type { TensorData } from "../../src/formats/tensor.ts";
import { encodeMat } from "../formats/mat_file.ts";
import { test, withTemporaryFolder } from "../support.ts";

const NEEDS = ["read", "write"] as const;
const [CHANNELS, HEIGHT, WIDTH] = SVHN_SHAPE;
const SIZE = CHANNELS * HEIGHT * WIDTH;

const pixel = (image: number, channel: number, row: number, column: number) =>
  (image * 101 + channel * 37 + row * 7 + column * 3) % 256;

/** X as MATLAB has it: rows vary fastest, then columns, channels and images. */
function imagesOf(count: number): TensorData {
  const data = new Uint8Array(count * SIZE);
  let at = 0;
  for (let image = 0; image < count; image++) {
    for (let channel = 0; channel < CHANNELS; channel++) {
      for (let column = 0; column < WIDTH; column++) {
        for (let row = 0; row < HEIGHT; row++) data[at++] = pixel(image, channel, row, column);
      }
    }
  }
  return { dtype: "uint8", shape: [HEIGHT, WIDTH, CHANNELS, count], data };
}

function fileOf(
  labels: readonly number[],
  { kind = "uint8", images = imagesOf(labels.length) }: { kind?: "uint8" | "double"; images?: TensorData } =
    {},
): Uint8Array {
  const data = kind === "uint8" ? Uint8Array.from(labels) : Float64Array.from(labels);
  const numbers = { dtype: kind === "uint8" ? "uint8" : "float64", shape: [labels.length, 1], data };
  return encodeMat([
    { name: "X", kind: "uint8", numbers: images },
    { name: "y", kind, numbers: numbers as TensorData },
  ]);
}

test("images come row by row, and the label of a digit is the digit", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    for (const kind of ["uint8", "double"] as const) {
      await Deno.writeFile(`${folder}/t.mat`, fileOf([10, 1, 9], { kind }));
      const { images, labels, count } = await readSvhn(`${folder}/t.mat`, { count: 3 });
      assert.deepEqual([...labels], [0, 1, 9]);
      assert.equal(count, 3);
      assert.equal(images.length, 3 * SIZE);
      images.forEach((value, i) => {
        const [image, channel] = [Math.floor(i / SIZE), Math.floor(i / (HEIGHT * WIDTH)) % CHANNELS];
        const [row, column] = [Math.floor(i / WIDTH) % HEIGHT, i % WIDTH];
        if (value !== pixel(image, channel, row, column)) {
          assert.fail(`pixel ${[image, channel, row, column]}`);
        }
      });
    }
  });
});

test("other files, other sizes and labels of no digit are refused by name", NEEDS, async () => {
  const bytes = imagesOf(2);
  const cases: [Uint8Array, RegExp][] = [
    [fileOf([1, 0]), /t\.mat, image 1: expected a label from 1 to 10, found 0$/],
    [fileOf([11, 1]), /t\.mat, image 0: expected a label from 1 to 10, found 11$/],
    [fileOf([1, 1.5], { kind: "double" }), /t\.mat, image 1: expected a label from 1 to 10, found 1\.5$/],
    [fileOf([1, 2, 3]), /t\.mat: expected X of 32 × 32 × 3 × 2, found 32 × 32 × 3 × 3$/],
    [
      fileOf([1, 2], { images: { ...bytes, dtype: "int8", data: Int8Array.from(bytes.data as Uint8Array) } }),
      /t\.mat: expected X as bytes \(uint8\), found int8$/,
    ],
    [new Uint8Array(300), /t\.mat: expected a MATLAB file of level 5/],
  ];
  await withTemporaryFolder(async (folder) => {
    for (const [file, message] of cases) {
      await Deno.writeFile(`${folder}/t.mat`, file);
      await assert.rejects(readSvhn(`${folder}/t.mat`, { count: 2 }), message);
    }
  });
});

test("a copy of the publisher's files is found, by their folder and beside others", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    await Deno.mkdir(`${folder}/svhn`);
    for (const part of ["train", "test"]) {
      await Deno.writeFile(`${folder}/svhn/${part}_32x32.mat`, fileOf([3, 10]));
    }
    const read: typeof DATASETS.SVHN.read = async ([train, test]) => ({
      train: await readSvhn(train!, { count: 2 }),
      test: await readSvhn(test!, { count: 2 }),
    });
    for (const data of [folder, `${folder}/svhn`]) {
      const dataset = await loadSource("SVHN", { ...DATASETS.SVHN!, read }, { data, cache: "/nowhere" });
      assert.deepEqual([...dataset.train.labels, ...dataset.test.labels], [3, 0, 3, 0]);
    }
  });
});
