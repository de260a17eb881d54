/** Entries: NC2, convergence of class means and of classifier rows to a simplex ETF. */
import {
  biasedEquinormality,
  equiangularity,
  equinormality,
  maximalAngularity,
  orthogonalError,
  signedAngularity,
  simplexError,
} from "../nc2.ts";
import { oneVersusRest } from "../nc2_one_vs_rest.ts";
import { centreRows, meanRow, norms, type Rows } from "../vectors.ts";
import { type Metric, ofClassifier, ofFeatures } from "./metric.ts";
import { onePair, UNIFORMITY } from "./nc2_uniformity.ts";
import { ofVectors } from "./vectors.ts";

/** All vectors have one direction: cosines are 1 where −1/(C−1) is the ideal, hulls touch where C/(C−1) is. */
const coinciding = (classes: number) => classes / (classes - 1);

export const NC2: readonly Metric[] = [
  ...ofVectors(
    "nc2_equinorm",
    {
      variant: "equal norms",
      formula: "std_c ‖a_c‖ / mean_c ‖a_c‖, unbiased std",
      range: "[0, √C]",
      atCollapse: "0",
      ideal: 0,
      scale: 1,
      source: "Papyan, Han & Donoho 2020, Fig. 2",
      notes: "The unbiased std divides by C − 1; see the biased variant.",
    },
    equinormality,
    { names: { train: "equinorm_means", classifier: "equinorm_weights" } },
  ),
  ...ofVectors(
    "nc2_equiangular",
    {
      variant: "equal angles",
      formula: "std over c ≠ c′ of cos(a_c, a_c′), unbiased std over all ordered pairs",
      range: "[0, 1.1)",
      atCollapse: "0",
      ideal: 0,
      scale: 1,
      uninformative: onePair,
      source: "Papyan, Han & Donoho 2020, Fig. 3",
      notes: "0 also for equal angles that are not maximal, e.g. an orthogonal frame.",
    },
    equiangularity,
    { names: { train: "equiangular_means", classifier: "equiangular_weights" } },
  ),
  ...ofVectors(
    "nc2_maxangle",
    {
      variant: "maximal angles",
      formula: "mean over c ≠ c′ of |cos(a_c, a_c′) + 1/(C−1)|",
      range: "[0, 1 + 1/(C−1)]",
      atCollapse: "0",
      ideal: 0,
      scale: coinciding,
      source: "Papyan, Han & Donoho 2020, Fig. 4",
      notes: "Out of reach of 0 where C > d + 1: no simplex ETF exists.",
    },
    maximalAngularity,
    { names: { train: "maxangle_means", classifier: "maxangle_weights" } },
  ),
  ...ofVectors("nc2_maxangle_signed", {
    variant: "maximal angles, absolute value taken last",
    formula: "|mean over c ≠ c′ of cos(a_c, a_c′) + 1/(C−1)|",
    range: "[0, 1 + 1/(C−1)]",
    atCollapse: "0",
    ideal: 0,
    scale: coinciding,
    uninformative: () => "it is 0 for any vectors of equal length around their mean, collapsed or not",
    source: "as in public code",
    notes: "A trap: 0 for any equinorm centred vectors, collapsed or not. Here to show it.",
  }, signedAngularity),
  ...ofVectors("nc2_equinorm_biased", {
    variant: "equal norms, biased std",
    formula: "std_c ‖a_c‖ / mean_c ‖a_c‖, biased std",
    range: "[0, √(C−1)]",
    atCollapse: "0",
    ideal: 0,
    scale: 1,
    source: "as in public code (NumPy's default std)",
    notes: "√((C−1)/C) times the unbiased variant: 5 % less at C = 10.",
  }, biasedEquinormality),
  ...ofVectors("nc2_etf", {
    variant: "distance from the simplex ETF",
    formula: "‖AAᵀ/‖AAᵀ‖_F − (I − 11ᵀ/C)/√(C−1)‖_F",
    range: "[0, 2]",
    atCollapse: "0",
    ideal: 0,
    scale: Math.SQRT2,
    source: "Zhu et al. 2021 (A = W); as in public code: rhubarbwu/neural-collapse (A = M)",
    notes: "Norms and angles in one number.",
  }, simplexError),
  ofClassifier("nc2_etf_weights_centred", {
    family: "NC2",
    variant: "distance from the simplex ETF, classifier rows less their mean",
    formula: "‖AAᵀ/‖AAᵀ‖_F − (I − 11ᵀ/C)/√(C−1)‖_F, A = W − 1w̄ᵀ",
    range: "[0, 2]",
    atCollapse: "0",
    ideal: 0,
    scale: Math.SQRT2,
    source: "Zhou et al. 2022",
    notes: "Blind to a common component of the rows, which adds the same to every logit.",
  }, (weights) => simplexError(centredWeights(weights))),
  ...ofFeatures(
    "nc2_orthogonal_means",
    {
      family: "NC2",
      variant: "distance from an orthogonal frame, uncentred class means",
      formula: "‖AAᵀ/‖AAᵀ‖_F − I/√C‖_F, A = [μ_c]",
      range: "[0, 2]",
      atCollapse: "0 for networks without bias that collapse to an orthogonal frame",
      ideal: null,
      scale: Math.SQRT2,
      source: "as in public code: deep linear networks without bias",
      notes: "Another geometry than the simplex ETF: the two cannot both be 0 for the same vectors.",
    },
    ({ moments }) =>
      orthogonalError({ ...moments.centred, values: moments.means, name: "the mean of class", zero: 0 }),
  ),
  ofClassifier("nc2_orthogonal_weights", {
    family: "NC2",
    variant: "distance from an orthogonal frame, classifier rows",
    formula: "‖WWᵀ/‖WWᵀ‖_F − I/√C‖_F",
    range: "[0, 2]",
    atCollapse: "0 for networks without bias that collapse to an orthogonal frame",
    ideal: null,
    scale: Math.SQRT2,
    source: "as in public code: deep linear networks without bias",
    notes: "Another geometry than the simplex ETF: the two cannot both be 0 for the same vectors.",
  }, orthogonalError),
  ...UNIFORMITY,
  ...ofVectors(
    "nc2_one_vs_rest",
    {
      variant: "one-vs-rest distance",
      formula: "min_c dist(â_c, conv{â_c′ : c′ ≠ c}) of unit vectors",
      range: "[0, 2]",
      atCollapse: "C/(C−1) where C ≤ d + 1",
      ideal: (classes, width) => classes <= width + 1 ? classes / (classes - 1) : null,
      scale: coinciding,
      source: "Jiang et al. 2024",
      notes: "Larger is better. For C > d + 1 its ideal, that of softmax codes, has no closed form. " +
        "Public code approximates the distance by gradient descent from a random start.",
    },
    oneVersusRest,
    { cost: "expensive" },
  ),
];

function centredWeights(weights: Rows): Rows {
  const { values, count, width } = weights;
  const zero = count * Number.EPSILON * Math.max(...norms(weights));
  return { ...weights, values: centreRows(values, count, meanRow(values, count, width)), zero };
}
