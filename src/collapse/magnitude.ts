/** The magnitudes that can be measured: sums of squares, and products of two, stay inside of float64. */
import type { NotDefined } from "./outcome.ts";

const LEAST = 2 ** -300;
const MOST = 2 ** 300;

/**
 * Why `values`, of which the largest counts, cannot be measured: NaN, infinite, or so large or small that products of
 * their squares lose digits or overflow. Null where they can, and for zeros. `name` is a plural: "training features". What is small beside
 * other numbers may be as small as it likes: `least` is 0 then.
 */
export function unmeasurable(
  values: Float64Array,
  name: string,
  { least = LEAST }: { least?: number } = {},
): NotDefined | null {
  let largest = 0;
  for (const x of values) largest = Math.max(largest, Math.abs(x));
  if (!Number.isFinite(largest)) return { undefined: `${name} are NaN or infinite` };
  if (largest === 0 || (largest >= least && largest <= MOST)) return null;
  return {
    undefined:
      `${name} are around ${
        largest.toExponential(0)
      }, too far from 1 for products of their squares in float64: ` +
      "multiply them by a constant first",
  };
}

/** The power of two next below the largest of `values`, by which they can be divided without rounding; 1 for zeros. */
export function powerOfTwo(values: Float64Array): number {
  const largest = values.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  return largest === 0 ? 1 : 2 ** Math.floor(Math.log2(largest));
}
