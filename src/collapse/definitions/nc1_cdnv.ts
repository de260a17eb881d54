/** NC1 by pairs of classes: class-distance normalised variance. */
import { define } from "../definition.ts";
import { variation } from "../needs/moments.ts";
import { overPairs, variances } from "../pairs.ts";
import { SAMPLES } from "../readings.ts";

export default define({
  name: "nc1_cdnv",
  family: "NC1",
  title: "class-distance normalised variance (CDNV)",
  on: SAMPLES,
  needs: { variation },
  formula: {
    tex: String
      .raw`\underset{c\neq c'}{\operatorname{mean}}\;\frac{V_c+V_{c'}}{2\lVert\mu_c-\mu_{c'}\rVert^2},\quad V_c=\frac{1}{n_c}\sum\lVert h-\mu_c\rVert^2`,
    plain: "mean over c ≠ c′ of (V_c + V_c′)/(2‖μ_c − μ_c′‖²), V_c = (1/n_c) Σ ‖h − μ_c‖²",
  },
  range: "[0, ∞)",
  atCollapse: "0",
  ideal: 0,
  scale: 1,
  source: "Galanti et al. 2021",
  notes: "No inverse. One close pair of classes can dominate the mean.",
  plain: "For each pair of classes, their spread over the squared distance of their means; then the mean " +
    "over pairs.",
  dissent: "Each pair counts by itself, so two classes that stay close can hold the mean up.",
  run: ({ variation: { moments, within } }) => overPairs(moments, variances(moments, within, 0), 1),
});
