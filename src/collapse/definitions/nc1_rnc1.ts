/** NC1 in units of the longest feature (RNC1), for training and for test samples about the training means. */
import { define } from "../definition.ts";
import { aboutTraining } from "../needs/about_training.ts";
import { variation } from "../needs/moments.ts";
import { onSplit } from "../needs/need.ts";
import { norms } from "../needs/norms.ts";
import { SAMPLES } from "../readings.ts";

export default define({
  name: "nc1_rnc1",
  family: "NC1",
  title: "variation in units of the longest feature (RNC1)",
  on: SAMPLES,
  needs: { variation: onSplit("train", variation), aboutTraining, norms: onSplit("train", norms) },
  formula: {
    tex: String
      .raw`\frac{\operatorname{mean}_i\lVert h_i-\mu_y\rVert^2}{\max\lVert h\rVert^2},\quad\mu_y\text{ and the maximum of the training set}`,
    plain: "mean_i ‖h_i − μ_y‖²/max ‖h‖², μ_y and the maximum of the training set",
  },
  range: "[0, ∞)",
  atCollapse: "0",
  ideal: 0,
  source: "Sakamoto & Sato 2026 (arXiv 2509.20829), by third-party code",
  notes: "No inverse, and no Σ_B: small also where all classes sit close together far from zero. One long " +
    "feature lowers it.",
  plain: "Spread around the training means in units of the length of the longest training feature.",
  dissent: "It does not ask whether classes differ: a large common offset is enough to make it small.",
  run: ({ aboutTraining: { trace }, norms: { largest } }) =>
    largest > 0 ? { value: trace / largest ** 2 } : { undefined: "every training feature is zero" },
});
