/**
 * NC1, within-class variation relative to between-class variation: traces of Σ_W against Σ_B.
 * All are invariant under rotation and scaling of feature space and 0 at perfect collapse.
 */
import { decideRank } from "./eigen.ts";
import { rightSingular } from "./singular.ts";
import { dotRows } from "./kernels.ts";
import { betweenTrace, meansCoincide, type Moments, type Within, withinTrace } from "./moments.ts";
import { oncePer } from "./once.ts";
import type { Outcome } from "./outcome.ts";
import { sensitivity } from "./tolerance.ts";

/** An inverse of Σ_B restricted to some modes, and Σ_W in the same modes: all that Tr(Σ_W Σ_B†) needs. */
interface InverseProblem {
  /** λ_k of Σ_B, largest first. */
  readonly eigenvalues: Float64Array;
  /** ⟨u_k, Σ_W u_k⟩. */
  readonly variances: Float64Array;
}

/**
 * Tr(Σ_W Σ_B†)/C with Σ_B† from the min(C − 1, d) largest modes (fewer only where one is zero to rounding).
 * Range [0, ∞). Papyan, Han & Donoho 2020, Fig. 6, as computed by Han et al. 2022 and in the reproduced experiment:
 * Σ_W and μ_G over all samples, Σ_B with every class weighing alike.
 */
export function withinClassVariation(moments: Moments, within: Within): Outcome {
  return pseudoInverseTrace(
    moments,
    sampleCentred(moments, within.scatter),
    roundingTolerance(moments),
    moments.classes,
  );
}

/**
 * Tr(Σ_W Σ_B†)/C with the default tolerance of a pseudo-inverse in float64, d·2.2e-16 of the largest eigenvalue.
 * Range [0, ∞). Zhu et al. 2021, as in public code: tding1/Neural-Collapse (scipy's pinv). Equals
 * `withinClassVariation` unless a mode of Σ_B falls below that tolerance; in float32 the same call drops more.
 */
export function pinvVariation(moments: Moments, within: Within): Outcome {
  const tolerance = moments.width * Number.EPSILON;
  return pseudoInverseTrace(moments, sampleCentred(moments, within.scatter), tolerance, moments.classes);
}

/**
 * Tr(Σ_W Σ_B†), not divided by C, with μ_G the mean of the class means and the min(C − 1, d) largest modes.
 * Range [0, ∞). As in public code: neuralcollapse/neuralcollapse (the paper authors' notebook). C times
 * `withinClassVariation` when classes are balanced.
 */
export function summedVariation(moments: Moments, within: Within): Outcome {
  return pseudoInverseTrace(moments, classCentred(moments, within.scatter), roundingTolerance(moments), 1);
}

/**
 * Tr(Σ_W Σ_B†)/C with μ_G the mean of the class means and Σ_W over all samples.
 * Range [0, ∞). As in public code: rhubarbwu/neural-collapse (unweighted means). Equals `withinClassVariation`
 * when classes are balanced.
 */
export function classCentredVariation(moments: Moments, within: Within): Outcome {
  return pseudoInverseTrace(
    moments,
    classCentred(moments, within.scatter),
    roundingTolerance(moments),
    moments.classes,
  );
}

/**
 * The same with Σ_W the mean of the class covariances, so that every class weighs alike on both sides.
 * Range [0, ∞). As in public code. `classScatter` is that Σ_W in the basis of the modes, K × K. Equals
 * `withinClassVariation` when classes are balanced.
 */
export function classWeightedVariation(moments: Moments, classScatter: Float64Array): Outcome {
  const problem = classCentred(moments, classScatter);
  return pseudoInverseTrace(moments, problem, roundingTolerance(moments), moments.classes);
}

/** Tr Σ_W / Tr Σ_B. Range [0, ∞). Tirer et al. 2023. No inverse, so no tolerance. */
export function traceQuotient(moments: Moments, within: Within): Outcome {
  if (meansCoincide(moments)) return { undefined: SAME_MEANS };
  return { value: withinTrace(within, moments) / betweenTrace(moments) };
}

/** Tr Σ_W / (Tr Σ_W + Tr Σ_B). Range [0, 1]. Rangamani et al. 2023. */
export function traceFraction(moments: Moments, within: Within): Outcome {
  const trace = withinTrace(within, moments);
  const total = trace + betweenTrace(moments);
  // Each of the two is rounding where it is the square of what rounds a mean.
  if (!(total > 2 * moments.centred.zero ** 2)) return { undefined: "all features are equal" };
  return { value: trace / total };
}

const SAME_MEANS = "all class means are equal, so Σ_B is zero";

function pseudoInverseTrace(
  moments: Moments,
  problem: InverseProblem,
  tolerance: number,
  divisor: number,
): Outcome {
  const { eigenvalues, variances } = problem;
  if (meansCoincide(moments)) return { undefined: SAME_MEANS };
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

function sampleCentred({ between }: Moments, scatter: Float64Array): InverseProblem {
  const modes = between.eigenvalues.length;
  const variances = between.eigenvalues.map((_, k) => scatter[k * modes + k]);
  return { eigenvalues: between.eigenvalues, variances };
}

/**
 * The same around the mean of the class means. Differences of class means span one space whatever the centre,
 * so the other Σ_B is solved within the basis that the scatter is known in.
 */
function classCentred(moments: Moments, scatter: Float64Array): InverseProblem {
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
