/** The length of the logits at the mean of all samples. */
import { define } from "../definition.ts";
import { lastLayer } from "../needs/classifier.ts";
import { reduced } from "../needs/moments.ts";
import { finite } from "../outcome.ts";
import { SAMPLES } from "../readings.ts";
import { norm } from "../vectors.ts";

export default define({
  name: "nc4_bias_collapse",
  family: "NC4",
  title: "bias collapse",
  on: SAMPLES,
  needs: { reduced, lastLayer },
  formula: {
    tex: String.raw`\lVert W\mu_G+b\rVert_2`,
    plain: "‖Wμ_G + b‖₂",
  },
  range: "[0, ∞)",
  atCollapse: "0",
  ideal: 0,
  source: "Zhu et al. 2021; as in public code: tding1/Neural-Collapse",
  notes: "μ_G is the mean of all samples. Some papers call this one NC4. Scales with the logits, so values " +
    "of different networks do not compare.",
  plain: "Length of the network's output at the mean of all features, which is 0 where the bias just " +
    "cancels that mean.",
  dissent: "It is not a matter of decisions, and it grows with the size of the outputs as training goes on.",
  run: ({ reduced: { moments: { sampleCentre, width } }, lastLayer: { weight, bias } }) => {
    const logits = bias.map((b, c) => {
      let sum = b;
      for (let k = 0; k < width; k++) sum += weight[c * width + k]! * sampleCentre[k]!;
      return sum;
    });
    return finite(norm(logits), "a logit leaves the range of float64");
  },
});
