/** NC1 through an inverse, not divided by the number of classes. */
import { define } from "../definition.ts";
import { classCentred, inverseTrace } from "../inverse_trace.ts";
import { variation } from "../needs/moments.ts";
import { SAMPLES } from "../readings.ts";

export default define({
  name: "nc1_svd_sum",
  family: "NC1",
  title: "inverse of the C − 1 largest modes, not divided by C",
  on: SAMPLES,
  needs: { variation },
  formula: {
    tex: String.raw`\operatorname{Tr}(\Sigma_W\Sigma_B^\dagger),\quad\mu_G=\text{mean of the class means}`,
    plain: "Tr(Σ_W Σ_B†), μ_G = mean of the class means",
  },
  range: "[0, ∞)",
  atCollapse: "0",
  ideal: 0,
  scale: (classes) => classes,
  source: "as in public code: neuralcollapse/neuralcollapse (the paper authors' notebook)",
  notes: "C times nc1_svd when classes are balanced.",
  plain: "Spread inside classes in units of the differences between class means, summed and not divided by " +
    "the number of classes.",
  dissent:
    "For balanced classes it is C times the variant of the paper and cannot differ from it; it differs " +
    "from the other kinds.",
  run: ({ variation: { moments, within } }) =>
    inverseTrace(moments, classCentred(moments, within.scatter), { divisor: 1 }),
});
