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
}
