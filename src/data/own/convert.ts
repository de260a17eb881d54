/**
 * Converts images of a person's own once: resized and cropped (resize.ts) to raw pixels on disk, training images mixed, in a
 * folder that appears whole or not at all. Only one image is in memory at a time.
 */
import { createHash, type Hash } from "node:crypto";
import { dirname, join } from "node:path";
import { makeFolder, moveFile, openToWrite, PARTIAL, removeWhole, writeWhole } from "../../files.ts";
import type { ImageShape } from "../dataset.ts";
import { type ConvertedRecord, filesOf, RECORD_FILE } from "./converted.ts";
import type { FoundImages } from "./find.ts";
import { heldOut, mixedPlaces } from "./held_out.ts";
import type { OwnPart, OwnSource } from "./own_source.ts";
import type { Picture } from "./picture.ts";
import { planesOf, resizedCrop } from "./resize.ts";

export interface ConvertOptions {
  /** Height and width in pixels; null takes images as they are, which must then be of one size. */
  readonly size: number | null;
  /** As the person named it. */
  readonly source: string;
  /** Called with how many images are converted, of how many. */
  readonly onImage?: ((done: number, all: number) => void) | undefined;
}

/** Milliseconds for which a folder is taken to be written still: a lock may not be seen from another machine. */
const STALE = 3_600_000;

/** Removes what killed processes left below `folder`, as large as a set each. */
export async function removeHalfConverted(folder: string): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory && name.endsWith(PARTIAL) && await isStale(path)) await removeWhole(path);
  }
}

async function isStale(folder: string): Promise<boolean> {
  let newest = (await Deno.stat(folder)).mtime?.getTime() ?? 0;
  for await (const { name } of Deno.readDir(folder)) {
    newest = Math.max(newest, (await Deno.stat(join(folder, name))).mtime?.getTime() ?? 0);
  }
  return Date.now() - newest > STALE;
}

/** Writes `folder`. Throws, and leaves nothing, where an image cannot be read or has another size. */
export async function convert(
  found: Pick<FoundImages, "title" | "open">,
  folder: string,
  options: ConvertOptions,
): Promise<void> {
  const opened = await found.open();
  const beside = `${folder}.${crypto.randomUUID().slice(0, 8)}${PARTIAL}`;
  await makeFolder(dirname(folder));
  try {
    await makeFolder(beside);
    const record = await new Conversion(beside, options).run(opened);
    const whole: ConvertedRecord = { format: 1, title: found.title, source: options.source, ...record };
    await writeWhole(join(beside, RECORD_FILE), JSON.stringify(whole, null, 2) + "\n");
    await moveFile(beside, folder);
  } finally {
    await removeWhole(beside);
  }
}

type Found = Omit<ConvertedRecord, "format" | "title" | "source">;

/** Where the images of a part of the source go: to which part, at which place. */
interface Destination {
  readonly part: "train" | "test";
  readonly place: number;
}

class Conversion {
  #shape: ImageShape | null = null;
  #done = 0;
  #sums: Float64Array = new Float64Array();
  #squares: Float64Array = new Float64Array();

  constructor(readonly folder: string, readonly options: ConvertOptions) {}

  async run({ classNames, train, test }: OwnSource): Promise<Found> {
    const isTest = test === null ? heldOut(train.labels) : Array.from(train.labels, () => false);
    const trainLabels = train.labels.filter((_, i) => !isTest[i]);
    const testLabels = test?.labels ?? train.labels.filter((_, i) => isTest[i]);
    if (testLabels.length === 0) {
      throw new Error(
        `${this.options.source}: expected test images, or at least 5 images of a class to take one in 5, found none`,
      );
    }
    const places = mixedPlaces(trainLabels.length);
    let [nextTrain, nextTest] = [0, 0];
    const destinations = isTest.map((held): Destination =>
      held ? { part: "test", place: nextTest++ } : { part: "train", place: places[nextTrain++]! }
    );
    const all = trainLabels.length + testLabels.length;
    await this.#write(train, destinations, all);
    if (test !== null) {
      await this.#write(test, Array.from(test.labels, (_, place) => ({ part: "test", place })), all);
    }
    const mixed = new Int32Array(trainLabels.length);
    trainLabels.forEach((label, i) => mixed[places[i]!] = label);
    const shape = this.#shape!;
    const hash = createHash("sha256");
    await this.#finish("train", mixed, hash);
    await this.#finish("test", testLabels, hash);
    const pixels = trainLabels.length * shape[1] * shape[2];
    const mean = Array.from(this.#sums, (sum) => sum / pixels / 255);
    const std = Array.from(
      this.#squares,
      (square, c) => Math.sqrt(square / pixels / 255 ** 2 - mean[c]! ** 2),
    );
    return {
      classNames: [...classNames],
      shape: [...shape],
      trainImages: trainLabels.length,
      testImages: testLabels.length,
      mean,
      // A channel without any contrast is only shifted.
      std: std.map((value) => value > 0 ? value : 1),
      digest: hash.digest("hex"),
    };
  }

  async #write({ pictures }: OwnPart, destinations: readonly Destination[], all: number): Promise<void> {
    using train = await this.#open("train");
    using test = await this.#open("test");
    let at = 0;
    for await (const picture of pictures()) {
      const { part, place } = destinations[at++]!;
      const pixels = this.#fit(picture, at);
      if (part === "train") this.#count(pixels);
      const file = part === "train" ? train : test;
      await file.seek(place * pixels.length, Deno.SeekMode.Start);
      for (let written = 0; written < pixels.length;) written += await file.write(pixels.subarray(written));
      this.options.onImage?.(++this.#done, all);
    }
  }

  /** The picture as it is kept. Throws where it is not like those before. */
  #fit(picture: Picture, number: number): Uint8Array {
    const { size, source } = this.options;
    const { channels, height, width } = picture;
    const pixels = size === null ? planesOf(picture) : resizedCrop(picture, size);
    const shape: ImageShape = size === null ? [channels, height, width] : [channels, size, size];
    this.#shape ??= shape;
    if (shape.join() === this.#shape.join()) return pixels;
    const [expected, found] = [this.#shape, shape].map((sides) => sides.join("×"));
    throw new Error(
      `${source}, image ${number}: expected ${expected} as of those before it, found ${found}; ` +
        "have all resized with --image-size",
    );
  }

  #count(pixels: Uint8Array): void {
    const [channels, height, width] = this.#shape!;
    if (this.#sums.length === 0) {
      [this.#sums, this.#squares] = [new Float64Array(channels), new Float64Array(channels)];
    }
    for (let channel = 0, at = 0; channel < channels; channel++) {
      let [sum, square] = [0, 0];
      for (let i = 0; i < height * width; i++) {
        const value = pixels[at++]!;
        sum += value;
        square += value * value;
      }
      this.#sums[channel]! += sum;
      this.#squares[channel]! += square;
    }
  }

  async #open(part: "train" | "test"): Promise<Deno.FsFile> {
    return await openToWrite(filesOf(this.folder, part).pixels, { truncate: false });
  }

  /** Writes the labels of a part, and adds pixels and labels to the digest. */
  async #finish(part: "train" | "test", labels: Int32Array, hash: Hash): Promise<void> {
    const paths = filesOf(this.folder, part);
    using file = await Deno.open(paths.pixels, { read: true, write: true });
    await file.sync();
    for await (const chunk of file.readable) hash.update(chunk);
    const bytes = new DataView(new ArrayBuffer(labels.length * 4));
    labels.forEach((label, i) => bytes.setInt32(i * 4, label, true));
    hash.update(new Uint8Array(bytes.buffer));
    await writeWhole(paths.labels, new Uint8Array(bytes.buffer));
  }
}
