/** Damages a file in the ways that files get damaged, and in the ways that readers get attacked. */
import { uniformInt } from "pure-rand/distribution/uniformInt";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";

/** Values at which lengths, offsets and dimensions go wrong. */
const EDGES = [
  0n,
  1n,
  0x7fn,
  0xffn,
  0x7fffn,
  0xffffn,
  0x7fffffffn,
  0xffffffffn,
  1n << 52n,
  1n << 63n,
  (1n << 64n) - 1n,
];

/** A damaged copy: a few flipped bits, a truncation, a splice, or a field of 1, 2, 4 or 8 bytes overwritten. */
export function mutate(bytes: Uint8Array<ArrayBuffer>, random: RandomGenerator): Uint8Array<ArrayBuffer> {
  const below = (limit: number) => uniformInt(random, 0, limit - 1);
  const kinds = [flipBits, truncate, splice, overwriteField];
  return kinds[below(kinds.length)](bytes, below);
}

type Below = (limit: number) => number;

function flipBits(bytes: Uint8Array, below: Below): Uint8Array<ArrayBuffer> {
  const copy = Uint8Array.from(bytes);
  for (let flips = 1 + below(4); flips > 0; flips--) copy[below(copy.length)] ^= 1 << below(8);
  return copy;
}

function truncate(bytes: Uint8Array<ArrayBuffer>, below: Below): Uint8Array<ArrayBuffer> {
  return bytes.slice(0, below(bytes.length));
}

/** Replaces a range by a copy of another one; either may be empty. */
function splice(bytes: Uint8Array, below: Below): Uint8Array<ArrayBuffer> {
  const range = () => {
    const start = below(bytes.length);
    return { start, end: start + below(Math.min(32, bytes.length - start) + 1) };
  };
  const [cut, source] = [range(), range()];
  return Uint8Array.from([
    ...bytes.subarray(0, cut.start),
    ...bytes.subarray(source.start, source.end),
    ...bytes.subarray(cut.end),
  ]);
}

function overwriteField(bytes: Uint8Array, below: Below): Uint8Array<ArrayBuffer> {
  const copy = Uint8Array.from(bytes);
  const start = below(copy.length);
  const width = [1, 2, 4, 8][below(4)];
  const value = EDGES[below(EDGES.length)];
  for (let i = 0; i < width && start + i < copy.length; i++) {
    copy[start + i] = Number((value >> BigInt(8 * i)) & 0xffn);
  }
  return copy;
}
