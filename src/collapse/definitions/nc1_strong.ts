/** Strong test collapse: test samples about the training mean of their label. */
import { define, KEEPS_DEFAULTS } from "../definition.ts";
import { betweenTrace, meansCoincide, SAME_MEANS } from "../moments.ts";
import { aboutTraining } from "../needs/about_training.ts";
import { reduced } from "../needs/moments.ts";
import { onSplit } from "../needs/need.ts";
import { TEST } from "../readings.ts";

export default define({
  name: "nc1_strong",
  family: "NC1",
  title: "strong test collapse",
  on: TEST,
  needs: { training: onSplit("train", reduced), aboutTraining },
  formula: {
    tex: String
      .raw`\frac{\operatorname{mean}_i\lVert h_i-\mu_y\rVert^2}{\operatorname{Tr}\Sigma_B},\quad\mu_y\text{ and }\Sigma_B\text{ of the training set}`,
    plain: "mean_i ‖h_i − μ_y‖²/Tr Σ_B, μ_y and Σ_B of the training set",
  },
  range: "[0, ∞)",
  atCollapse: "0",
  ideal: 0,
  scale: 1,
  onRequest: KEEPS_DEFAULTS,
  source: "Hui et al. 2022 (arXiv 2202.08384) for the idea, of which the abstract was read",
  notes:
    "The formula is from memory and not confirmed. Misclassified samples lie about another mean and hold " +
    "it up.",
  plain: "How far test images lie from the mean of the training images of their class.",
  dissent:
    "It asks for right decisions on images not seen: training images may collapse while it does not fall.",
  run: ({ training: { moments }, aboutTraining: { trace } }) =>
    meansCoincide(moments) ? SAME_MEANS : { value: trace / betweenTrace(moments) },
});
