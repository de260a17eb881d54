/** NC3 sample by sample: by how much a feature is nearer in angle to its own row than to any other. */
import { define } from "../definition.ts";
import { coinciding } from "../frames.ts";
import { sampleCosines } from "../needs/sample_cosines.ts";
import { SAMPLES } from "../readings.ts";

export default define({
  name: "nc3_margin",
  family: "NC3",
  title: "mean cosine margin",
  on: SAMPLES,
  needs: { sampleCosines },
  formula: {
    tex: String
      .raw`\operatorname{mean}_i\left[\cos(h_i-\mu_G,w_y-\bar{w})-\max_{c\neq y}\cos(h_i-\mu_G,w_c-\bar{w})\right]`,
    plain: "mean_i [cos(h_i − μ_G, w_y − w̄) − max over c ≠ y of cos(h_i − μ_G, w_c − w̄)]",
  },
  range: "[−2, 2]",
  atCollapse: "C/(C−1) where C ≤ d + 1",
  ideal: (classes, width) => classes > width + 1 ? null : classes / (classes - 1),
  // No margin.
  scale: coinciding,
  source: "Zhou et al. 2022, from memory and not confirmed; as in public code: " +
    "evanmarkou/Guiding-Neural-Collapse (nc/validate_NC.py)",
  notes: "μ_G is the mean of the split's own samples. Papers also plot the sorted curve of all samples, of " +
    "which this is the mean.",
  plain:
    "How much nearer in angle a feature is to the classifier row of its class than to the closest other row.",
  dissent: "Wrongly classified samples count against it, and lengths and the bias do not enter.",
  run: ({ sampleCosines: { margin } }) => ({ value: margin }),
});
