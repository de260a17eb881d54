/** NC3 class by class: mean cosine. */
import { define } from "../definition.ts";
import { cosine, overDirections } from "../duality.ts";
import { PAIRS } from "../readings.ts";

export default define({
  name: "nc3_cosine",
  family: "NC3",
  title: "mean cosine",
  on: PAIRS,
  formula: {
    tex: String.raw`\operatorname{mean}_c\cos(w_c,m_c)`,
    plain: "mean_c cos(w_c, m_c)",
  },
  range: "[−1, 1]",
  atCollapse: "1",
  ideal: 1,
  scale: 1,
  source: "as in public code: rhubarbwu/neural-collapse",
  notes: "Rises to 1, where the other variants fall to 0.",
  plain: "Mean cosine between each class's row and mean: it rises to 1.",
  dissent: "It ignores lengths; and near 1 its distance from the ideal is quadratic in the angle.",
  run: ({ weights, means }) => overDirections(weights, means, cosine),
});
