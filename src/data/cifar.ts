/**
 * Reader of CIFAR's official binary layout: records without a header, each one label byte (CIFAR-10) or a coarse
 * and a fine one (CIFAR-100), then 3072 pixels, channel by channel, row by row.
 * https://www.cs.toronto.edu/~kriz/cifar.html
 */
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

const PIXELS = 3 * 32 * 32;

/**
 * Reads `paths` one after the other into one split of `paths.length × records` images.
 *
 * @throws if a file has another size than the layout's or a label outside its classes; the message names it.
 */
export async function readCifar(paths: readonly string[], layout: CifarLayout): Promise<Split> {
  const count = paths.length * layout.records;
  const split = { images: new Uint8Array(count * PIXELS), labels: new Int32Array(count), count };
  for (const [i, path] of paths.entries()) {
    copyRecords(await Deno.readFile(path), path, layout, split, i * layout.records);
  }
  return split;
}

function copyRecords(
  bytes: Uint8Array,
  path: string,
  { labelClasses, records }: CifarLayout,
  split: Split,
  first: number,
): void {
  const labelBytes = labelClasses.length;
  const stride = labelBytes + PIXELS;
  if (bytes.length !== records * stride) {
    const direction = bytes.length < records * stride ? "truncated" : "oversized";
    throw new Error(
      `${path} is ${direction}, or not in CIFAR's binary layout: expected ${records} records of ${stride} bytes ` +
        `(${records * stride} bytes), found ${bytes.length} bytes`,
    );
  }
  for (let record = 0; record < records; record++) {
    const start = record * stride;
    labelClasses.forEach((classes, i) => {
      const label = bytes[start + i]!;
      if (label >= classes) {
        throw new Error(
          `${path}, record ${record}: expected a label from 0 to ${classes - 1}, found ${label}`,
        );
      }
    });
    split.labels[first + record] = bytes[start + labelBytes - 1]!;
    split.images.set(bytes.subarray(start + labelBytes, start + stride), (first + record) * PIXELS);
  }
}
