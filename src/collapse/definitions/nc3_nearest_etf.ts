/** NC3: squared distance between the simplex ETFs that are nearest to classifier and class means. */
import { define } from "../definition.ts";
import { noSimplex } from "../frames.ts";
import { dotRows } from "../kernels.ts";
import { isKnown, type Maybe } from "../needs/need.ts";
import { PAIRS } from "../readings.ts";
import { rightSingular } from "../singular.ts";
import { centreRows, meanRow, norm, type Rows } from "../vectors.ts";

export default define({
  name: "nc3_nearest_etf",
  family: "NC3",
  title: "squared distance of the nearest simplex ETFs",
  on: PAIRS,
  formula: {
    tex: String.raw`\lVert E_W-E_M\rVert_F^2,\quad E_A\text{ the simplex ETF of norm }1\text{ nearest to }A`,
    plain: "‖E_W − E_M‖_F², E_A the simplex ETF of norm 1 nearest to A",
  },
  range: "[0, 4]",
  atCollapse: "0",
  ideal: 0,
  scale: 2,
  uninformative: noSimplex,
  onRequest: "decomposes classifier rows and class means",
  source: "Markou et al. 2024; as in public code: evanmarkou/Guiding-Neural-Collapse (nc/ETF_distance.py)",
  notes: "E_A = VUᵀ/√(C−1) for A less its mean row = VΣUᵀ (derived here; the public code searches on the " +
    "Stiefel manifold). Compares the frames only: 0 also where neither side is a simplex yet. Undefined " +
    "where C > d + 1.",
  plain: "How far the simplex nearest to the classifier is from the one nearest to the class means.",
  dissent:
    "It compares idealised frames, so it may be small while rows and means themselves are still apart.",
  run: ({ weights, means }) => {
    const [w, m] = [nearestFrame(weights), nearestFrame(means)];
    if (!isKnown(w)) return w;
    if (!isKnown(m)) return m;
    return { value: norm(w.map((x, i) => x - m[i]!)) ** 2 };
  },
});

/** C × d, of Frobenius norm 1. */
function nearestFrame({ values, count, width, name, zero }: Rows): Maybe<Float64Array> {
  const without = noSimplex(count, width);
  if (without !== null) return { undefined: without };
  const modes = count - 1;
  const centred = centreRows(values, count, meanRow(values, count, width));
  const { values: singular, right } = rightSingular(centred, count, width);
  if (!(singular[modes - 1]! > Math.max(zero, 1e-12 * singular[0]!))) {
    return { undefined: `the rows (${name}) span fewer than ${modes} directions` };
  }
  const basis = right.subarray(0, modes * width);
  const left = dotRows(centred, count, basis, modes, width);
  const frame = new Float64Array(count * width);
  for (let c = 0; c < count; c++) {
    for (let k = 0; k < modes; k++) {
      const share = left[c * modes + k]! / singular[k]! / Math.sqrt(modes);
      for (let j = 0; j < width; j++) frame[c * width + j]! += share * basis[k * width + j]!;
    }
  }
  return frame;
}
