/** Weak test collapse: test samples about the nearest of C points, whatever their label. */
import { define } from "../definition.ts";
import { betweenTrace, meansCoincide, SAME_MEANS } from "../moments.ts";
import { nearestTraining } from "../needs/about_training.ts";
import { reduced } from "../needs/moments.ts";
import { onSplit } from "../needs/need.ts";
import { TEST } from "../readings.ts";

export default define({
  name: "nc1_weak",
  family: "NC1",
  title: "weak test collapse",
  on: TEST,
  needs: { training: onSplit("train", reduced), nearestTraining },
  formula: {
    tex: String
      .raw`\frac{\operatorname{mean}_i\min_c\lVert h_i-\mu_c\rVert^2}{\operatorname{Tr}\Sigma_B},\quad\mu_c\text{ and }\Sigma_B\text{ of the training set}`,
    plain: "mean_i min_c ‖h_i − μ_c‖²/Tr Σ_B, μ_c and Σ_B of the training set",
  },
  range: "[0, ∞)",
  atCollapse: "0",
  ideal: 0,
  scale: 1,
  source: "Hui et al. 2022 (arXiv 2202.08384) for the idea, of which the abstract was read",
  notes: "The formula is from memory and not confirmed. The idea is about the best C points there are; the " +
    "training means stand for them, so this is an upper bound. Never above nc1_strong.",
  plain: "How far test images lie from the nearest mean of the training images, right or wrong.",
  dissent: "Labels do not enter: images that collapse onto the mean of a wrong class count as collapsed.",
  run: ({ training: { moments }, nearestTraining: { trace } }) =>
    meansCoincide(moments) ? SAME_MEANS : { value: trace / betweenTrace(moments) },
});
