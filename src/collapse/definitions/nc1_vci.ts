/** NC1 by the variability collapse index (VCI), which needs all of Σ_W. */
import { define } from "../definition.ts";
import { decideRank, symmetricEigen } from "../eigen.ts";
import { dotRows } from "../kernels.ts";
import { meansCoincide, type Moments, rankBetween, SAME_MEANS } from "../moments.ts";
import { finite, type Outcome } from "../outcome.ts";
import { scaledToOne } from "../singular.ts";
import { covariance } from "../needs/covariance.ts";
import { variation } from "../needs/moments.ts";
import { SAMPLES } from "../readings.ts";
import { sensitivity } from "../tolerance.ts";

export default define({
  name: "nc1_vci",
  family: "NC1",
  title: "variability collapse index (VCI)",
  on: SAMPLES,
  needs: { variation, covariance },
  formula: {
    tex: String
      .raw`1-\frac{\operatorname{Tr}(\Sigma_T^\dagger\Sigma_B)}{\operatorname{rank}\Sigma_B},\quad\Sigma_T=\Sigma_W+\Sigma_B`,
    plain: "1 − Tr(Σ_T†Σ_B)/rank Σ_B, Σ_T = Σ_W + Σ_B",
  },
  range: "[0, 1]",
  atCollapse: "0",
  ideal: 0,
  scale: 1,
  source: "Xu & Liu 2023",
  notes: "rank Σ_B is min(d, C − 1), by which public code divides, unless class means span fewer " +
    "directions. Public code subtracts two nearly equal numbers once features collapse; computed here " +
    "without the subtraction. μ_G is the mean of all samples. Sees all of Σ_W: directions without a " +
    "class difference that predict the within-class noise lower it.",
  plain: "The part of the difference between classes that spread inside classes hides from a linear reader.",
  dissent: "It sees all of the spread, also outside the space of class means, and reads the weakest " +
    "directions through an inverse.",
  run: ({ variation: { moments }, covariance }) => variabilityCollapseIndex(moments, covariance),
});

/**
 * 1 − Tr(Σ_T†Σ_B)/rank Σ_B with Σ_T = Σ_W + Σ_B. Range [0, 1]; 0 at collapse. Xu & Liu 2023. Invariant under
 * every invertible linear map of feature space. `within` is Σ_W, d × d. Σ_B weighs classes alike, as in public
 * code (evanmarkou/Guiding-Neural-Collapse); for unbalanced classes the total covariance would weigh them by size. That
 * code divides by min(d, C − 1), which is the rank unless class means span fewer directions.
 *
 * Computed without the subtraction, which cancels near collapse: with U and Λ the modes of Σ_B and S* the covariance
 * within classes in U that remains when Σ_W in the orthogonal complement of U is regressed out,
 * Tr(UᵀU) − Tr(Σ_T†Σ_B) = Tr(S*(Λ + S*)⁻¹). The inverse reported is that of Σ_W in the complement.
 */
function variabilityCollapseIndex(moments: Moments, within: Float64Array): Outcome {
  const { between, width } = moments;
  if (meansCoincide(moments)) return SAME_MEANS;
  const { kept } = rankBetween(moments, between.eigenvalues);
  // Products of covariances stay inside of float64.
  const { values: eigenvalues, unit } = scaledToOne(between.eigenvalues);
  const covariance = within.map((entry) => entry / unit);
  if (!covariance.every(Number.isFinite)) return { undefined: "Σ_W over Σ_B leaves the range of float64" };
  const basis = between.basis.subarray(0, kept * width);
  const inBasis = dotRows(basis, kept, covariance, width, width);
  const scatter = dotRows(inBasis, kept, basis, kept, width);
  const { values, vectors } = symmetricEigen(
    project(covariance, basis, inBasis, scatter, kept, width),
    width,
  );
  const complement = values.subarray(0, width - kept);
  const coupling = dotRows(inBasis, kept, vectors, width, width);
  const indexAt = (dimensions: number) =>
    residualTrace(eigenvalues, scatter, coupling, values, { kept, width, dimensions }) / kept;
  const rank = decideRank(complement, width * Number.EPSILON);
  const trust = complement.length > 0 ? { rank, sensitivity: sensitivity(complement, indexAt, rank) } : {};
  return finite(indexAt(rank.kept), "the covariance is not finite", trust);
}

/** (I − UᵀU) Σ (I − UᵀU), from UΣ and UΣUᵀ. */
function project(
  covariance: Float64Array,
  basis: Float64Array,
  inBasis: Float64Array,
  scatter: Float64Array,
  kept: number,
  width: number,
): Float64Array {
  const half = new Float64Array(kept * width);
  for (let a = 0; a < kept; a++) {
    for (let j = 0; j < width; j++) {
      let sum = 0;
      for (let b = 0; b < kept; b++) sum += scatter[a * kept + b] * basis[b * width + j];
      half[a * width + j] = inBasis[a * width + j] - sum / 2;
    }
  }
  return covariance.map((value, at) => {
    const i = Math.floor(at / width), j = at % width;
    for (let a = 0; a < kept; a++) {
      value -= basis[a * width + i] * half[a * width + j] + half[a * width + i] * basis[a * width + j];
    }
    return value;
  });
}

/** Tr(S*(Λ + S*)⁻¹) with `dimensions` modes of the complement regressed out of S. */
function residualTrace(
  eigenvalues: Float64Array,
  scatter: Float64Array,
  coupling: Float64Array,
  values: Float64Array,
  { kept, width, dimensions }: { kept: number; width: number; dimensions: number },
): number {
  const residual = scatter.slice();
  for (let i = 0; i < kept; i++) {
    for (let j = 0; j < kept; j++) {
      for (let k = 0; k < dimensions; k++) {
        residual[i * kept + j] -= coupling[i * width + k] * coupling[j * width + k] / values[k];
      }
      // Congruence with Λ^{-1/2} makes the pencil symmetric: the trace is Σ s/(1 + s) over its eigenvalues.
      residual[i * kept + j] /= Math.sqrt(eigenvalues[i] * eigenvalues[j]);
    }
  }
  return symmetricEigen(residual, kept).values.reduce(
    (sum, s) => sum + Math.max(s, 0) / (1 + Math.max(s, 0)),
    0,
  );
}
