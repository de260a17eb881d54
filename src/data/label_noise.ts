/** Wrong labels: some are drawn anew, whatever their images show. */
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

export interface LabelNoise {
  /** Of the labels, from 0 to 1; rounded to whole images. */
  readonly fraction: number;
  readonly seed: number;
}

/**
 * The labels, a fraction of which is drawn anew: first the images, all sets of them alike, then a label each, all
 * `classes` classes alike. The right one is among these, so that (C − 1)/C of them are wrong on average (Zhang et
 * al. 2017, arXiv 1611.03530).
 *
 * xoroshiro128+ of the seed draws, before its first jump: the orders of epochs come from the stretches after it.
 */
export function withLabelNoise(
  labels: Int32Array,
  classes: number,
  { fraction, seed }: LabelNoise,
): Int32Array<ArrayBuffer> {
  const random = xoroshiro128plus(seed);
  const drawn = Math.round(fraction * labels.length);
  const images = Int32Array.from(labels.keys());
  for (let i = 0; i < drawn; i++) {
    const other = uniformInt(random, i, labels.length - 1);
    [images[i], images[other]] = [images[other]!, images[i]!];
  }
  const noisy = Int32Array.from(labels);
  for (const image of images.subarray(0, drawn)) noisy[image] = uniformInt(random, 0, classes - 1);
  return noisy;
}
