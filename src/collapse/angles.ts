/** NC3 by subspaces: the principal angles between the spans of classifier rows and of centred class means. */
import { decideRank } from "./eigen.ts";
import { rightSingular } from "./singular.ts";
import { singularValues } from "./singular_values.ts";
import { dotRows } from "./kernels.ts";
import { oncePer } from "./once.ts";
import type { Outcome, RankDecision } from "./outcome.ts";
import type { Rows } from "./vectors.ts";

/**
 * Angles between the leading min(C − 1, d) right singular directions of W and of M (fewer where one side has fewer).
 * Small angles come from sines and large ones from cosines (Björck & Golub 1973), so that both keep their digits. The rank reported is that of the smaller span.
 */
export function overAngles(weights: Rows, means: Rows, statistic: (angles: Float64Array) => number): Outcome {
  const { width } = means;
  const w = span(weights), m = span(means);
  if (w.size === 0 || m.size === 0) {
    return { undefined: "the classifier or the centred class means are all zero" };
  }
  const [small, large] = w.size <= m.size ? [w, m] : [m, w];
  const cosines = dotRows(small.basis, small.size, large.basis, large.size, width);
  const residual = small.basis.slice();
  for (let a = 0; a < small.size; a++) {
    for (let b = 0; b < large.size; b++) {
      for (let k = 0; k < width; k++) {
        residual[a * width + k] -= cosines[a * large.size + b] * large.basis[b * width + k];
      }
    }
  }
  const falling = singularValues(cosines, small.size, large.size);
  const rising = singularValues(residual, small.size, width).reverse();
  const angles = falling.map((cosine, k) =>
    cosine ** 2 >= 0.5 ? Math.asin(Math.min(1, rising[k])) : Math.acos(cosine)
  );
  return { value: statistic(angles), rank: small.rank };
}

interface Span {
  readonly basis: Float64Array;
  readonly size: number;
  readonly rank: RankDecision;
}

/** Two metrics read the same spans, each of which takes a singular value decomposition. */
const span = oncePer(({ values, count, width, zero }: Rows): Span => {
  const { values: singular, right } = rightSingular(values, count, width);
  const modes = Math.min(count - 1, width);
  const tolerance = (Math.max(count, width) * Number.EPSILON) ** 2;
  const rank = decideRank(singular.map((sigma) => (sigma > zero ? sigma * sigma : 0)), tolerance, modes);
  return { basis: right.subarray(0, rank.kept * width), size: rank.kept, rank };
});

export const wholeSpace = (classes: number, width: number): string | null =>
  classes > width ? "with more classes than features both spans are the whole space" : null;
