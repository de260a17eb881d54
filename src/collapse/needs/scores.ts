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
import { totalCovariance } from "./total_spectrum.ts";

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
  samplewise: true,
  reduce: ({ samples: { source }, directions }) => necoScores(source, directions),
});

/**
 * The leading C − 1 principal directions of the training features (rows, orthonormal): eigenvectors of the total
 * covariance. `covariance` is Σ_W. None where C > d: they would keep everything.
 */
function principalDirections(moments: Moments, covariance: Float64Array): Maybe<Float64Array> {
  const { width, classes } = moments;
  if (classes > width) {
    return { undefined: `${classes} classes in ${width} dimensions: every NECO score is 1` };
  }
  const total = totalCovariance(moments, covariance);
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
