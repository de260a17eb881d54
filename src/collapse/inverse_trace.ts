/**
 * Tr(Σ_W Σ_B†) from the scatter in the modes of Σ_B, around either centre, with the reasons to trust its inverse.
 * Invariant under rotation and scaling of feature space and 0 at perfect collapse.
 */
import { decideRank } from "./eigen.ts";
import { rightSingular } from "./singular.ts";
import { dotRows } from "./kernels.ts";
import { meansCoincide, type Moments, SAME_MEANS } from "./moments.ts";
import { oncePer } from "./once.ts";
import type { Outcome } from "./outcome.ts";
import { sensitivity } from "./tolerance.ts";

/** An inverse of Σ_B restricted to some modes, and Σ_W in the same modes: all that Tr(Σ_W Σ_B†) needs. */
export interface InverseProblem {
  /** λ_k of Σ_B, largest first. */
  readonly eigenvalues: Float64Array;
  /** ⟨u_k, Σ_W u_k⟩. */
  readonly variances: Float64Array;
}

/**
 * Tr(Σ_W Σ_B†)/divisor with the modes of Σ_B above `tolerance` of the largest; by default those that are not zero to
 * rounding.
 */
export function inverseTrace(
  moments: Moments,
  { eigenvalues, variances }: InverseProblem,
  { tolerance = roundingTolerance(moments), divisor }: { tolerance?: number; divisor: number },
): Outcome {
  if (meansCoincide(moments)) return SAME_MEANS;
  const rank = decideRank(eigenvalues, tolerance);
  const traceAt = (kept: number) => {
    let trace = 0;
    for (let k = 0; k < kept; k++) trace += variances[k] / eigenvalues[k];
    return trace / divisor;
  };
  return { value: traceAt(rank.kept), rank, sensitivity: sensitivity(eigenvalues, traceAt, rank) };
}

/** Singular values of M are known to about max(C, d)·ε of the largest; λ = σ². */
function roundingTolerance({ classes, width }: Moments): number {
  return (Math.max(classes, width) * Number.EPSILON) ** 2;
}

/** Around the mean of all samples. `scatter` is Σ_W in the basis of the modes, K × K. */
export function sampleCentred({ between }: Moments, scatter: Float64Array): InverseProblem {
  const modes = between.eigenvalues.length;
  const variances = between.eigenvalues.map((_, k) => scatter[k * modes + k]);
  return { eigenvalues: between.eigenvalues, variances };
}

/**
 * The same around the mean of the class means. Differences of class means span one space whatever the centre,
 * so the other Σ_B is solved within the basis that the scatter is known in.
 */
export function classCentred(moments: Moments, scatter: Float64Array): InverseProblem {
  if (moments.balanced) return sampleCentred(moments, scatter);
  const { eigenvalues, vectors } = classCentredModes(moments);
  const modes = moments.between.eigenvalues.length;
  const applied = dotRows(vectors, eigenvalues.length, scatter, modes, modes);
  const variances = eigenvalues.map((_, k) => {
    let sum = 0;
    for (let i = k * modes; i < (k + 1) * modes; i++) sum += vectors[i] * applied[i];
    return sum;
  });
  return { eigenvalues, variances };
}

/** Eigenpairs of the Σ_B around the mean of the class means; a vector a row, in coordinates of `between.basis`. */
const classCentredModes = oncePer(({ classes, width, classCentred, between }: Moments) => {
  const modes = between.eigenvalues.length;
  const coordinates = dotRows(classCentred.values, classes, between.basis, modes, width);
  const { values, right } = rightSingular(coordinates, classes, modes);
  return { eigenvalues: values.map((sigma) => sigma * sigma / classes), vectors: right };
});
