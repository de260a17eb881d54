import assert from "node:assert/strict";
import { join } from "node:path";
import { readCifar } from "../../src/data/cifar.ts";
import { test, withTemporaryFolder } from "../support.ts";

const PIXELS = 3 * 32 * 32;
const CIFAR10 = { labelClasses: [10], records: 3 };
const CIFAR100 = { labelClasses: [20, 100], records: 2 };

/** Records with the given label bytes; pixel p of record r is (7r + p) mod 256. */
function records(labels: number[][]): Uint8Array {
  return Uint8Array.from(
    labels.flatMap((bytes, r) => [...bytes, ...Array.from({ length: PIXELS }, (_, p) => (7 * r + p) % 256)]),
  );
}

test(
  "CIFAR-10 records of several files are read in order",
  ["read", "write"],
  () =>
    withTemporaryFolder(async (folder) => {
      const paths = [join(folder, "a.bin"), join(folder, "b.bin")];
      await Deno.writeFile(paths[0]!, records([[0], [9], [3]]));
      await Deno.writeFile(paths[1]!, records([[5], [1], [2]]));
      const split = await readCifar(paths, CIFAR10);
      assert.equal(split.count, 6);
      assert.deepEqual([...split.labels], [0, 9, 3, 5, 1, 2]);
      assert.deepEqual([...split.images.subarray(4 * PIXELS, 4 * PIXELS + 3)], [7, 8, 9]);
      assert.equal(split.images.length, 6 * PIXELS);
      assert.equal(split.images[6 * PIXELS - 1], (14 + PIXELS - 1) % 256);
    }),
);

test("CIFAR-100 records give the fine label", ["read", "write"], () =>
  withTemporaryFolder(async (folder) => {
    const path = join(folder, "train.bin");
    await Deno.writeFile(path, records([[19, 99], [0, 20]]));
    const split = await readCifar([path], CIFAR100);
    assert.deepEqual([...split.labels], [99, 20]);
    assert.deepEqual([...split.images.subarray(PIXELS, PIXELS + 2)], [7, 8]);
  }));

test(
  "a file of more records than are read at a time is read in order",
  ["read", "write"],
  () =>
    withTemporaryFolder(async (folder) => {
      const path = join(folder, "data.bin");
      const labels = Array.from({ length: 2001 }, (_, i) => i % 10);
      await Deno.writeFile(path, records(labels.map((label) => [label])));
      const split = await readCifar([path], { ...CIFAR10, records: labels.length });
      assert.deepEqual([...split.labels], labels);
      for (const record of [0, 999, 1000, 2000]) {
        assert.equal(split.images[record * PIXELS + 1], (7 * record + 1) % 256);
      }
    }),
);

const DAMAGED: { name: string; bytes: Uint8Array; layout: typeof CIFAR10; message: RegExp }[] = [
  {
    name: "truncated within a record",
    bytes: records([[0], [1], [2]]).subarray(0, -1),
    layout: CIFAR10,
    message: /data\.bin is truncated.*expected 3 records of 3073 bytes \(9219 bytes\), found 9218 bytes$/,
  },
  {
    name: "truncated by a record",
    bytes: records([[0], [1]]),
    layout: CIFAR10,
    message: /truncated.*found 6146 bytes$/,
  },
  { name: "empty", bytes: new Uint8Array(), layout: CIFAR10, message: /truncated.*found 0 bytes$/ },
  {
    name: "oversized",
    bytes: records([[0], [1], [2], [3]]),
    layout: CIFAR10,
    message: /oversized.*found 12292 bytes$/,
  },
  {
    name: "of the other CIFAR",
    bytes: records([[0, 0], [0, 0], [0, 0]]),
    layout: CIFAR10,
    message: /oversized, or not in CIFAR's binary layout/,
  },
  {
    name: "with a label out of range",
    bytes: records([[0], [10], [2]]),
    layout: CIFAR10,
    message: /data\.bin, record 1: expected a label from 0 to 9, found 10$/,
  },
  {
    name: "with a coarse label out of range",
    bytes: records([[20, 5], [0, 0]]),
    layout: CIFAR100,
    message: /record 0: expected a label from 0 to 19, found 20$/,
  },
  {
    name: "with a fine label out of range",
    bytes: records([[1, 5], [0, 100]]),
    layout: CIFAR100,
    message: /record 1: expected a label from 0 to 99, found 100$/,
  },
];

for (const { name, bytes, layout, message } of DAMAGED) {
  test(`a CIFAR file ${name} is refused`, ["read", "write"], () =>
    withTemporaryFolder(async (folder) => {
      const path = join(folder, "data.bin");
      await Deno.writeFile(path, bytes);
      await assert.rejects(readCifar([path], layout), message);
    }));
}
