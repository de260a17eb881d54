/** A labelled split of images, copied once to where the network computes. */
import { Handle, HandleSlot, sized, text } from "./handle.ts";
import type { Library } from "./library.ts";

export interface LabelledImages {
  /** N × C × H × W, 0 to 255. */
  readonly pixels: Uint8Array;
  /** N entries in 0..classes−1. */
  readonly labels: Int32Array;
  readonly shape: readonly [channels: number, height: number, width: number];
  readonly classes: number;
  /** Per channel, of pixel / 255. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** Images whose pixels lie in a file, one after the other as {@link LabelledImages} has them. */
export interface FiledImages extends Omit<LabelledImages, "pixels"> {
  readonly file: {
    readonly path: string;
    /** Images in the file. */
    readonly count: number;
    /** Which of them, in this order, a label each; null for all. */
    readonly rows: Int32Array | null;
  };
}

export class Images extends Handle {
  private constructor(library: Library, slot: HandleSlot, readonly count: number) {
    super(library, slot, "nc_images_free");
  }

  static create(
    library: Library,
    data: LabelledImages,
    { device = "cpu" }: { device?: string } = {},
  ): Images {
    const { pixels, labels, shape, classes, mean, std } = data;
    const slot = new HandleSlot();
    library.call(
      "nc_images_create",
      ...sized(pixels),
      labels as Int32Array<ArrayBuffer>,
      BigInt(labels.length),
      ...shape,
      classes,
      ...sized(Float64Array.from(mean)),
      ...sized(Float64Array.from(std)),
      ...text(device),
      slot.place,
    );
    return new Images(library, slot, labels.length);
  }

  /**
   * The same of a file, which stays where it is: on the CPU it is mapped into memory, so that it may be larger than that.
   * It must not change meanwhile.
   */
  static map(
    library: Library,
    { file, labels, shape, classes, mean, std }: FiledImages,
    { device = "cpu" }: { device?: string } = {},
  ): Images {
    const slot = new HandleSlot();
    const rows = file.rows && BigInt64Array.from(file.rows, BigInt);
    library.call(
      "nc_images_map",
      ...text(file.path),
      BigInt(file.count),
      rows,
      BigInt(rows?.length ?? 0),
      labels as Int32Array<ArrayBuffer>,
      BigInt(labels.length),
      ...shape,
      classes,
      ...sized(Float64Array.from(mean)),
      ...sized(Float64Array.from(std)),
      ...text(device),
      slot.place,
    );
    return new Images(library, slot, labels.length);
  }
}
