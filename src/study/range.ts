/** Values spread evenly, or evenly in their logarithm, between two ends. */

export interface Range {
  readonly min: number;
  readonly max: number;
  /** How many values, both ends included. */
  readonly points: number;
  readonly distribution: "uniform" | "log_uniform";
}

const MAX_POINTS = 10_000;

/** The values, ascending; the ends are exact. Throws a RangeError where there are no such values. */
export function gridOf({ min, max, points, distribution }: Range): number[] {
  if (!Number.isInteger(points) || points < 2 || points > MAX_POINTS) {
    throw new RangeError(`expected a whole number from 2 to ${MAX_POINTS} as points, found ${points}`);
  }
  if (!(min < max) || !Number.isFinite(max - min)) {
    throw new RangeError(`expected min below max, found ${min} and ${max}`);
  }
  if (distribution === "log_uniform" && !(min > 0)) {
    throw new RangeError(`expected min above 0 for log_uniform, found ${min}`);
  }
  return Array.from({ length: points }, (_, i) => {
    if (i === 0) return min;
    if (i === points - 1) return max;
    const share = i / (points - 1);
    return distribution === "uniform" ? min + (max - min) * share : min * (max / min) ** share;
  });
}
