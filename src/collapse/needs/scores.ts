/** NECO scores: how much of a feature's length lies in the leading principal directions of the training features. */
import { blocks } from "../blocks.ts";
import { symmetricEigen } from "../eigen.ts";
import { dotRows } from "../kernels.ts";
import type { Moments } from "../moments.ts";
import type { FeatureSource } from "../source.ts";
import { norm } from "../vectors.ts";
import { covariance } from "./covariance.ts";
import { reduced } from "./moments.ts";
import { type Maybe, need, onSplit } from "./need.ts";
import { samples } from "./samples.ts";

/** NECO scores, one a sample, ascending; and how many samples were zero and have none. */
export interface Scores {
  readonly sorted: Float64Array;
  readonly zeros: number;
}

export const directions = need({
  name: "principal directions",
  after: { reduced, covariance },
  reduce: ({ reduced: { moments }, covariance }) => principalDirections(moments, covariance),
});

export const scores = need({
  name: "scores",
  after: { samples, directions: onSplit("train", directions) },
  passes: 1,
  reduce: ({ samples: { source }, directions }) => necoScores(source, directions),
});

/**
 * The leading C − 1 principal directions of the training features (rows, orthonormal): eigenvectors of the total
 * covariance Σ_W + Σ_c (n_c/N)(μ_c−μ_G)(μ_c−μ_G)ᵀ. `covariance` is Σ_W. None where C > d: they would keep everything.
 */
function principalDirections(moments: Moments, covariance: Float64Array): Maybe<Float64Array> {
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
async function necoScores(source: FeatureSource, directions: Float64Array): Promise<Scores> {
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
