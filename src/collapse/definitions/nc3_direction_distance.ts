/** NC3 class by class: mean distance of directions. */
import { define } from "../definition.ts";
import { overDirections } from "../duality.ts";
import { PAIRS } from "../readings.ts";

export default define({
  name: "nc3_direction_distance",
  family: "NC3",
  title: "mean distance of directions",
  on: PAIRS,
  formula: {
    tex: String
      .raw`\operatorname{mean}_c\left\lVert\frac{w_c}{\lVert w_c\rVert}-\frac{m_c}{\lVert m_c\rVert}\right\rVert,\quad m_c=\mu_c-\mu_G`,
    plain: "mean_c ‖w_c/‖w_c‖ − m_c/‖m_c‖‖, m_c = μ_c − μ_G",
  },
  range: "[0, 2]",
  atCollapse: "0",
  ideal: 0,
  scale: Math.SQRT2,
  source: "as in public code: rhubarbwu/neural-collapse",
  notes: "Each class by itself: blind to unequal norms.",
  plain: "Mean distance between the directions of each class's row and mean.",
  dissent:
    "It compares directions class by class and ignores lengths, and being unsquared it falls half as " +
    "fast.",
  run: ({ weights, means }) => overDirections(weights, means, distance),
});

function distance(w: Float64Array, m: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < w.length; k++) sum += (w[k]! - m[k]!) ** 2;
  return Math.sqrt(sum);
}
