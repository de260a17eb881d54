/** Images of a person's own, from folders, .npy and parquet files: what is kept of them, and what is refused. */
import assert from "node:assert/strict";
import { type Dataset, digestOf, type Split } from "../../../src/data/dataset.ts";
import { loadOwn, loadPictures, type OwnImages } from "../../../src/data/own/load.ts";
import { heldOut, mixedPlaces } from "../../../src/data/own/held_out.ts";
import { decodePicture } from "../../../src/data/own/picture.ts";
import { resizedCrop } from "../../../src/data/own/resize.ts";
import { encodeNpy } from "../../../src/formats/npy.ts";
import { countsOf } from "../../../src/data/subset.ts";
import { test, withTemporaryFolder } from "../../support.ts";
import { FILES, fixture, writeFolder, writeNpy, writeParquet } from "./images.ts";

const NEEDS = ["read", "write"] as const;

/** What is loaded, with the pixels of its files. */
async function load(folder: string, path: string, options: Partial<OwnImages> = {}): Promise<Dataset> {
  const dataset = await loadOwn({ path, cache: `${folder}/cache`, size: 16, ...options });
  return { ...dataset, train: await inMemory(dataset.train), test: await inMemory(dataset.test) };
}

async function inMemory({ file, labels, count }: Split): Promise<Split> {
  const bytes = await Deno.readFile(file!.path);
  const size = bytes.length / file!.count;
  const rows = file!.rows ?? Array.from({ length: file!.count }, (_, i) => i);
  const images = new Uint8Array(count * size);
  rows.forEach((row, i) => images.set(bytes.subarray(row * size, (row + 1) * size), i * size));
  return { images, labels, count };
}

/** Every image of a split as text, with its label: for comparison in any order. */
function samples(
  { images, labels, count }: { images: Uint8Array; labels: Int32Array; count: number },
): string[] {
  const size = images.length / count;
  return Array.from(labels, (label, i) => `${label} ${images.subarray(i * size, (i + 1) * size).join()}`);
}

async function filesIn(folder: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).filter((name) =>
      name !== ".lock"
    ).sort();
  } catch {
    return [];
  }
}

test(
  "a folder a class: every fifth image of a class is a test image, the others are mixed",
  NEEDS,
  async () => {
    await withTemporaryFolder(async (folder) => {
      await writeFolder(`${folder}/pets`, { dog: 11, cat: 5 });
      const dataset = await load(folder, `${folder}/pets`);
      assert.deepEqual([dataset.title, dataset.classes, dataset.classNames], ["pets", 2, ["cat", "dog"]]);
      assert.deepEqual(dataset.shape, [3, 16, 16]);
      assert.deepEqual(countsOf(dataset.train, 2), [4, 9]);
      assert.deepEqual([...dataset.test.labels], [0, 1, 1]);
      const kept = await Promise.all(
        FILES.map(async (name) => resizedCrop(await decodePicture(await fixture(name), name), 16).join()),
      );
      const expected = (label: number, count: number, test: boolean) =>
        Array.from({ length: count }, (_, i) => i).filter((i) => (i % 5 === 4) === test)
          .map((i) => `${label} ${kept[i % FILES.length]}`);
      assert.deepEqual(samples(dataset.test), [...expected(0, 5, true), ...expected(1, 11, true)]);
      const trained = [...expected(0, 5, false), ...expected(1, 11, false)];
      assert.deepEqual(samples(dataset.train).toSorted(), trained.toSorted());
      assert.notDeepEqual(samples(dataset.train), trained);
      assert.equal(dataset.digest, digestOf(dataset.train, dataset.test));
      // Mean and deviation of the training pixels.
      const channel = [0, 1, 2].map((c) =>
        Array.from(dataset.train.images).filter((_, i) => Math.floor(i / 256) % 3 === c).map((x) => x / 255)
      );
      for (const [c, values] of channel.entries()) {
        const mean = values.reduce((a, b) => a + b) / values.length;
        const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length;
        assert.ok(
          Math.abs(dataset.mean[c]! - mean) < 1e-12 && Math.abs(dataset.std[c]! - Math.sqrt(variance)) < 1e-9,
        );
      }
    });
  },
);

test("they are converted once for each size, and anew where a file has changed", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    await writeFolder(`${folder}/pets`, { dog: 5, cat: 5 });
    let converted = 0;
    const onImage = () => void converted++;
    const first = await load(folder, `${folder}/pets`, { onImage });
    assert.equal(converted, 10);
    const again = await load(folder, `${folder}/pets`, { onImage });
    assert.equal(converted, 10);
    assert.deepEqual(again, first);
    const part = await load(folder, `${folder}/pets`, { onImage, classes: [1, 0], perClass: 2 });
    assert.deepEqual([part.classNames, countsOf(part.train, 2)], [["dog", "cat"], [2, 2]]);
    assert.equal(part.digest, digestOf(part.train, part.test));
    assert.equal(converted, 10);
    await load(folder, `${folder}/pets`, { onImage, size: 8 });
    assert.equal(converted, 20);
    await Deno.writeFile(`${folder}/pets/cat/000-alpha.png`, await fixture("palette.png"));
    assert.notEqual((await load(folder, `${folder}/pets`, { onImage })).digest, first.digest);
    assert.equal(converted, 30);
  });
});

test("train and test folders, .npy and parquet files keep the parts that they have", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    await writeFolder(`${folder}/parts/train`, { dog: 3, cat: 2 });
    await writeFolder(`${folder}/parts/test`, { dog: 1, cat: 1 });
    const parts = await load(folder, `${folder}/parts`);
    assert.deepEqual([countsOf(parts.train, 2), countsOf(parts.test, 2)], [[2, 3], [1, 1]]);

    for (const shape of [[3, 4, 5], [4, 5, 3], [4, 5], [1, 4, 5]]) {
      const [train, tested] = [
        await writeNpy(folder, 6, { shape }),
        await writeNpy(folder, 4, { shape, first: 100 }),
      ];
      const arrays = await load(folder, `${train},${tested}`, { size: null });
      assert.deepEqual(arrays.shape, [shape.includes(3) ? 3 : 1, 4, 5]);
      const area = arrays.train.images.length / 6;
      const values = Array.from(arrays.train.labels, (label, i) => [arrays.train.images[i * area], label]);
      assert.deepEqual(values.toSorted(([a], [b]) => a! - b!), [0, 1, 2, 3, 4, 5].map((i) => [i, i % 2]));
      assert.deepEqual([...arrays.test.labels], [0, 1, 0, 1]);
    }

    const labels = [0, 1, 1, 0, 1, 0, 0, 1, 1, 1, 0, 1];
    await Deno.mkdir(`${folder}/hub/data`, { recursive: true });
    await writeParquet(`${folder}/hub/data/train-00000-of-00002.parquet`, labels.slice(0, 7));
    await writeParquet(`${folder}/hub/data/train-00001-of-00002.parquet`, labels.slice(7));
    await writeParquet(`${folder}/hub/data/test-00000-of-00001.parquet`, [1, 0]);
    const hub = await load(folder, `${folder}/hub`);
    assert.deepEqual([hub.classNames, countsOf(hub.train, 2)], [
      ["cat", "dog"],
      countsOf({ labels: Int32Array.from(labels) }, 2),
    ]);
    assert.deepEqual([...hub.test.labels], [1, 0]);
    await writeParquet(`${folder}/one.parquet`, labels);
    const one = await load(folder, `${folder}/one.parquet`);
    assert.deepEqual([one.title, one.train.count, one.test.count], ["one", 10, 2]);
  });
});

test("what cannot be read is refused in one line, and nothing is left", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    const refused = async (path: string, message: RegExp, options: Partial<OwnImages> = {}) => {
      await assert.rejects(load(folder, path, options), (error: Error) => {
        assert.match(error.message, message);
        assert.ok(!error.message.includes("\n"), error.message);
        return true;
      });
      assert.deepEqual(await filesIn(`${folder}/cache/images`), []);
    };
    await refused(`${folder}/none`, /none: expected images of your own there, found no such file or folder/);
    await Deno.mkdir(`${folder}/empty/a`, { recursive: true });
    await refused(
      `${folder}/empty`,
      /expected a folder of PNG or JPEG files for each class, found no such file/,
    );
    await writeFolder(`${folder}/alone`, { cat: 5 });
    await refused(`${folder}/alone`, /expected images of at least 2 classes, found 1/);
    await writeFolder(`${folder}/few`, { cat: 4, dog: 4 });
    await refused(`${folder}/few`, /expected test images, or at least 5 images of a class/);
    await writeFolder(`${folder}/pets`, { cat: 5, dog: 5 });
    await refused(
      `${folder}/pets`,
      /image 2: expected 3×24×24 as of those before it, found 3×38×29; have all resized/,
      { size: null },
    );
    const cut = `${folder}/pets/dog/002-colour.jpg`;
    await Deno.writeFile(cut, (await fixture("colour.jpg")).subarray(0, 500));
    await refused(`${folder}/pets`, /002-colour\.jpg: expected a whole JPEG image/);

    await writeParquet(`${folder}/cut.parquet`, [0, 1, 0, 1, 0, 1, 0, 1, 0, 1], { damage: 7 });
    await refused(`${folder}/cut.parquet`, /cut\.parquet, row 7: expected a whole JPEG image/);
    const whole = await Deno.readFile(`${folder}/cut.parquet`);
    await Deno.writeFile(`${folder}/short.parquet`, whole.subarray(0, whole.length - 9));
    await refused(
      `${folder}/short.parquet`,
      /short\.parquet: expected a parquet file, found one that cannot be read/,
    );
    await writeParquet(`${folder}/labels.parquet`, [0, 1, 2]);
    await refused(`${folder}/labels.parquet`, /labels\.parquet: expected labels from 0 to 1, found 2/);

    const arrays = await writeNpy(folder, 4);
    await refused(arrays.split(",")[0]!, /expected IMAGES\.npy,LABELS\.npy or .*, found 1 file/);
    await refused(
      arrays.split(",").toReversed().join(),
      /expected images as bytes \(uint8\) in C order, found int64/,
    );
    const others = await writeNpy(folder, 6, { first: 50 });
    await refused(
      `${arrays.split(",")[0]},${others.split(",")[1]}`,
      /expected a label for each of the 4 images of .*images0\.npy, found 6/,
    );
  });
});

test("images that are only measured need no classes: all, or the test images alone", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    const open = async (path: string, size: number | null = 16) => {
      const { images, ...facts } = await loadPictures({
        path: `${folder}/${path}`,
        cache: `${folder}/cache`,
        size,
      });
      return { ...facts, images: await inMemory(images) };
    };
    const decoded = await Promise.all(
      FILES.map(async (name) => resizedCrop(await decodePicture(await fixture(name), name), 16).join()),
    );
    const of = (...files: readonly number[]) => files.map((file) => `0 ${decoded[file]}`);
    await Deno.mkdir(`${folder}/loose/deep/er`, { recursive: true });
    await Deno.writeFile(`${folder}/loose/b.png`, await fixture(FILES[1]!));
    await Deno.writeFile(`${folder}/loose/c.jpg`, await fixture(FILES[2]!));
    await Deno.writeFile(`${folder}/loose/deep/er/a.png`, await fixture(FILES[0]!));
    const loose = await open("loose");
    assert.deepEqual([loose.title, loose.shape, loose.images.count], ["loose", [3, 16, 16], 3]);
    assert.deepEqual(samples(loose.images), of(1, 2, 0));
    const none = { images: new Uint8Array(), labels: new Int32Array(), count: 0 };
    assert.equal(loose.digest, digestOf(none, loose.images));

    await writeFolder(`${folder}/split/train`, { cat: 4 });
    await writeFolder(`${folder}/split/val`, { cat: 2, dog: 1 });
    assert.deepEqual(samples((await open("split")).images), of(0, 1, 0));
    // The same files, trained on: another conversion of another digest.
    await writeFolder(`${folder}/pets`, { cat: 5, dog: 5 });
    const [pictures, trained] = [await open("pets"), await load(folder, `${folder}/pets`)];
    assert.equal(pictures.images.count, 10);
    assert.notEqual(pictures.digest, trained.digest);

    const arrays = await writeNpy(folder, 3);
    const unlabelled = await open(arrays.split(",")[0]!.slice(folder.length + 1), null);
    assert.deepEqual([unlabelled.shape, unlabelled.images.count], [[3, 4, 5], 3]);
    assert.deepEqual([...new Set(unlabelled.images.images)], [0, 1, 2]);

    await writeParquet(`${folder}/some.parquet`, [1, 1, 0, 5, 9]);
    assert.deepEqual(samples((await open("some.parquet")).images), of(0, 1, 2, 3, 0));
    await Deno.mkdir(`${folder}/hf`);
    await writeParquet(`${folder}/hf/train-0.parquet`, [0, 1]);
    await writeParquet(`${folder}/hf/test-0.parquet`, [0]);
    assert.deepEqual(samples((await open("hf")).images), of(0));

    await Deno.mkdir(`${folder}/empty/a`, { recursive: true });
    await assert.rejects(open("empty"), /^Error: .*\/empty: expected PNG or JPEG files, found none$/);
    await assert.rejects(
      open("none"),
      /none: expected images of your own there, found no such file or folder$/,
    );
    await assert.rejects(
      open(arrays.split(",")[1]!.slice(folder.length + 1)),
      /labels0\.npy: expected images as bytes \(uint8\) in C order, found int64/,
    );
  });
});

test("arrays with their channels in front and behind are the same images", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    const [count, channels, height, width] = [3, 3, 4, 5];
    const value = (image: number, channel: number, row: number, column: number) =>
      (image * 101 + channel * 37 + row * 7 + column) % 256;
    const inFront: number[] = [];
    const behind: number[] = [];
    for (let image = 0; image < count; image++) {
      for (let channel = 0; channel < channels; channel++) {
        for (let at = 0; at < height * width; at++) {
          const [row, column] = [Math.floor(at / width), at % width];
          inFront.push(value(image, channel, row, column));
          behind[((image * height + row) * width + column) * channels + channel] = inFront.at(-1)!;
        }
      }
    }
    const read = async (name: string, shape: readonly number[], values: readonly number[]) => {
      const path = `${folder}/${name}.npy`;
      await Deno.writeFile(path, encodeNpy({ dtype: "uint8", shape, data: Uint8Array.from(values) }));
      const { images, shape: found } = await loadPictures({ path, cache: `${folder}/cache`, size: null });
      assert.deepEqual(found, [channels, height, width]);
      return [...(await inMemory(images)).images];
    };
    assert.deepEqual(await read("front", [count, channels, height, width], inFront), inFront);
    assert.deepEqual(await read("behind", [count, height, width, channels], behind), inFront);
  });
});

Deno.test("held-out images and places follow from labels and counts alone", () => {
  assert.deepEqual(heldOut(Int32Array.of(0, 0, 1, 0, 0, 0, 1, 1, 1, 1)).map(Number), [
    0,
    0,
    0,
    0,
    0,
    1,
    0,
    0,
    0,
    1,
  ]);
  assert.deepEqual([...mixedPlaces(8)].toSorted(), [0, 1, 2, 3, 4, 5, 6, 7]);
  assert.deepEqual([...mixedPlaces(8)], [...mixedPlaces(8)]);
});
