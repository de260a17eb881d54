/** NC0 as a pure number: the part of the classifier that all rows share. */
import { define, KEEPS_DEFAULTS } from "../definition.ts";
import { CLASSIFIER } from "../readings.ts";
import { meanRow, norm } from "../vectors.ts";

export default define({
  name: "nc0_relative_weights",
  family: "NC0",
  title: "share of the classifier that all rows have in common",
  on: CLASSIFIER,
  formula: {
    tex: String.raw`\frac{\lVert W^\mathsf{T}1\rVert^2}{C\lVert W\rVert_F^2}`,
    plain: "‖Wᵀ1‖²/(C‖W‖_F²)",
  },
  range: "[0, 1]",
  atCollapse: "0",
  ideal: 0,
  // Rows that have nothing in common.
  scale: (classes) => 1 / classes,
  onRequest: KEEPS_DEFAULTS,
  source: "this project, from Zhao 2026 (arXiv 2602.16642), Prop. 2.1",
  notes:
    "The length of the sum without the size of the weights: 1 where all rows are equal, 1/C for rows at " +
    "right angles.",
  plain: "The part of the classifier's energy that all its rows share.",
  dissent: "It looks at what rows share and at nothing else: it is 0 for any rows that add up to zero.",
  run: ({ weights: { values, count, width } }) => {
    const length = norm(values);
    if (length === 0) return { undefined: "every row of the classifier is zero" };
    return { value: count * (norm(meanRow(values, count, width)) / length) ** 2 };
  },
});
