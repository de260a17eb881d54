import assert from "node:assert/strict";
import { readStl, STL_SHAPE } from "../../src/data/stl10.ts";
import { test, withTemporaryFolder } from "../support.ts";

const [CHANNELS, HEIGHT, WIDTH] = STL_SHAPE;
const SIZE = CHANNELS * HEIGHT * WIDTH;
const LAYOUT = { count: 2, classes: 10 };

/** A pixel that no other place of the two images is likely to have at its mirrored place. */
const pixel = (image: number, channel: number, row: number, column: number) =>
  (image * 101 + channel * 37 + row * 7 + column * 3) % 256;

/** As the publisher writes it: a column after the other. */
function written(): Uint8Array {
  const bytes: number[] = [];
  for (let image = 0; image < 2; image++) {
    for (let channel = 0; channel < CHANNELS; channel++) {
      for (let column = 0; column < WIDTH; column++) {
        for (let row = 0; row < HEIGHT; row++) bytes.push(pixel(image, channel, row, column));
      }
    }
  }
  return Uint8Array.from(bytes);
}

async function read(folder: string, images: Uint8Array, labels: number[]): ReturnType<typeof readStl> {
  await Deno.writeFile(`${folder}/X.bin`, images);
  await Deno.writeFile(`${folder}/y.bin`, Uint8Array.from(labels));
  return await readStl(`${folder}/X.bin`, `${folder}/y.bin`, LAYOUT);
}

test("images come row by row, and labels from 0 on", ["read", "write"], async () => {
  await withTemporaryFolder(async (folder) => {
    const { images, labels, count } = await read(folder, written(), [10, 1]);
    assert.deepEqual([...labels], [9, 0]);
    assert.equal(count, 2);
    assert.equal(images.length, 2 * SIZE);
    images.forEach((value, i) => {
      const [image, channel] = [Math.floor(i / SIZE), Math.floor(i / (HEIGHT * WIDTH)) % CHANNELS];
      const [row, column] = [Math.floor(i / WIDTH) % HEIGHT, i % WIDTH];
      if (value !== pixel(image, channel, row, column)) assert.fail(`pixel ${[image, channel, row, column]}`);
    });
  });
});

test("files of another size, and labels of no class, are refused by name", ["read", "write"], async () => {
  await withTemporaryFolder(async (folder) => {
    const whole = written();
    const cases: [Uint8Array, number[], RegExp][] = [
      [whole.subarray(1), [1, 2], /X\.bin is truncated: expected 55296 bytes, found 55295$/],
      [Uint8Array.from([...whole, 0]), [1, 2], /X\.bin is oversized: expected 55296 bytes, found 55297$/],
      [whole, [1], /y\.bin is truncated: expected 2 bytes, found 1$/],
      [whole, [1, 0], /y\.bin, image 1: expected a label from 1 to 10, found 0$/],
      [whole, [11, 1], /y\.bin, image 0: expected a label from 1 to 10, found 11$/],
    ];
    for (const [images, labels, message] of cases) {
      await assert.rejects(read(folder, images, labels), message);
    }
  });
});
