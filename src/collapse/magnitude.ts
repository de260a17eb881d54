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
