/** The order in which an epoch takes its images, and what becomes of each. */
import { uniformInt } from "pure-rand/distribution/uniformInt";
import type { JumpableRandomGenerator } from "pure-rand/types/JumpableRandomGenerator";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/**
 * The order in which `epoch` (counted from 1) takes `count` images: a permutation of 0..count−1 that depends on
 * nothing but the arguments, on every platform. Each epoch shuffles with its own stretch of one random sequence:
 * xoroshiro128+ of the seed, jumped ahead once an epoch (2^64 numbers), so any epoch can be had without the others.
 */
export function epochOrder(seed: number, epoch: number, count: number): BigInt64Array<ArrayBuffer> {
  return shuffled(stretchOf(seed, epoch), count);
}

/** Images in the order of {@link epochOrder}, and for each the number of the way in which it is changed. */
export interface EpochImages {
  readonly order: BigInt64Array<ArrayBuffer>;
  /** As long as `order`; null where all images stay as they are. */
  readonly changes: BigInt64Array<ArrayBuffer> | null;
}

/**
 * What `epoch` (counted from 1) takes of `count` images, each of which is changed in one of `ways` ways: image by image,
 * from 0 on, the epoch's stretch draws that number after it has shuffled. So it depends on seed, epoch, image and
 * `count`, and on nothing of how images are put in batches.
 */
export function epochImages(
  { seed, epoch, count, ways }: { seed: number; epoch: number; count: number; ways: number },
): EpochImages {
  const random = stretchOf(seed, epoch);
  const order = shuffled(random, count);
  if (ways === 1) return { order, changes: null };
  const ofImages = BigInt64Array.from({ length: count }, () => BigInt(uniformInt(random, 0, ways - 1)));
  return { order, changes: order.map((image) => ofImages[Number(image)]!) };
}

function stretchOf(seed: number, epoch: number): JumpableRandomGenerator {
  const random = xoroshiro128plus(seed);
  for (let i = 0; i < epoch; i++) random.jump();
  return random;
}

/** Moves `random` on. */
function shuffled(random: JumpableRandomGenerator, count: number): BigInt64Array<ArrayBuffer> {
  const order = BigInt64Array.from({ length: count }, (_, i) => BigInt(i));
  for (let last = count - 1; last > 0; last--) {
    const other = uniformInt(random, 0, last);
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}
