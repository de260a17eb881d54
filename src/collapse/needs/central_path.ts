/**
 * The central path of Han, Papyan & Donoho 2022: the MSE loss of a linear classifier with weight decay, split into
 * what the best classifier for these features would lose (by NC1, and by NC2 and NC3 together) and what the actual
 * classifier loses beyond it.
 */
import { decideRank, symmetricEigen } from "../eigen.ts";
import { dotRows } from "../kernels.ts";
import type { Moments } from "../moments.ts";
import type { Classifier } from "../source.ts";
import { lastLayer, weightDecay } from "./classifier.ts";
import { covariance } from "./covariance.ts";
import { reduced } from "./moments.ts";
import { type Maybe, need } from "./need.ts";
import type { RankDecision } from "../outcome.ts";

/** ½·mean‖Wh + b − onehot(y)‖² + (λ/2)(‖W‖² + ‖b‖²) = nc1 + nc23 + perpendicular. */
export interface CentralPath {
  /** ½[Tr(W_LS(Σ_W + λI)W_LSᵀ) + λ‖b_LS‖²]. */
  readonly nc1: number;
  /** Σ_c (n_c/2N)‖W_LS μ_c + b_LS − e_c‖²; ‖W_LS M + b_LS − I‖²_F/(2C) for balanced classes. */
  readonly nc23: number;
  /** ½Tr((W̃ − W̃_LS)A(W̃ − W̃_LS)ᵀ), the distance from the central path. */
  readonly perpendicular: number;
  /** Of A, the matrix that the least-squares classifier inverts. */
  readonly rank: RankDecision;
}

/** λ is half of the weight decay of the optimizer. */
export const centralPath = need({
  name: "central path",
  after: { weightDecay, lastLayer, reduced, covariance },
  reduce: ({ weightDecay, lastLayer, reduced: { moments }, covariance }): Maybe<CentralPath> =>
    decompose(moments, covariance, lastLayer, weightDecay.value / 2),
});

/**
 * With h̃ = [h; 1], A = mean(h̃h̃ᵀ) + λI and W̃_LS = mean(onehot(y)h̃ᵀ)A⁻¹ = [W_LS, b_LS]. λ is half of the weight decay
 * of the optimizer. `covariance` is Σ_W. Means over all samples, so unbalanced classes weigh by size: the three parts
 * then still add up to the loss, and for balanced classes they are those of the paper and of the authors' notebook.
 */
function decompose(
  moments: Moments,
  covariance: Float64Array,
  classifier: Classifier,
  lambda: number,
): Maybe<CentralPath> {
  const { width, classes, counts, count } = moments;
  const size = width + 1;
  const extended = extendMeans(moments);
  const { values, vectors } = symmetricEigen(secondMoment(moments, extended, covariance, lambda), size);
  const rank = decideRank(values, size * Number.EPSILON);
  if (rank.kept < size) {
    return {
      undefined:
        `A has rank ${rank.kept} of ${size}: the features do not span their space and λ is ${lambda}`,
    };
  }
  const share = (c: number) => counts[c] / count;
  const coordinates = dotRows(extended, classes, vectors, size, size);
  const best = new Float64Array(classes * size);
  const actual = inEigenbasis(classifier, vectors, classes, size);
  let perpendicular = 0;
  for (let at = 0; at < best.length; at++) {
    const c = Math.floor(at / size), k = at % size;
    best[at] = share(c) * coordinates[at] / values[k];
    perpendicular += values[k] * (actual[at] - best[at]) ** 2 / 2;
  }
  const fitted = dotRows(coordinates, classes, best, classes, size);
  let nc23 = 0;
  for (let c = 0; c < classes; c++) {
    for (let j = 0; j < classes; j++) {
      nc23 += share(c) * (fitted[c * classes + j] - (j === c ? 1 : 0)) ** 2 / 2;
    }
  }
  return { nc1: withinLoss(best, vectors, covariance, { classes, size, lambda }), nc23, perpendicular, rank };
}

/** [μ_c, 1], C × (d+1). */
function extendMeans({ means, classes, width }: Moments): Float64Array {
  const extended = new Float64Array(classes * (width + 1)).fill(1);
  for (let c = 0; c < classes; c++) extended.set(means.subarray(c * width, (c + 1) * width), c * (width + 1));
  return extended;
}

/** A = Σ_c (n_c/N) μ̃_c μ̃_cᵀ + Σ_W (in the first d rows and columns) + λI. */
function secondMoment(
  { classes, width, counts, count }: Moments,
  extended: Float64Array,
  covariance: Float64Array,
  lambda: number,
): Float64Array {
  const size = width + 1;
  const matrix = new Float64Array(size * size);
  for (let c = 0; c < classes; c++) {
    const mean = extended.subarray(c * size, (c + 1) * size);
    for (let i = 0; i < size; i++) {
      const scaled = counts[c] / count * mean[i];
      for (let j = 0; j < size; j++) matrix[i * size + j] += scaled * mean[j];
    }
  }
  for (let i = 0; i < width; i++) {
    for (let j = 0; j < width; j++) matrix[i * size + j] += covariance[i * width + j];
  }
  for (let i = 0; i < size; i++) matrix[i * size + i] += lambda;
  return matrix;
}

function inEigenbasis(
  { weight, bias }: Classifier,
  vectors: Float64Array,
  classes: number,
  size: number,
): Float64Array {
  const joined = new Float64Array(classes * size);
  for (let c = 0; c < classes; c++) {
    joined.set(weight.subarray(c * (size - 1), (c + 1) * (size - 1)), c * size);
    joined[(c + 1) * size - 1] = bias[c];
  }
  return dotRows(joined, classes, vectors, size, size);
}

/** ½[Tr(W Σ_W Wᵀ) + λ‖[W, b]‖²]; `best` is given in the eigenbasis, which keeps the norm. */
function withinLoss(
  best: Float64Array,
  vectors: Float64Array,
  covariance: Float64Array,
  { classes, size, lambda }: { classes: number; size: number; lambda: number },
): number {
  const width = size - 1;
  const rows = new Float64Array(classes * width);
  for (let c = 0; c < classes; c++) {
    for (let k = 0; k < size; k++) {
      const coefficient = best[c * size + k];
      for (let j = 0; j < width; j++) rows[c * width + j] += coefficient * vectors[k * size + j];
    }
  }
  const applied = dotRows(rows, classes, covariance, width, width);
  const variance = rows.reduce((sum, w, i) => sum + w * applied[i], 0);
  return (variance + lambda * best.reduce((sum, w) => sum + w * w, 0)) / 2;
}
