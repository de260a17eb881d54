/** The order in which an epoch takes its images. */
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/**
 * The order in which `epoch` (counted from 1) takes `count` images: a permutation of 0..count−1 that depends on
 * nothing but the arguments, on every platform. Each epoch shuffles with its own stretch of one random sequence:
 * xoroshiro128+ of the seed, jumped ahead once an epoch (2^64 numbers), so any epoch can be had without the others.
 */
export function epochOrder(seed: number, epoch: number, count: number): BigInt64Array<ArrayBuffer> {
  const random = xoroshiro128plus(seed);
  for (let i = 0; i < epoch; i++) random.jump();
  const order = BigInt64Array.from({ length: count }, (_, i) => BigInt(i));
  for (let last = count - 1; last > 0; last--) {
    const other = uniformInt(random, 0, last);
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}
