/** Temperature scaling: fitted on one half of the test samples, and what calibration it leaves on the other. */
import { define } from "../definition.ts";
import { temperature } from "../needs/confidence.ts";
import { finite } from "../outcome.ts";
import { TEST } from "../readings.ts";

const SOURCE = "Guo et al. 2017";
const NOTES =
  "T minimises the cross-entropy of softmax((Wh + b)/T) over every second test sample, from the first. Found by " +
  "Newton's method, a few passes over the samples.";

const fitted = define({
  name: "calibration_temperature",
  family: "calibration",
  title: "temperature that fits held-out samples",
  on: TEST,
  needs: { temperature },
  formula: {
    tex: String
      .raw`\operatorname{argmin}_T-\sum_i\log\operatorname{softmax}\left(\frac{Wh_i+b}{T}\right)_{y}`,
    plain: "argmin_T −Σ_i log softmax((Wh_i + b)/T)_y",
  },
  range: "[0, ∞)",
  atCollapse: "no value that collapse asks for; 1 fits as it is",
  ideal: null,
  source: SOURCE,
  notes: NOTES,
  plain:
    "By what the network's outputs must be divided for its probabilities to fit images that it has not seen.",
  dissent:
    "Training goes on to grow outputs after the features have collapsed, and the temperature with them.",
  run: ({ temperature: { value } }) => ({ value }),
});

const left = define({
  name: "calibration_ece_scaled",
  family: "calibration",
  title: "expected calibration error at the fitted temperature",
  on: TEST,
  needs: { temperature },
  formula: {
    tex: String
      .raw`\text{ECE of }\operatorname{softmax}\left(\frac{Wh+b}{T}\right)\text{ on the samples that }T\text{ was not fitted on}`,
    plain: "ECE of softmax((Wh + b)/T) on the samples that T was not fitted on",
  },
  range: "[0, 1]",
  atCollapse: "no value that collapse asks for; 0 is perfect calibration",
  ideal: null,
  source: SOURCE,
  notes: `As calibration_ece. ${NOTES}`,
  plain: "What is left of the calibration error once outputs are divided by the temperature that fits.",
  dissent: "One number cannot mend every confidence: what is left says how unlike the classes are.",
  run: ({ temperature: { error, bins } }) => finite(error, "there is no second half to judge by", { bins }),
});

export default [fitted, left];
