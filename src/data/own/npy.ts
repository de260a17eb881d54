/**
 * Images in a .npy file and their labels in another: bytes (uint8), N × height × width, × channels behind or × channels
 * in front, of 1 or 3 channels; N whole numbers from 0 on.
 */
import { ELEMENT_BYTES, swapBytes, tensorFromBytes } from "../../formats/elements.ts";
import { decodeNpyHeader, type NpyHeader } from "../../formats/npy.ts";
import { readFrom } from "../../files.ts";
import type { ImageShape } from "../dataset.ts";
import { type OwnPart, type OwnSource, requireClasses, unlabelled } from "./own_source.ts";
import type { Picture } from "./picture.ts";

/** Enough for any header that is read. */
const HEADER_BYTES = 10_240;
const MAX_CLASSES = 65_536;

/** Images and labels, and those of the test images where they are given. Reads headers and labels only. */
export async function npySource(paths: readonly string[]): Promise<OwnSource> {
  if (paths.length !== 2 && paths.length !== 4) {
    throw new Error(
      "expected IMAGES.npy,LABELS.npy or IMAGES.npy,LABELS.npy,TEST_IMAGES.npy,TEST_LABELS.npy, found " +
        `${paths.length} file${paths.length === 1 ? "" : "s"}`,
    );
  }
  const [train, test] = [
    await partOf(paths[0]!, paths[1]!),
    paths.length === 2 ? null : await partOf(paths[2]!, paths[3]!),
  ];
  const classes = train.labels.reduce((most, label) => Math.max(most, label), 0) + 1;
  const classNames = Array.from({ length: classes }, (_, label) => String(label));
  requireClasses(classNames, train, paths[1]!);
  const beyond = test?.labels.find((label) => label >= classes);
  if (beyond !== undefined) {
    throw new Error(
      `${paths[3]}: expected labels from 0 to ${classes - 1}, as in ${paths[1]}, found ${beyond}`,
    );
  }
  return { classNames, train, test };
}

/** The images of one file, whatever they show. Reads the header only. */
export async function npyPictures(path: string): Promise<OwnPart> {
  const { header, count } = await headerOf(path);
  return unlabelled(() => picturesIn(path, header), count);
}

async function partOf(images: string, labels: string): Promise<OwnPart> {
  const { header, count } = await headerOf(images);
  const found = await labelsIn(labels);
  if (found.length !== count) {
    throw new Error(
      `${labels}: expected a label for each of the ${count} images of ${images}, found ${found.length}`,
    );
  }
  return { labels: found, pictures: () => picturesIn(images, header) };
}

interface Layout {
  /** Channels, height, width. */
  readonly shape: ImageShape;
  readonly channelsLast: boolean;
}

async function headerOf(path: string): Promise<{ header: NpyHeader; count: number }> {
  using file = await Deno.open(path);
  const { size } = await file.stat();
  const header = decodeNpyHeader(await readAt(file, 0, Math.min(size, HEADER_BYTES)), { name: path });
  const { stored, shape, fortranOrder, dataOffset } = header;
  if (stored !== "uint8" || fortranOrder) {
    throw new Error(
      `${path}: expected images as bytes (uint8) in C order, found ${stored}${
        fortranOrder ? " in Fortran order" : ""
      }; ` +
        "save them by np.save(file, np.ascontiguousarray(images, dtype=np.uint8))",
    );
  }
  layoutOf(shape, path);
  const expected = dataOffset + shape.reduce((a, b) => a * b, 1);
  if (size !== expected) throw new Error(`${path}: expected ${expected} bytes, found ${size}`);
  return { header, count: shape[0]! };
}

function layoutOf(shape: readonly number[], path: string): Layout {
  const [count = 0, a = 0, b = 0, c] = shape;
  const isCount = (channels: number | undefined) => channels === 1 || channels === 3;
  const fits = shape.length === 3 || (shape.length === 4 && isCount(a) !== isCount(c));
  if (count === 0 || a * b === 0 || !fits) {
    throw new Error(
      `${path}: expected images of N × height × width, N × height × width × channels or N × channels × height × width ` +
        `with 1 or 3 channels, found ${shape.join(" × ")}`,
    );
  }
  if (c === undefined) return { shape: [1, a, b], channelsLast: true };
  return isCount(c) ? { shape: [c, a, b], channelsLast: true } : { shape: [a, b, c], channelsLast: false };
}

async function labelsIn(path: string): Promise<Int32Array> {
  const bytes = await Deno.readFile(path);
  const { stored, shape, bigEndian, dataOffset } = decodeNpyHeader(bytes, { name: path });
  const [expected, body] = [shape.reduce((a, b) => a * b, ELEMENT_BYTES[stored]), bytes.subarray(dataOffset)];
  if (body.length !== expected) {
    throw new Error(`${path}: expected ${expected} bytes after the header, found ${body.length}`);
  }
  if (bigEndian) swapBytes(body, ELEMENT_BYTES[stored]);
  const { data } = tensorFromBytes(stored, shape, body);
  const values = Array.from(data as ArrayLike<number | bigint>, Number);
  const wrong = values.findIndex((label) => !Number.isInteger(label) || label < 0 || label >= MAX_CLASSES);
  if (shape.length !== 1 || wrong >= 0) {
    throw new Error(
      `${path}: expected one list of whole numbers from 0 on, found ${
        shape.length === 1 ? `${values[wrong]} for image ${wrong}` : shape.join(" × ")
      }`,
    );
  }
  return Int32Array.from(values);
}

async function* picturesIn(path: string, { shape: sizes, dataOffset }: NpyHeader): AsyncIterable<Picture> {
  const { shape: [channels, height, width], channelsLast } = layoutOf(sizes, path);
  const bytes = channels * height * width;
  using file = await Deno.open(path);
  for (let i = 0; i < sizes[0]!; i++) {
    const data = await readAt(file, dataOffset + i * bytes, bytes);
    yield { width, height, channels, data: channelsLast ? data : together(data, channels) };
  }
}

/** Channel by channel to pixel by pixel. */
function together(planes: Uint8Array, channels: number): Uint8Array {
  const pixels = new Uint8Array(planes.length);
  for (let channel = 0, from = 0; channel < channels; channel++) {
    for (let to = channel; to < pixels.length; to += channels) pixels[to] = planes[from++]!;
  }
  return pixels;
}

async function readAt(file: Deno.FsFile, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  const found = await readFrom(file, offset, bytes);
  if (found < length) throw new Error(`expected ${length} bytes from ${offset} on, found ${found}`);
  return bytes;
}
