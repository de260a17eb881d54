/** A linear probe: the linear classifier that fits the training features best by squared error, in closed form. */
import { CholeskyDecomposition, Matrix } from "ml-matrix";
import type { Moments } from "../moments.ts";
import { type Classifier, NO_SAMPLES } from "../source.ts";
import { covariance } from "./covariance.ts";
import type { Correct } from "./decisions.ts";
import { reduced } from "./moments.ts";
import { type Maybe, need, onSplit } from "./need.ts";
import { samples } from "./samples.ts";
import { totalCovariance } from "./total_spectrum.ts";

/** λ of the ridge as a share of the mean variance of a feature: faint directions, which rounding decides, count for little. */
const RIDGE = 1e-3;

/**
 * W and b that minimise (1/N) Σ ‖Wh + b − e_y‖² + λ‖W‖_F², λ = RIDGE · Tr(Σ_T)/d: W = Σ_YH (Σ_T + λI)⁻¹ and b = p − Wμ_G,
 * with p_c = n_c/N and rows p_c (μ_c − μ_G) of Σ_YH.
 */
const probe = need({
  name: "probe",
  after: { reduced, covariance },
  memory: { working: ({ width }) => 4 * width ** 2 },
  reduce({ reduced: { moments }, covariance }): Maybe<Classifier> {
    const { width } = moments;
    const total = totalCovariance(moments, covariance);
    let trace = 0;
    for (let k = 0; k < width; k++) trace += total[k * width + k]!;
    if (!(trace > 2 * moments.centred.zero ** 2)) return { undefined: "all features are equal" };
    for (let k = 0; k < width; k++) total[k * width + k]! += RIDGE * trace / width;
    return solved(total, moments);
  },
});

/** How often the probe of the training features is right of a split. */
export const probed = need({
  name: "probed",
  after: { samples, probe: onSplit("train", probe) },
  passes: 1,
  // Statistics count the decisions of the network's classifier, not of this one.
  samplewise: true,
  reduce: async ({ samples: { source, count }, probe }): Promise<Maybe<Correct>> =>
    source.holdsSamples === false
      ? { undefined: NO_SAMPLES }
      : { correct: await source.correct(probe), count },
});

function solved(
  matrix: Float64Array,
  { classes, width, counts, count, centred, sampleCentre }: Moments,
): Maybe<Classifier> {
  const targets = new Matrix(width, classes);
  for (let c = 0; c < classes; c++) {
    for (let k = 0; k < width; k++) {
      targets.set(k, c, counts[c]! / count * centred.values[c * width + k]!);
    }
  }
  // The library asks for symmetry to the last bit, which products in another order do not leave.
  for (let i = 0; i < width; i++) {
    for (let j = 0; j < i; j++) matrix[j * width + i] = matrix[i * width + j]!;
  }
  const factors = new CholeskyDecomposition(Matrix.from1DArray(width, width, matrix));
  if (!factors.isPositiveDefinite()) return { undefined: "rounding leaves no probe of these features" };
  const weight = Float64Array.from(factors.solve(targets).transpose().to1DArray());
  const bias = Float64Array.from(counts, (n, c) => {
    let product = 0;
    for (let k = 0; k < width; k++) product += weight[c * width + k]! * sampleCentre[k]!;
    return n / count - product;
  });
  return { weight, bias };
}
