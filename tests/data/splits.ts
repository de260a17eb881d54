/** Small splits to cut from. */
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { Split } from "../../src/data/dataset.ts";

/** Images of two pixels, which hold the image's index twice (below 256). */
export function splitOf(labels: readonly number[]): Split {
  const images = Uint8Array.from(labels.flatMap((_, i) => [i, i]));
  return { images, labels: Int32Array.from(labels), count: labels.length };
}

/** `count` labels of `classes` classes, drawn. */
export function drawnLabels(count: number, classes: number, seed: number): number[] {
  const random = xoroshiro128plus(seed);
  return Array.from({ length: count }, () => uniformInt(random, 0, classes - 1));
}

/** The index that each image of {@link splitOf} holds; throws where an image is not whole. */
export function indicesIn({ images }: Split): number[] {
  return Array.from({ length: images.length / 2 }, (_, i) => {
    if (images[2 * i] !== images[2 * i + 1]) throw new Error(`image ${i} is torn`);
    return images[2 * i]!;
  });
}
