/** Medians and spreads. */

/** The middle of some numbers and how far they reach. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** Median, smallest and largest. Throws for no numbers. */
export function spread(values: readonly number[]): Spread {
  if (values.length === 0) throw new RangeError("expected at least one repetition, found none");
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const median = (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
  return { median, low: sorted[0]!, high: sorted.at(-1)! };
}

/**
 * How many times faster `ours` is: the spread of the ratios of repetitions that ran one after the other, so that
 * what slows the machine down for a while slows both sides of a ratio. Both are rates, in the order of repetition.
 */
export function ratio(ours: readonly number[], theirs: readonly number[]): Spread {
  if (ours.length !== theirs.length) {
    throw new RangeError(`expected as many repetitions of both, found ${ours.length} and ${theirs.length}`);
  }
  return spread(ours.map((rate, i) => rate / theirs[i]!));
}
