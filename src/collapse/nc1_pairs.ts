/** NC1 by pairs of classes: class-distance normalised variance (CDNV). 0 at collapse, no inverse, no tolerance. */
import { squaredDistancesOfRows } from "./kernels.ts";
import type { Moments, Within } from "./moments.ts";
import { oncePer } from "./once.ts";
import { finite, type Outcome } from "./outcome.ts";
import { mean, offDiagonal } from "./vectors.ts";

/**
 * mean over c ≠ c′ of (V_c + V_c′)/(2‖μ_c − μ_c′‖²), V_c = (1/n_c) Σ ‖h − μ_c‖². Range [0, ∞). Galanti et al. 2021.
 * Invariant under rotation and scaling.
 */
export function distanceNormalisedVariance(moments: Moments, within: Within): Outcome {
  return overPairs(moments, variances(moments, within, 0), 1);
}

/** The same with V_c = (1/(n_c−1)) Σ ‖h − μ_c‖²; undefined where a class has one sample. */
export function unbiasedDistanceNormalisedVariance(moments: Moments, within: Within): Outcome {
  const single = moments.counts.indexOf(1);
  if (single >= 0) {
    return { undefined: `class ${single} has one sample, so its unbiased variance is not defined` };
  }
  return overPairs(moments, variances(moments, within, 1), 1);
}

/**
 * The same with ‖μ_c − μ_c′‖⁴ in place of the square: as in public code (linguistic-collapse). Not invariant under
 * scaling: features twice as large give a quarter.
 */
export function fourthPowerVariance(moments: Moments, within: Within): Outcome {
  return overPairs(moments, variances(moments, within, 0), 2);
}

function variances({ counts }: Moments, { deviations }: Within, removed: 0 | 1): Float64Array {
  return deviations.map((sum, c) => sum / (counts[c] - removed));
}

/** ‖μ_c − μ_c′‖², C × C. */
const distances = oncePer(({ means, classes, width }: Moments) =>
  squaredDistancesOfRows(means, classes, width)
);

function overPairs(moments: Moments, variance: Float64Array, power: 1 | 2): Outcome {
  const { classes, centred } = moments;
  const squares = distances(moments);
  // Each of two means is known to `zero`.
  const floor = (2 * centred.zero) ** 2;
  if (offDiagonal(squares, classes).some((square) => square <= floor)) {
    return { undefined: "two class means are equal" };
  }
  const pairs = squares.map((square, i) => {
    const sum = variance[Math.floor(i / classes)] + variance[i % classes];
    return sum / (2 * square ** power);
  });
  return finite(mean(offDiagonal(pairs, classes)), "a power of a distance leaves the range of float64");
}
