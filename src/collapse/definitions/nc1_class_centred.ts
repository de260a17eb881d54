/** NC1 through an inverse, around the mean of the class means. */
import { define } from "../definition.ts";
import { classCentred, inverseTrace } from "../inverse_trace.ts";
import { variation } from "../needs/moments.ts";
import { SAMPLES } from "../readings.ts";

export default define({
  name: "nc1_class_centred",
  family: "NC1",
  title: "around the mean of the class means",
  on: SAMPLES,
  needs: { variation },
  formula: {
    tex: String
      .raw`\frac{\operatorname{Tr}(\Sigma_W\Sigma_B^\dagger)}{C},\quad\mu_G=\text{mean of the class means}`,
    plain: "Tr(Σ_W Σ_B†)/C, μ_G = mean of the class means",
  },
  range: "[0, ∞)",
  atCollapse: "0",
  ideal: 0,
  scale: 1,
  source: "as in public code: rhubarbwu/neural-collapse",
  notes: "Equals nc1_svd when classes are balanced. That library divided Σ_B by d in place of C in version " +
    "c3864c2; its number is then d/C times this one.",
  plain: "Spread inside classes in units of the differences between class means, which are taken from the " +
    "mean of class means, not of samples.",
  dissent: "With unbalanced classes its centre is not that of the samples, so small classes weigh more.",
  run: ({ variation: { moments, within } }) =>
    inverseTrace(moments, classCentred(moments, within.scatter), { divisor: moments.classes }),
});
