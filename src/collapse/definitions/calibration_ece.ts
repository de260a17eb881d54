/** Calibration: how far confidence is from being right. */
import { define } from "../definition.ts";
import { calibration } from "../needs/confidence.ts";
import { finite } from "../outcome.ts";
import { SAMPLES } from "../readings.ts";

export default define({
  name: "calibration_ece",
  family: "calibration",
  title: "expected calibration error (ECE)",
  on: SAMPLES,
  needs: { calibration },
  formula: {
    tex: String
      .raw`\sum_k\frac{|B_k|}{N}\left|\text{mean confidence in }B_k-\text{accuracy in }B_k\right|,\quad B_k\text{ of }15\text{ equal bins of }\max\operatorname{softmax}(Wh+b)`,
    plain:
      "Σ_k |B_k|/N |mean confidence in B_k − accuracy in B_k|, B_k of 15 equal bins of max softmax(Wh + b)",
  },
  range: "[0, 1]",
  atCollapse: "no value that collapse asks for; 0 is perfect calibration",
  ideal: null,
  source: "Naeini et al. 2015; Guo et al. 2017",
  notes:
    "Bins of equal width, each without its lower end. Other numbers of bins give other values, and so do " +
    "bins of equal count.",
  plain: "How far the network's confidence is, on average, from how often it is right.",
  dissent:
    "It speaks of probabilities, not of geometry: collapsed features may be called with too much confidence.",
  run: ({ calibration: { error, bins } }) => finite(error, "a logit leaves the range of float64", { bins }),
});
