/** Class-distance normalised variance with the fourth power of the distance. */
import { define } from "../definition.ts";
import { variation } from "../needs/moments.ts";
import { overPairs, variances } from "../pairs.ts";
import { SAMPLES } from "../readings.ts";

export default define({
  name: "nc1_cdnv_fourth",
  family: "NC1",
  title: "CDNV with the fourth power of the distance",
  on: SAMPLES,
  needs: { variation },
  formula: {
    tex: String
      .raw`\underset{c\neq c'}{\operatorname{mean}}\;\frac{V_c+V_{c'}}{2\lVert\mu_c-\mu_{c'}\rVert^4}`,
    plain: "mean over c ≠ c′ of (V_c + V_c′)/(2‖μ_c − μ_c′‖⁴)",
  },
  range: "[0, ∞)",
  atCollapse: "0",
  ideal: 0,
  source: "as in public code: linguistic-collapse",
  notes: "Changes with the scale of the features: growing norms alone make it fall.",
  plain: "The spread of each pair of classes over the fourth power of their distance, as one public code " +
    "has it.",
  dissent:
    "It is not free of scale: features that merely grow make it fall, and features that shrink make it " +
    "rise.",
  run: ({ variation: { moments, within } }) => overPairs(moments, variances(moments, within, 0), 2),
});
