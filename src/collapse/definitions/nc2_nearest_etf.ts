/** NC2: squared distance from the nearest simplex ETF, whatever its position, in closed form. */
import { define } from "../definition.ts";
import { noSimplex } from "../frames.ts";
import type { Outcome } from "../outcome.ts";
import { VECTORS } from "../readings.ts";
import { singularValues } from "../singular_values.ts";
import { allZero, centreRows, meanRow, norm, type Rows } from "../vectors.ts";

export default define({
  name: "nc2_nearest_etf",
  family: "NC2",
  title: "squared distance from the nearest simplex ETF",
  on: VECTORS,
  formula: {
    tex: String
      .raw`\min_{U^\mathsf{T}U=I}\left\lVert\frac{A}{\lVert A\rVert_F}-\frac{PU^\mathsf{T}}{\sqrt{C-1}}\right\rVert_F^2=2-\frac{2\lVert PA\rVert_*}{\sqrt{C-1}\lVert A\rVert_F},\quad P=I-11^\mathsf{T}/C`,
    plain: "min over UᵀU = I of ‖A/‖A‖_F − PUᵀ/√(C−1)‖_F² = 2 − 2‖PA‖_*/(√(C−1)‖A‖_F), P = I − 11ᵀ/C",
  },
  range: "[0, 2]",
  atCollapse: "0",
  ideal: 0,
  scale: 2,
  uninformative: noSimplex,
  onRequest: "decomposes the vectors",
  source: "Markou et al. 2024; as in public code: evanmarkou/Guiding-Neural-Collapse (nc/ETF_distance.py)",
  notes: "The public code searches U on the Stiefel manifold; the closed form (orthogonal Procrustes) was " +
    "derived here and checked numerically. Unlike the distance of products it is a distance of the " +
    "vectors themselves. Undefined where C > d + 1.",
  plain: "How far the vectors are from the simplex that lies nearest to them, turned as it may be.",
  dissent: "Lengths and angles enter one number, and being squared it falls twice as fast as a distance of " +
    "products.",
  run: ({ vectors }) => distance(vectors),
});

/** Σ_k (σ_k(PA)/‖A‖_F − 1/√(C−1))² + ‖A − PA‖_F²/‖A‖_F², which does not cancel. */
function distance(vectors: Rows): Outcome {
  const { values, count, width, name } = vectors;
  const without = noSimplex(count, width);
  if (without !== null) return { undefined: without };
  if (allZero(vectors)) return { undefined: `${name} is zero for every class` };
  const centre = meanRow(values, count, width);
  const length = norm(values);
  const singular = singularValues(centreRows(values, count, centre), count, width);
  let sum = count * (norm(centre) / length) ** 2;
  for (let k = 0; k < count - 1; k++) sum += (singular[k]! / length - 1 / Math.sqrt(count - 1)) ** 2;
  return { value: sum };
}
