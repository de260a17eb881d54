/** NC3 by subspaces: the principal angles between the spans of classifier rows and of centred class means. */
import { decideRank, rightSingular, singularValues } from "./eigen.ts";
import { dotRows } from "./kernels.ts";
import type { Outcome } from "./outcome.ts";
import { mean, type Rows } from "./vectors.ts";

/** Mean principal angle. Range [0, π/2] rad; 0 at collapse. */
export function meanPrincipalAngle(weights: Rows, means: Rows): Outcome {
  return overAngles(weights, means, mean);
}

/** Largest principal angle. Range [0, π/2] rad; 0 at collapse. */
export function largestPrincipalAngle(weights: Rows, means: Rows): Outcome {
  return overAngles(weights, means, (angles) => Math.max(...angles));
}

/**
 * Angles between the leading min(C − 1, d) right singular directions of W and of M (fewer where one side has fewer).
 * Small angles come from sines and large ones from cosines (Björck & Golub 1973), so that both keep their digits.
 */
function overAngles(weights: Rows, means: Rows, statistic: (angles: Float64Array) => number): Outcome {
  const { width, count } = means;
  const w = span(weights), m = span(means);
  if (w.size === 0 || m.size === 0) {
    return { undefined: "the classifier or the centred class means are all zero" };
  }
  const [small, large] = w.size <= m.size ? [w, m] : [m, w];
  const cosines = dotRows(small.basis, small.size, large.basis, large.size, width);
  const residual = small.basis.slice();
  for (let a = 0; a < small.size; a++) {
    for (let b = 0; b < large.size; b++) {
      for (let k = 0; k < width; k++) {
        residual[a * width + k] -= cosines[a * large.size + b] * large.basis[b * width + k];
      }
    }
  }
  const falling = singularValues(cosines, small.size, large.size);
  const rising = singularValues(residual, small.size, width).reverse();
  const angles = falling.map((cosine, k) =>
    cosine ** 2 >= 0.5 ? Math.asin(Math.min(1, rising[k])) : Math.acos(cosine)
  );
  const note = small.size < Math.min(count - 1, width)
    ? { note: `the smaller span has ${small.size} dimensions` }
    : {};
  return { value: statistic(angles), ...note };
}

function span({ values, count, width, zero }: Rows): { basis: Float64Array; size: number } {
  const { values: singular, right } = rightSingular(values, count, width);
  if (!(singular[0] > zero)) return { basis: right, size: 0 };
  const { kept } = decideRank(singular, Math.max(count, width) * Number.EPSILON, Math.min(count - 1, width));
  return { basis: right.subarray(0, kept * width), size: kept };
}
