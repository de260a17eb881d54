/** NC5 and out-of-distribution (OOD) detection: where features of foreign data lie relative to the class means. */
import { blocks } from "./blocks.ts";
import { symmetricEigen } from "./eigen.ts";
import { dotRows } from "./kernels.ts";
import type { Moments } from "./moments.ts";
import { finite, type Outcome } from "./outcome.ts";
import type { ClassSums, FeatureSource } from "./source.ts";
import type { Known } from "./split.ts";
import { directions, mean, norm } from "./vectors.ts";

/**
 * mean_c |cos(μ_c, μ_G^OOD)| of uncentred class means and the mean of the OOD samples (d entries). Range [0, 1];
 * 0 at collapse. Ammar et al. 2024, NC5. As in public code rhubarbwu/neural-collapse, which takes the mean of the OOD
 * class means: equal for balanced OOD classes.
 */
export function oodOrthogonality({ centred, means, width }: Moments, oodMean: Float64Array): Outcome {
  const found = directions({ ...centred, values: means, name: "the mean of class", zero: 0 });
  if ("undefined" in found) return found;
  const products = dotRows(found.unit, centred.count, oodMean, 1, width);
  const length = norm(oodMean);
  return finite(mean(products.map((p) => Math.abs(p) / length)), "the mean of the OOD features is zero");
}

/** Mean of all samples, whatever their labels. */
export function meanOfSamples({ counts, sums }: ClassSums): Float64Array {
  const total = counts.reduce((a, b) => a + b);
  const width = sums.length / counts.length;
  const centre = new Float64Array(width);
  for (let i = 0; i < sums.length; i++) centre[i % width] += sums[i];
  return centre.map((sum) => sum / total);
}

/** NECO scores, one a sample, ascending; and how many samples were zero and have none. */
export interface Scores {
  readonly sorted: Float64Array;
  readonly zeros: number;
}

/**
 * The leading C − 1 principal directions of the training features (rows, orthonormal): eigenvectors of the total
 * covariance Σ_W + Σ_c (n_c/N)(μ_c−μ_G)(μ_c−μ_G)ᵀ. `covariance` is Σ_W. None where C > d: they would keep everything.
 */
export function principalDirections(moments: Moments, covariance: Float64Array): Known<Float64Array> {
  const { width, classes, centred, counts, count } = moments;
  if (classes > width) {
    return { undefined: `${classes} classes in ${width} dimensions: every NECO score is 1` };
  }
  const total = covariance.slice();
  for (let c = 0; c < classes; c++) {
    const share = counts[c] / count;
    for (let i = 0; i < width; i++) {
      const scaled = share * centred.values[c * width + i];
      for (let j = 0; j < width; j++) total[i * width + j] += scaled * centred.values[c * width + j];
    }
  }
  return symmetricEigen(total, width).vectors.subarray(0, (classes - 1) * width);
}

/** ‖Ph‖/‖h‖ of each sample, P the projection on `directions` (k × d, orthonormal). Ammar et al. 2024. */
export async function necoScores(source: FeatureSource, directions: Float64Array): Promise<Scores> {
  const { width } = source;
  const modes = directions.length / width;
  const scores: number[] = [];
  let zeros = 0;
  for await (const { rows, count } of blocks(source.chunks(), width)) {
    const projected = dotRows(rows, count, directions, modes, width);
    for (let i = 0; i < count; i++) {
      const length = norm(rows.subarray(i * width, (i + 1) * width));
      if (length === 0) zeros++;
      else scores.push(norm(projected.subarray(i * modes, (i + 1) * modes)) / length);
    }
  }
  return { sorted: Float64Array.from(scores).sort(), zeros };
}

/** Mean NECO score. Range [0, 1]; at collapse 1 for features of mean 0, less with an offset, and 0 for OOD data. */
export function meanScore({ sorted, zeros }: Scores): Outcome {
  const note = zeros > 0 ? { note: `${zeros} features are zero and have no score` } : {};
  return finite(mean(sorted), "every feature is zero", note);
}

/**
 * Area under the ROC curve of the NECO score: the chance that a test sample scores above an OOD sample, ties counting
 * half. Range [0, 1]; 1 at collapse, 0.5 for no separation.
 */
export function separation(test: Scores, ood: Scores): Outcome {
  const foreign = ood.sorted;
  let below = 0, upTo = 0, wins = 0;
  for (const score of test.sorted) {
    while (below < foreign.length && foreign[below] < score) below++;
    while (upTo < foreign.length && foreign[upTo] <= score) upTo++;
    wins += (below + upTo) / 2;
  }
  return finite(wins / (test.sorted.length * foreign.length), "every feature of one side is zero");
}
