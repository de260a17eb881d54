/** NC0: the length of the sum of the classifier's rows. */
import { define, KEEPS_DEFAULTS } from "../definition.ts";
import { finite } from "../outcome.ts";
import { CLASSIFIER } from "../readings.ts";
import { meanRow, norm } from "../vectors.ts";

export default define({
  name: "nc0_row_sum_weights",
  family: "NC0",
  title: "length of the sum of the rows",
  on: CLASSIFIER,
  formula: { tex: String.raw`\left\lVert\sum_c w_c\right\rVert_2`, plain: "‖Σ_c w_c‖₂" },
  range: "[0, ∞)",
  atCollapse: "0",
  ideal: 0,
  onRequest: KEEPS_DEFAULTS,
  source: "Zhao 2026 (arXiv 2602.16642), Prop. 2.1; as in public code: jydzhao/neural_collapse_optimizer " +
    "(compute_NCmetrics.py)",
  notes:
    "NC2 and NC3 together imply it. One paper scales it four ways: by 1/d, squared over C, squared, and " +
    "as here in its code. Other public code sums over features in place of classes, which is not 0 at " +
    "collapse. The gradients of cross-entropy add up to zero over the rows, so that under SGD weight " +
    "decay alone moves it; the steps of Adam do not.",
  plain: "How far the rows of the classifier are from adding up to zero.",
  dissent:
    "It looks at the sum alone: rows that cancel may point anywhere, and under AdamW it can grow while " +
    "the rest collapses.",
  run: ({ weights: { values, count, width } }) =>
    finite(count * norm(meanRow(values, count, width)), "a sum of weights leaves the range of float64"),
});
