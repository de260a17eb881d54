/** What every data set is once loaded: two splits of uint8 images, and the facts needed to feed them to a network. */
import { createHash, type Hash } from "node:crypto";
import { readFrom } from "../files.ts";

/** Channels, height and width of an image. */
export type ImageShape = readonly [channels: number, height: number, width: number];

/** Labelled images. */
export interface Split {
  /** count × channels × height × width, row-major, 0 to 255; empty once released (see {@link releasePixels}), or where there is a `file`. */
  readonly images: Uint8Array<ArrayBuffer>;
  /** `count` entries in 0..classes−1. */
  readonly labels: Int32Array;
  readonly count: number;
  /** The pixels, where they stay on disk: sets larger than memory are mapped from there. */
  readonly file?: PixelFile;
}

/** Pixels of images one after the other, without a header, each as {@link Split} has them. */
export interface PixelFile {
  readonly path: string;
  /** Images in it. */
  readonly count: number;
  /** Which of them are meant, in this order; null for all. */
  readonly rows: Int32Array | null;
}

/** A data set in memory. A network is fed (x/255 − mean) / std, channel by channel. */
export interface Dataset {
  /** Name in the registry, e.g. "CIFAR10". */
  readonly name: string;
  /** Name in titles, e.g. "CIFAR-10". */
  readonly title: string;
  readonly classes: number;
  readonly shape: ImageShape;
  /** Per channel, of x/255. */
  readonly mean: readonly number[];
  /** Per channel, of x/255. */
  readonly std: readonly number[];
  readonly train: Split;
  readonly test: Split;
  /** SHA-256 of both splits as kept (see {@link digestOf}), 64 lower-case hex digits. */
  readonly digest: string;
  /** One name a class, where the names are known. */
  readonly classNames?: readonly string[];
  /** The super-class of each class, where the data set has them. */
  readonly superclasses?: readonly number[];
}

/**
 * SHA-256 over train images, train labels, test images and test labels, in that order; labels as little-endian
 * int32. Equal digests mean equal pixels and labels in equal order.
 *
 * @returns 64 lower-case hex digits
 */
export function digestOf(train: Split, test: Split): string {
  const hash = createHash("sha256");
  for (const split of [train, test]) {
    hash.update(split.images);
    hash.update(littleEndian(split.labels));
  }
  return hash.digest("hex");
}

/** The same of splits whose pixels lie in files, which are read image by image. */
export async function fileDigestOf(train: Split, test: Split): Promise<string> {
  const hash = createHash("sha256");
  for (const split of [train, test]) {
    await hashPixels(split, hash);
    hash.update(littleEndian(split.labels));
  }
  return hash.digest("hex");
}

async function hashPixels(split: Split, hash: Hash): Promise<void> {
  for await (const image of eachImage(split)) hash.update(image);
}

/** The pixels of each image in turn, valid until the next is asked for. Throws where they were released, or a file ends too early. */
export async function* eachImage({ images, count, file }: Split): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  if (file !== undefined) return yield* imagesInFile(file);
  if (count > 0 && images.length === 0) throw new Error("expected pixels of images, found them released");
  const size = images.length / count;
  for (let i = 0; i < count; i++) yield images.subarray(i * size, (i + 1) * size);
}

async function* imagesInFile({ path, count, rows }: PixelFile): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  using file = await Deno.open(path);
  const image = new Uint8Array((await file.stat()).size / count);
  for (const row of rows ?? Array(count).keys()) {
    if (await readFrom(file, row * image.length, image) < image.length) {
      throw new Error(`${path} is damaged: expected ${count} images, found it ends in image ${row}`);
    }
    yield image;
  }
}

/**
 * Gives the memory of a split's pixels back at once: garbage of this size can outlive a training. Whoever reads them
 * afterwards finds none.
 */
export function releasePixels({ images }: Split): void {
  images.buffer.transfer(0);
}

function littleEndian(labels: Int32Array): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(labels.length * 4));
  labels.forEach((label, i) => bytes.setInt32(i * 4, label, true));
  return new Uint8Array(bytes.buffer);
}
