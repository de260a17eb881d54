/** NC3 class by class: one minus the mean cosine. */
import { define } from "../definition.ts";
import { cosine, overDirections } from "../duality.ts";
import { PAIRS } from "../readings.ts";

export default define({
  name: "nc3_cosine_distance",
  family: "NC3",
  title: "mean cosine distance",
  on: PAIRS,
  formula: {
    tex: String.raw`\operatorname{mean}_c(1-\cos(w_c,m_c))`,
    plain: "mean_c (1 − cos(w_c, m_c))",
  },
  range: "[0, 2]",
  atCollapse: "0",
  ideal: 0,
  scale: 1,
  source: "as in public code",
  notes: "Half the mean squared distance of directions.",
  plain: "One minus the mean cosine between each class's row and mean: it falls to 0.",
  dissent: "It ignores lengths; and near 0 it is quadratic in the angle.",
  run: ({ weights, means }) => overDirections(weights, means, (w, m) => 1 - cosine(w, m)),
});
