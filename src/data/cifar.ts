/**
 * Reader of CIFAR's official binary layout: records without a header, each one label byte (CIFAR-10) or a coarse
 * and a fine one (CIFAR-100), then 3072 pixels, channel by channel, row by row.
 * https://www.cs.toronto.edu/~kriz/cifar.html
 */
import { readNext } from "../files.ts";
import type { Split } from "./dataset.ts";

/** What a file must hold. */
export interface CifarLayout {
  /** Classes of each label byte, in file order: [10], or [20, 100]. The last one is the label kept. */
  readonly labelClasses: readonly number[];
  /** Records in each file. */
  readonly records: number;
}

/** Channels, height and width of every CIFAR image. */
export const CIFAR_SHAPE = [3, 32, 32] as const;

/** Bytes of an image. */
export const PIXELS = 3 * 32 * 32;

/** Records that are in memory beside the split: about 3 MB. */
const RECORDS_AT_A_TIME = 1000;

/**
 * Reads `paths` one after the other into one split of `paths.length × records` images.
 *
 * @throws if a file has another size than the layout's or a label outside its classes; the message names it.
 */
export async function readCifar(paths: readonly string[], layout: CifarLayout): Promise<Split> {
  const count = paths.length * layout.records;
  const split = { images: new Uint8Array(count * PIXELS), labels: new Int32Array(count), count };
  for (const [i, path] of paths.entries()) await readRecords(path, layout, split, i * layout.records);
  return split;
}

/** Reads a file to `split`, from sample `first` on. */
async function readRecords(
  path: string,
  { labelClasses, records }: CifarLayout,
  split: Split,
  first: number,
): Promise<void> {
  const labelBytes = labelClasses.length;
  const stride = labelBytes + PIXELS;
  using file = await Deno.open(path);
  requireSize((await file.stat()).size, records, stride, path);
  const buffer = new Uint8Array(Math.min(RECORDS_AT_A_TIME, records) * stride);
  for (let done = 0; done < records; done += RECORDS_AT_A_TIME) {
    const count = Math.min(RECORDS_AT_A_TIME, records - done);
    const bytes = buffer.subarray(0, count * stride);
    const filled = await readNext(file, bytes);
    if (filled < bytes.length) requireSize(done * stride + filled, records, stride, path);
    for (let i = 0; i < count; i++) {
      const record = bytes.subarray(i * stride, (i + 1) * stride);
      checkLabels(record, labelClasses, path, done + i);
      const sample = first + done + i;
      split.labels[sample] = record[labelBytes - 1]!;
      split.images.set(record.subarray(labelBytes), sample * PIXELS);
    }
  }
}

function requireSize(size: number, records: number, stride: number, path: string): void {
  if (size === records * stride) return;
  const direction = size < records * stride ? "truncated" : "oversized";
  throw new Error(
    `${path} is ${direction}, or not in CIFAR's binary layout: expected ${records} records of ${stride} bytes ` +
      `(${records * stride} bytes), found ${size} bytes`,
  );
}

function checkLabels(
  record: Uint8Array,
  labelClasses: readonly number[],
  path: string,
  index: number,
): void {
  for (const [i, classes] of labelClasses.entries()) {
    const label = record[i]!;
    if (label >= classes) {
      throw new Error(`${path}, record ${index}: expected a label from 0 to ${classes - 1}, found ${label}`);
    }
  }
}
