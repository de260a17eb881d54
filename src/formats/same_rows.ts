/** Whether two files hold the same features. */
import { readRows } from "./array_file.ts";
import type { ArrayFile } from "./byte_reader.ts";

/** Bytes that are read of each at a time. */
const PIECE = 2 ** 20;
const FLOAT64_BYTES = 8;

/** Whether two matrices have the same numbers, whatever their types. Both are read as far as they agree. */
export async function haveSameRows(a: ArrayFile, b: ArrayFile): Promise<boolean> {
  if (a.shape.join() !== b.shape.join()) return false;
  const rows = Math.max(1, Math.floor(PIECE / (FLOAT64_BYTES * Math.max(1, a.shape[1] ?? 0))));
  const others = readRows(b, rows);
  try {
    for await (const numbers of readRows(a, rows)) {
      const { value: other } = await others.next();
      if (!other || numbers.some((number, i) => number !== other[i])) return false;
    }
    return true;
  } finally {
    await others.return(undefined);
  }
}
