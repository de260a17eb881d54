/**
 * Tr(Σ_W Σ_B†) from the scatter in the modes of Σ_B, around either centre, with the reasons to trust its inverse.
 * Invariant under rotation and scaling of feature space and 0 at perfect collapse.
 */
import { decideRank } from "./eigen.ts";
import { rightSingular } from "./singular.ts";
import { dotRows } from "./kernels.ts";
import { meansCoincide, type Moments, rankBetween, SAME_MEANS } from "./moments.ts";
import { oncePer } from "./once.ts";
import { finite, type Outcome } from "./outcome.ts";
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
  { tolerance, divisor }: { tolerance?: number; divisor: number },
): Outcome {
  if (meansCoincide(moments)) return SAME_MEANS;
  const rank = tolerance === undefined
    ? rankBetween(moments, eigenvalues)
    : decideRank(eigenvalues, tolerance);
  if (rank.kept === 0) return SAME_MEANS;
  const traceAt = (kept: number) => {
    let trace = 0;
    // Below zero is rounding, of statistics that are differences.
    for (let k = 0; k < kept; k++) trace += Math.max(0, variances[k]) / eigenvalues[k];
    return trace / divisor;
  };
  return finite(traceAt(rank.kept), "Σ_W over Σ_B leaves the range of float64", {
    rank,
    sensitivity: sensitivity(eigenvalues, traceAt, rank),
  });
}

/** Around the mean of all samples. `scatter` is Σ_W in the basis of the modes, K × K. */
export function sampleCentred({ between }: Moments, scatter: Float64Array): InverseProblem {
  const modes = between.eigenvalues.length;
  const variances = between.eigenvalues.map((_, k) => scatter[k * modes + k]);
  return { eigenvalues: between.eigenvalues, variances };
}

/** The same around the mean of the class means. */
export function classCentred(moments: Moments, scatter: Float64Array): InverseProblem {
  return moments.balanced ? sampleCentred(moments, scatter) : otherModes(scatter, classCentredModes(moments));
}

/** The same with classes weighing by their size in Σ_B, too: Σ_c (n_c/N)(μ_c−μ_G)(μ_c−μ_G)ᵀ. */
export function sizeWeighted(moments: Moments, scatter: Float64Array): InverseProblem {
  return moments.balanced ? sampleCentred(moments, scatter) : otherModes(scatter, sizeWeightedModes(moments));
}

/** Eigenpairs of another Σ_B than that of the scatter; a vector a row, in coordinates of `between.basis`. */
interface OtherModes {
  readonly eigenvalues: Float64Array;
  readonly vectors: Float64Array;
}

function otherModes(scatter: Float64Array, { eigenvalues, vectors }: OtherModes): InverseProblem {
  const modes = Math.sqrt(scatter.length);
  const applied = dotRows(vectors, eigenvalues.length, scatter, modes, modes);
  const variances = eigenvalues.map((_, k) => {
    let sum = 0;
    for (let i = k * modes; i < (k + 1) * modes; i++) sum += vectors[i] * applied[i];
    return sum;
  });
  return { eigenvalues, variances };
}

const classCentredModes = oncePer((moments: Moments) =>
  modesOf(moments, moments.classCentred.values, () => 1)
);

const sizeWeightedModes = oncePer((moments: Moments) =>
  modesOf(
    moments,
    moments.centred.values,
    (c) => Math.sqrt(moments.counts[c] * moments.classes / moments.count),
  )
);

/**
 * Of (1/C) Σ_c f_c² a_c a_cᵀ for rows a_c that are class means less any centre: their differences span one space, so it
 * is solved within the basis that the scatter is known in.
 */
function modesOf(
  { classes, width, between }: Moments,
  rows: Float64Array,
  factor: (c: number) => number,
): OtherModes {
  const modes = between.eigenvalues.length;
  const coordinates = dotRows(rows, classes, between.basis, modes, width)
    .map((x, i) => factor(Math.floor(i / modes)) * x);
  const { values, right } = rightSingular(coordinates, classes, modes);
  return { eigenvalues: values.map((sigma) => sigma * sigma / classes), vectors: right };
}
