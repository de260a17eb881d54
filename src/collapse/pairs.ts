/** NC1 by pairs of classes: class-distance normalised variance (CDNV). 0 at collapse, no inverse, no tolerance. */
import { squaredDistancesOfRows } from "./kernels.ts";
import type { Moments, Within } from "./moments.ts";
import { oncePer } from "./once.ts";
import { finite, type Outcome } from "./outcome.ts";
import { scaledToOne } from "./singular.ts";
import { mean, offDiagonal } from "./vectors.ts";

/** V_c = (1/(n_c − removed)) Σ ‖h − μ_c‖², C entries. */
export function variances({ counts }: Moments, { deviations }: Within, removed: 0 | 1): Float64Array {
  return deviations.map((sum, c) => sum / (counts[c] - removed));
}

/** ‖μ_c − μ_c′‖², C × C. */
const distances = oncePer(({ means, classes, width }: Moments) =>
  squaredDistancesOfRows(means, classes, width)
);

/**
 * mean over c ≠ c′ of (V_c + V_c′)/(2‖μ_c − μ_c′‖^(2·power)). Invariant under rotation, and under scaling where power
 * is 1.
 */
export function overPairs(moments: Moments, variance: Float64Array, power: 1 | 2): Outcome {
  const { classes } = moments;
  // Of fourth powers that leave float64 the quotient need not: a power of two rounds nothing.
  const unit = power === 1 ? 1 : scaledToOne(moments.centred.values).unit;
  return overSquaredDistances(moments, (square, i) => {
    const sum = variance[Math.floor(i / classes)] + variance[i % classes];
    return sum / unit / unit / (2 * (square / unit) ** power);
  });
}

/** The mean over c ≠ c′ of `term(‖μ_c − μ_c′‖², c·C + c′)`. */
export function overSquaredDistances(
  moments: Moments,
  term: (square: number, index: number) => number,
): Outcome {
  const { classes, centred } = moments;
  const squares = distances(moments);
  // Each of two means is known to `zero`.
  const floor = (2 * centred.zero) ** 2;
  if (offDiagonal(squares, classes).some((square) => square <= floor)) {
    return { undefined: "two class means are equal" };
  }
  return finite(
    mean(offDiagonal(squares.map(term), classes)),
    "a power of a distance leaves the range of float64",
  );
}
