/** NC1 class by class: the class that varies most, through an inverse of Σ_B. */
import { define } from "../definition.ts";
import { inverseTrace } from "../inverse_trace.ts";
import { classModes } from "../needs/class_modes.ts";
import { variation } from "../needs/moments.ts";
import type { Outcome } from "../outcome.ts";
import { SAMPLES } from "../readings.ts";

export default define({
  name: "nc1_worst_class",
  family: "NC1",
  title: "largest variation of a class",
  on: SAMPLES,
  needs: { variation, classModes },
  formula: {
    tex: String
      .raw`\max_c\operatorname{Tr}(\Sigma_c\Sigma_B^\dagger),\quad\Sigma_c\text{ the covariance of class }c,\quad\Sigma_B^\dagger\text{ from the }\min(C-1,d)\text{ largest modes}`,
    plain: "max_c Tr(Σ_c Σ_B†), Σ_c the covariance of class c, Σ_B† from the min(C−1, d) largest modes",
  },
  range: "[0, ∞)",
  atCollapse: "0",
  ideal: 0,
  scale: (classes) => classes,
  source: "Guo et al. 2025; as in public code: koyar4271/neural_collapse_ls_vs_ce (nc_metric.py)",
  notes:
    "The public code lists a value a class; this is the largest of them. Not divided by C: the mean over " +
    "balanced classes is C times nc1_svd.",
  plain: "Spread inside the class that varies most, in units of the differences between class means.",
  dissent: "One class decides it, and all others may have collapsed.",
  run: ({ variation: { moments }, classModes }) => {
    const { between: { eigenvalues }, classes } = moments;
    const modes = eigenvalues.length;
    let worst: Outcome | null = null;
    for (let c = 0; c < classes; c++) {
      const variances = classModes.subarray(c * modes, (c + 1) * modes);
      const found = inverseTrace(moments, { eigenvalues, variances }, { divisor: 1 });
      if ("undefined" in found) return found;
      if (worst === null || "undefined" in worst || found.value > worst.value) {
        worst = { ...found, note: `class ${c} varies most` };
      }
    }
    return worst!;
  },
});
