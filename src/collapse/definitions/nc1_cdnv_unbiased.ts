/** Class-distance normalised variance with unbiased variances. */
import { define } from "../definition.ts";
import { variation } from "../needs/moments.ts";
import { overPairs, variances } from "../pairs.ts";
import { SAMPLES } from "../readings.ts";

export default define({
  name: "nc1_cdnv_unbiased",
  family: "NC1",
  title: "CDNV with unbiased variances",
  on: SAMPLES,
  needs: { variation },
  formula: {
    tex: String.raw`\text{as nc1\_cdnv with }V_c=\frac{1}{n_c-1}\sum\lVert h-\mu_c\rVert^2`,
    plain: "as nc1_cdnv with V_c = (1/(n_c − 1)) Σ ‖h − μ_c‖²",
  },
  range: "[0, ∞)",
  atCollapse: "0",
  ideal: 0,
  scale: 1,
  source: "as in public code",
  notes: "n/(n−1) times nc1_cdnv when classes are balanced. Undefined where a class has one sample.",
  plain:
    "The spread of each pair of classes over their squared distance, with variances that divide by n − " +
    "1.",
  dissent: "It differs from the plain one only where classes are small: there the correction by n/(n − 1) " +
    "weighs.",
  run: ({ variation: { moments, within } }) => {
    const single = moments.counts.indexOf(1);
    return single >= 0
      ? { undefined: `class ${single} has one sample, so its unbiased variance is not defined` }
      : overPairs(moments, variances(moments, within, 1), 1);
  },
});
