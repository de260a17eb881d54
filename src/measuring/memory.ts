/** Whether what is to be measured fits into the memory that it may take. */

const MEBIBYTE = 2 ** 20;

/** Bytes of `memory` that are left beside `needed`. Throws, saying what to do, where there are none. */
export function memoryLeft(memory: number, needed: number, what: string): number {
  if (needed <= memory) return memory - needed;
  throw new Error(
    `expected at least ${Math.ceil(needed / MEBIBYTE)}M of memory for ${what}, found ${
      Math.floor(memory / MEBIBYTE)
    }M; raise --memory, or choose fewer --metrics`,
  );
}
