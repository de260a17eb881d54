/** Samples a few at a time as float64, the unit that the inner loops work on. */
import type { FeatureChunk } from "./source.ts";
import { turn } from "./turns.ts";

/** Samples in a block: their float64 copy stays in the cache for common widths. */
export const BLOCK = 64;

/** Samples in a piece, of which there may be a copy. */
const PIECE = 1024;

/** The samples of `chunks` a piece at a time, not copied: a source in memory gives all of its own as one chunk. */
export async function* pieces(
  chunks: AsyncIterable<FeatureChunk>,
  width: number,
): AsyncGenerator<FeatureChunk> {
  for await (const { features, labels } of chunks) {
    for (let start = 0; start < labels.length; start += PIECE) {
      const own = labels.subarray(start, start + PIECE);
      yield { features: features.subarray(start * width, (start + own.length) * width), labels: own };
    }
  }
}

/** Up to BLOCK samples; `rows` holds `count` × d numbers and is overwritten by the next block. */
export interface Block {
  readonly rows: Float64Array;
  readonly count: number;
  readonly labels: Int32Array;
}

/** All samples of `chunks` in order, in one reused buffer. */
export async function* blocks(chunks: AsyncIterable<FeatureChunk>, width: number): AsyncGenerator<Block> {
  const rows = new Float64Array(BLOCK * width);
  for await (const { features, labels } of chunks) {
    for (let start = 0; start < labels.length; start += BLOCK) {
      await turn();
      const block = labels.subarray(start, start + BLOCK);
      rows.set(features.subarray(start * width, (start + block.length) * width));
      yield { rows, count: block.length, labels: block };
    }
  }
}

/** The same with each sample's class mean subtracted. */
export async function* centredBlocks(
  chunks: AsyncIterable<FeatureChunk>,
  width: number,
  means: Float64Array,
): AsyncGenerator<Block> {
  for await (const block of blocks(chunks, width)) {
    const { rows, count, labels } = block;
    for (let i = 0; i < count; i++) {
      for (let k = 0, at = i * width, from = labels[i] * width; k < width; k++) {
        rows[at + k] -= means[from + k];
      }
    }
    yield block;
  }
}

/** The columns of the first `count` rows, one after the other: width × count. */
export function transposeRows(rows: Float64Array, count: number, width: number, out: Float64Array): void {
  for (let k = 0; k < width; k++) {
    for (let i = 0; i < count; i++) out[k * count + i] = rows[i * width + k];
  }
}
