/** Images of a person's own as they are kept once converted: a folder with raw pixels, labels and what is known of them. */
import { join } from "node:path";
import * as v from "valibot";
import type { ImageShape, Split } from "../dataset.ts";

export const RECORD_FILE = "images.json";

const count = v.pipe(v.number(), v.integer(), v.minValue(1));

const RecordSchema = v.strictObject({
  format: v.literal(1),
  title: v.string(),
  /** Where they came from, as it was named. */
  source: v.string(),
  classNames: v.array(v.string()),
  /** Channels, height, width. */
  shape: v.tuple([count, count, count]),
  /** None where they are only measured. */
  trainImages: v.pipe(v.number(), v.integer(), v.minValue(0)),
  testImages: count,
  /** Of all training pixels / 255, per channel; empty without any. */
  mean: v.array(v.number()),
  std: v.array(v.number()),
  /** As dataset.ts defines it, of all images. */
  digest: v.string(),
});
export type ConvertedRecord = v.InferOutput<typeof RecordSchema>;

/** Names of a part's files: pixels, N × C × H × W bytes; labels, N little-endian int32. */
export function filesOf(folder: string, part: "train" | "test"): { pixels: string; labels: string } {
  return { pixels: join(folder, `${part}.u8`), labels: join(folder, `${part}-labels.i32`) };
}

/** A converted set. */
export interface Converted {
  readonly record: ConvertedRecord;
  readonly train: Split;
  readonly test: Split;
}

/** What a folder of converted images holds. Throws where a file is damaged. */
export async function readConverted(folder: string): Promise<Converted> {
  const path = join(folder, RECORD_FILE);
  const text = await Deno.readTextFile(path);
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), RecordSchema), text);
  if (!result.success) throw damaged(path);
  const record = result.output;
  const { shape, trainImages, testImages } = record;
  return {
    record,
    train: await splitIn(folder, "train", trainImages, shape),
    test: await splitIn(folder, "test", testImages, shape),
  };
}

async function splitIn(
  folder: string,
  part: "train" | "test",
  count: number,
  shape: ImageShape,
): Promise<Split> {
  const { pixels, labels } = filesOf(folder, part);
  await requireSize(pixels, count * shape[0] * shape[1] * shape[2]);
  await requireSize(labels, count * Int32Array.BYTES_PER_ELEMENT);
  const view = new DataView((await Deno.readFile(labels)).buffer);
  return {
    images: new Uint8Array(),
    labels: Int32Array.from({ length: count }, (_, i) => view.getInt32(4 * i, true)),
    count,
    file: { path: pixels, count, rows: null },
  };
}

async function requireSize(path: string, expected: number): Promise<void> {
  const size = await Deno.stat(path).then(({ size }) => size, () => null);
  if (size !== expected) throw damaged(path);
}

function damaged(path: string): Error {
  return new Error(
    `${path} is damaged: expected what converting images writes; remove its folder, and they are converted again`,
  );
}
