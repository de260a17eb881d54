/** The size of a figure that stands alone. */
/// <reference lib="dom" />
import { type Size, SIZES } from "../report/tokens.ts";

/** Where the window is narrow that of figures beside others: a larger one would be shrunk, and its words with it. */
export function largeSize(): Size {
  return innerWidth < SIZES.large.width ? SIZES.page : SIZES.large;
}
