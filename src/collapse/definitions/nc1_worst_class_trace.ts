/** NC1 class by class: the class that varies most, in units of how far class means are from their centre. */
import { define, KEEPS_DEFAULTS } from "../definition.ts";
import { meansCoincide, SAME_MEANS } from "../moments.ts";
import { variation } from "../needs/moments.ts";
import { SAMPLES } from "../readings.ts";
import { mean, norms } from "../vectors.ts";

export default define({
  name: "nc1_worst_class_trace",
  family: "NC1",
  title: "largest trace of a class",
  on: SAMPLES,
  needs: { variation },
  formula: {
    tex: String
      .raw`\frac{\max_c\operatorname{Tr}\Sigma_c}{(\operatorname{mean}_c\lVert m_c\rVert)^2},\quad\Sigma_c\text{ the covariance of class }c,\quad m_c=\mu_c-\mu_G`,
    plain: "max_c Tr Σ_c/(mean_c ‖m_c‖)², Σ_c the covariance of class c, m_c = μ_c − μ_G",
  },
  range: "[0, ∞)",
  atCollapse: "0",
  ideal: 0,
  scale: 1,
  onRequest: KEEPS_DEFAULTS,
  source: "Guo et al. 2025; as in public code: koyar4271/neural_collapse_ls_vs_ce (nc_metric.py)",
  notes:
    "The public code lists a value a class; this is the largest of them. No inverse. μ_G is the mean of " +
    "all samples.",
  plain: "Total spread of the class that varies most, over the squared mean distance of class means from " +
    "their centre.",
  dissent: "One class decides it, and all others may have collapsed.",
  run: ({ variation: { moments, within: { deviations } } }) => {
    if (meansCoincide(moments)) return SAME_MEANS;
    const { counts, centred } = moments;
    const traces = Array.from(deviations, (sum, c) => sum / counts[c]!);
    const value = Math.max(...traces);
    return { value: value / mean(norms(centred)) ** 2, note: `class ${traces.indexOf(value)} varies most` };
  },
});
