/**
 * NC3, self-duality: the classifier rows W (C × d) become proportional to the centred class means M (C × d).
 * All are invariant under rotation of feature space, and those that normalise under scaling of either side.
 */
import { dotRows } from "./kernels.ts";
import { distanceFromTarget } from "./nc2.ts";
import { finite, type Outcome } from "./outcome.ts";
import { allZero, directions, mean, norm, type Rows, std } from "./vectors.ts";

/** ‖W/‖W‖_F − M/‖M‖_F‖_F². Range [0, 4]; 0 at collapse. Papyan et al. 2020, Fig. 5. */
export function selfDuality(weights: Rows, means: Rows): Outcome {
  const found = difference(weights, means);
  return "undefined" in found ? found : { value: found.value ** 2 };
}

/** ‖W/‖W‖_F − M/‖M‖_F‖_F, not squared. Range [0, 2]; 0 at collapse. The root of `selfDuality`. */
export function unsquaredSelfDuality(weights: Rows, means: Rows): Outcome {
  return difference(weights, means);
}

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
  const error = distanceFromTarget(
    product,
    count,
    (i, j) => ((i === j ? 1 : 0) - 1 / count) / Math.sqrt(count - 1),
  );
  return { value: error };
}

/** mean_c ‖ŵ_c − m̂_c‖ of vectors scaled to length 1. Range [0, 2]; 0 at collapse. */
export function directionDistance(weights: Rows, means: Rows): Outcome {
  return overDirections(weights, means, (w, m) => {
    let sum = 0;
    for (let k = 0; k < w.length; k++) sum += (w[k] - m[k]) ** 2;
    return Math.sqrt(sum);
  });
}

/** mean_c cos(w_c, m_c). Range [−1, 1]; 1 at collapse. */
export function alignment(weights: Rows, means: Rows): Outcome {
  return overDirections(weights, means, cosine);
}

/** mean_c (1 − cos(w_c, m_c)). Range [0, 2]; 0 at collapse. One minus `alignment`. */
export function misalignment(weights: Rows, means: Rows): Outcome {
  return overDirections(weights, means, (w, m) => 1 - cosine(w, m));
}

/**
 * Unbiased variance over classes of ⟨w_c, μ_c − μ_G⟩, of vectors as they are. Range [0, ∞); 0 at collapse; scales
 * with both sides. UNC3, uniform duality; as in public code rhubarbwu/neural-collapse.
 */
export function uniformDuality(weights: Rows, means: Rows): Outcome {
  const { count, width } = weights;
  const products = Float64Array.from(
    { length: count },
    (_, c) => dot(row(weights.values, c, width), row(means.values, c, width)),
  );
  return finite(std(products) ** 2, "the square of a product ⟨w_c, μ_c − μ_G⟩ leaves the range of float64");
}

const ZERO = { undefined: "the classifier or the centred class means are all zero" };

function difference(weights: Rows, means: Rows): Outcome {
  if (allZero(weights) || allZero(means)) return ZERO;
  const scaleW = norm(weights.values);
  const scaleM = norm(means.values);
  return { value: norm(weights.values.map((w, i) => w / scaleW - means.values[i] / scaleM)) };
}

function overDirections(
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

function row(values: Float64Array, c: number, width: number): Float64Array {
  return values.subarray(c * width, (c + 1) * width);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}

/** Of unit vectors; rounding may carry a product beyond 1, which no cosine is. */
function cosine(a: Float64Array, b: Float64Array): number {
  return Math.min(1, Math.max(-1, dot(a, b)));
}
