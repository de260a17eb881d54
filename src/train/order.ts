/** The order in which an epoch takes its images, and what becomes of each. */
import { uniformInt } from "pure-rand/distribution/uniformInt";
import type { JumpableRandomGenerator } from "pure-rand/types/JumpableRandomGenerator";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { ownImages } from "../experiment/data.ts";
import type { Protocol } from "../experiment/parts.ts";
import { waysToChange } from "../experiment/recipe.ts";

/**
 * The order in which `epoch` (counted from 1) takes `count` images: a permutation of 0..count−1 that depends on
 * nothing but the arguments, on every platform. Each epoch shuffles with its own stretch of one random sequence:
 * xoroshiro128+ of the seed, jumped ahead once an epoch (2^64 numbers), so any epoch can be had without the others.
 */
export function epochOrder(seed: number, epoch: number, count: number): BigInt64Array<ArrayBuffer> {
  return shuffled(stretchOf(seed, epoch), inOrder(count));
}

/** Blocks that are mixed with each other: more of them mix better, and read more places of the file at a time. */
const BLOCKS_AT_A_TIME = 8;

/** Images in the order of {@link epochOrder}, and for each the number of the way in which it is changed. */
export interface EpochImages {
  readonly order: BigInt64Array<ArrayBuffer>;
  /** As long as `order`; null where all images stay as they are. */
  readonly changes: BigInt64Array<ArrayBuffer> | null;
}

/** What `epoch` (counted from 1) of a run takes of its `count` training images. */
export function imagesOfEpoch(protocol: Protocol, epoch: number, count: number): EpochImages {
  const { data, training: { seed } } = protocol;
  const block = ownImages(data)?.shuffleBlocks ?? null;
  return epochImages({ seed, epoch, count, ways: waysToChange(protocol), block });
}

export interface OrderOptions {
  readonly seed: number;
  /** Counted from 1. */
  readonly epoch: number;
  readonly count: number;
  /** Ways in which each image is changed, one of which is drawn. */
  readonly ways: number;
  /** Neighbours that stay near each other (see {@link shuffledByBlocks}); null where all images are mixed. */
  readonly block?: number | null;
}

/**
 * What an epoch takes of `count` images, each of which is changed in one of `ways` ways: image by image, from 0 on, the
 * epoch's stretch draws that number after it has shuffled. So it depends on seed, epoch, image, `count` and `block`, and on
 * nothing of how images are put in batches.
 */
export function epochImages({ seed, epoch, count, ways, block = null }: OrderOptions): EpochImages {
  const random = stretchOf(seed, epoch);
  const order = block === null ? shuffled(random, inOrder(count)) : shuffledByBlocks(random, count, block);
  if (ways === 1) return { order, changes: null };
  const ofImages = BigInt64Array.from({ length: count }, () => BigInt(uniformInt(random, 0, ways - 1)));
  return { order, changes: order.map((image) => ofImages[Number(image)]!) };
}

function stretchOf(seed: number, epoch: number): JumpableRandomGenerator {
  const random = xoroshiro128plus(seed);
  for (let i = 0; i < epoch; i++) random.jump();
  return random;
}

/**
 * For images that lie in a file larger than memory, of which few places can be read at a time: blocks of `block` neighbours
 * are shuffled, and then, eight blocks after eight, their images among each other. Where there is one block it is the order
 * of all images mixed. Moves `random` on.
 */
function shuffledByBlocks(
  random: JumpableRandomGenerator,
  count: number,
  block: number,
): BigInt64Array<ArrayBuffer> {
  const blocks = shuffled(random, inOrder(Math.ceil(count / block)));
  const order = new BigInt64Array(count);
  let end = 0;
  for (let first = 0; first < blocks.length; first += BLOCKS_AT_A_TIME) {
    const start = end;
    for (const number of blocks.subarray(first, first + BLOCKS_AT_A_TIME)) {
      const from = Number(number) * block;
      const to = Math.min(count, from + block);
      for (let image = from; image < to; image++) order[end++] = BigInt(image);
    }
    shuffled(random, order.subarray(start, end));
  }
  return order;
}

function inOrder(count: number): BigInt64Array<ArrayBuffer> {
  return BigInt64Array.from({ length: count }, (_, i) => BigInt(i));
}

/** Shuffles in place, and moves `random` on. */
function shuffled(
  random: JumpableRandomGenerator,
  order: BigInt64Array<ArrayBuffer>,
): BigInt64Array<ArrayBuffer> {
  for (let last = order.length - 1; last > 0; last--) {
    const other = uniformInt(random, 0, last);
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}
