/** NC1 through an inverse, every class weighing alike on both sides. */
import { define } from "../definition.ts";
import { classCentred, inverseTrace } from "../inverse_trace.ts";
import { classScatter } from "../needs/class_scatter.ts";
import { variation } from "../needs/moments.ts";
import { SAMPLES } from "../readings.ts";

export default define({
  name: "nc1_class_weighted",
  family: "NC1",
  title: "mean of class covariances",
  on: SAMPLES,
  needs: { variation, classScatter },
  formula: {
    tex: String
      .raw`\frac{\operatorname{Tr}(\Sigma_W\Sigma_B^\dagger)}{C},\quad\Sigma_W=\operatorname{mean}_c\text{ of the class covariances},\quad\mu_G=\text{mean of the class means}`,
    plain: "Tr(Σ_W Σ_B†)/C, Σ_W = mean_c of the class covariances, μ_G = mean of the class means",
  },
  range: "[0, ∞)",
  atCollapse: "0",
  ideal: 0,
  scale: 1,
  source: "as in public code",
  notes: "Every class weighs alike. Equals nc1_svd when classes are balanced.",
  plain: "Spread inside classes in units of the differences between class means, every class weighing " +
    "alike, however many samples it has.",
  dissent: "Small classes weigh as much as large ones, so they can drive it where classes are unbalanced.",
  run: ({ variation: { moments }, classScatter }) =>
    inverseTrace(moments, classCentred(moments, classScatter), { divisor: moments.classes }),
});
