/** NC2 for unequal classes: distance of classifier rows and of class means from the SELI geometry. */
import { define } from "../definition.ts";
import { symmetricEigen } from "../eigen.ts";
import { distanceFromTarget, noSimplex } from "../frames.ts";
import { dotRows } from "../kernels.ts";
import { means, uncentredMeans } from "../needs/moments.ts";
import { onSplit } from "../needs/need.ts";
import type { Outcome } from "../outcome.ts";
import { CLASSIFIER, SAMPLES } from "../readings.ts";
import { allZero, gram, norm, type Rows } from "../vectors.ts";

const ofWeights = define({
  name: "nc2_seli_weights",
  family: "NC2",
  title: "distance from the SELI geometry, classifier rows",
  on: CLASSIFIER,
  needs: { training: onSplit("train", means) },
  formula: {
    tex: String
      .raw`\left\lVert\frac{WW^\mathsf{T}}{\lVert WW^\mathsf{T}\rVert_F}-\frac{V\Lambda V^\mathsf{T}}{\lVert V\Lambda V^\mathsf{T}\rVert_F}\right\rVert_F,\quad P\operatorname{diag}(\sqrt{n_c})=V\Lambda Q^\mathsf{T},\quad P=I-11^\mathsf{T}/C`,
    plain: "‖WWᵀ/‖WWᵀ‖_F − VΛVᵀ/‖VΛVᵀ‖_F‖_F, P diag(√n_c) = VΛQᵀ, P = I − 11ᵀ/C",
  },
  range: "[0, 2]",
  atCollapse: "0",
  ideal: 0,
  scale: Math.SQRT2,
  uninformative: noSimplex,
  onRequest: "decomposes a matrix of classes by classes",
  source: "Thrampoulidis et al. 2022 (arXiv 2208.05512), of which the abstract was read",
  notes: "SELI: simplex-encoded labels interpolation, where unequal classes collapse to. The formula was " +
    "derived here: a model of free features tends to it as weight decay tends to 0, and not before. " +
    "Equals nc2_etf_weights where classes are equal.",
  plain: "How far the classifier's rows are from the arrangement that unequal classes should reach.",
  dissent:
    "Its target moves with the sizes of the classes; for unequal ones it and the simplex exclude each other.",
  run: ({ weights, training: { counts } }) => seliError(weights, seliOfWeights(counts)),
});

const ofMeans = define({
  name: "nc2_seli_means",
  family: "NC2",
  title: "distance from the SELI geometry, uncentred class means",
  on: SAMPLES,
  needs: { uncentredMeans, training: onSplit("train", means) },
  formula: {
    tex: String
      .raw`\left\lVert\frac{AA^\mathsf{T}}{\lVert AA^\mathsf{T}\rVert_F}-\frac{G}{\lVert G\rVert_F}\right\rVert_F,\quad A=[\mu_c],\quad G=D^{-\frac12}Q\Lambda Q^\mathsf{T}D^{-\frac12},\quad P\operatorname{diag}(\sqrt{n_c})=V\Lambda Q^\mathsf{T},\quad P=I-11^\mathsf{T}/C,\quad D=\operatorname{diag}(n_c)`,
    plain:
      "‖AAᵀ/‖AAᵀ‖_F − G/‖G‖_F‖_F, A = [μ_c], G = D^(−½)QΛQᵀD^(−½), P diag(√n_c) = VΛQᵀ, P = I − 11ᵀ/C, D " +
      "= diag(n_c)",
  },
  range: "[0, 2]",
  atCollapse: "0",
  ideal: 0,
  scale: Math.SQRT2,
  uninformative: noSimplex,
  onRequest: "decomposes a matrix of classes by classes",
  source: "Thrampoulidis et al. 2022 (arXiv 2208.05512), of which the abstract was read",
  notes:
    "The formula was derived here, with n_c of the training set: a model of free features tends to it as " +
    "weight decay tends to 0, and not before. Uncentred: an offset that all features share raises it, " +
    "collapsed or not.",
  plain: "How far the class means are from the arrangement that unequal classes should reach.",
  dissent:
    "Features that share an offset, as those behind a ReLU do, stay away from it however well they collapse.",
  run: ({ uncentredMeans, training: { counts } }) => seliError(uncentredMeans, seliOfMeans(counts)),
});

export default [ofWeights, ofMeans];

/** ‖AAᵀ/‖AAᵀ‖_F − G/‖G‖_F‖_F. */
function seliError(rows: Rows, geometry: Float64Array): Outcome {
  if (allZero(rows)) return { undefined: `${rows.name} is zero for every class` };
  const scale = norm(geometry);
  const target = (i: number, j: number, count: number) => geometry[i * count + j]! / scale;
  return { value: distanceFromTarget(gram(rows), rows.count, target) };
}

/** VΛVᵀ, the root of P D P: C × C. */
function seliOfWeights(counts: Float64Array): Float64Array {
  const { length } = counts;
  const total = counts.reduce((a, b) => a + b);
  const squared = Float64Array.from({ length: length ** 2 }, (_, at) => {
    const i = Math.floor(at / length), j = at % length;
    return (i === j ? counts[i]! : 0) - (counts[i]! + counts[j]!) / length + total / length ** 2;
  });
  return rootOfRank(squared, length, length - 1);
}

/** D^(−½)QΛQᵀD^(−½), from the root of D^(½) P D^(½): C × C. */
function seliOfMeans(counts: Float64Array): Float64Array {
  const { length } = counts;
  const squared = Float64Array.from({ length: length ** 2 }, (_, at) => {
    const i = Math.floor(at / length), j = at % length;
    return Math.sqrt(counts[i]! * counts[j]!) * ((i === j ? 1 : 0) - 1 / length);
  });
  return rootOfRank(squared, length, length - 1)
    .map((entry, at) => entry / Math.sqrt(counts[Math.floor(at / length)]! * counts[at % length]!));
}

/** The root of a symmetric matrix of known rank; the root of a zero that is rounding would not be one. */
function rootOfRank(squared: Float64Array, size: number, rank: number): Float64Array {
  const { values, vectors } = symmetricEigen(squared, size);
  const scaled = new Float64Array(size * rank);
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < rank; k++) {
      scaled[i * rank + k] = vectors[k * size + i]! * Math.max(values[k]!, 0) ** 0.25;
    }
  }
  return dotRows(scaled, size, scaled, size, rank);
}
