/**
 * NC3, self-duality: the classifier rows W (C × d) become proportional to the centred class means M (C × d).
 * All are invariant under rotation of feature space, and those that normalise under scaling of either side.
 */
import { dotRows } from "./kernels.ts";
import { distanceFromTarget, simplexTarget } from "./frames.ts";
import type { Outcome } from "./outcome.ts";
import { allZero, directions, mean, norm, type Rows } from "./vectors.ts";

/**
 * ‖WMᵀ/‖WMᵀ‖_F − (I − 11ᵀ/C)/√(C−1)‖_F. Range [0, 2]; 0 at collapse. Zhu et al. 2021; as in public code
 * rhubarbwu/neural-collapse. With uncentred means in place of M: as in cjyaras/normalized-neural-collapse.
 */
export function dualityError(weights: Rows, means: Rows): Outcome {
  const { count, width } = weights;
  if (allZero(weights) || allZero(means)) return ZERO;
  const product = dotRows(weights.values, count, means.values, count, width);
  const rounding = width * Number.EPSILON * norm(weights.values) * norm(means.values);
  if (!(norm(product) > rounding)) return { undefined: "WMᵀ is zero" };
  return { value: distanceFromTarget(product, count, simplexTarget) };
}

const ZERO = { undefined: "the classifier or the centred class means are all zero" };

/** ‖W/‖W‖_F − M/‖M‖_F‖_F. */
export function differenceOfNormalised(weights: Rows, means: Rows): Outcome {
  if (allZero(weights) || allZero(means)) return ZERO;
  const scaleW = norm(weights.values);
  const scaleM = norm(means.values);
  return { value: norm(weights.values.map((w, i) => w / scaleW - means.values[i] / scaleM)) };
}

/** The mean over classes of a statistic of ŵ_c and m̂_c, both of length 1. */
export function overDirections(
  weights: Rows,
  means: Rows,
  statistic: (w: Float64Array, m: Float64Array) => number,
): Outcome {
  const w = directions(weights);
  if ("undefined" in w) return w;
  const m = directions(means);
  if ("undefined" in m) return m;
  const { count, width } = weights;
  const each = Array.from(
    { length: count },
    (_, c) => statistic(row(w.unit, c, width), row(m.unit, c, width)),
  );
  return { value: mean(each) };
}

export function row(values: Float64Array, c: number, width: number): Float64Array {
  return values.subarray(c * width, (c + 1) * width);
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}

/** Of unit vectors; rounding may carry a product beyond 1, which no cosine is. */
export function cosine(a: Float64Array, b: Float64Array): number {
  return Math.min(1, Math.max(-1, dot(a, b)));
}
