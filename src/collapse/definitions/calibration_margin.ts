/** The margin: how far features are from the border at which their decision turns wrong. */
import { define } from "../definition.ts";
import { margins } from "../needs/confidence.ts";
import { SAMPLES } from "../readings.ts";

export default define({
  name: "calibration_margin",
  family: "calibration",
  title: "mean margin",
  on: SAMPLES,
  needs: { margins },
  formula: {
    tex: String
      .raw`\operatorname{mean}_i\min_{c\neq y}\frac{z_y-z_c}{\lVert w_y-w_c\rVert},\quad z=Wh_i+b`,
    plain: "mean_i min over c ≠ y of (z_y − z_c)/‖w_y − w_c‖, z = Wh_i + b",
  },
  range: "(−∞, ∞)",
  atCollapse: "no value of its own: it scales with the features",
  ideal: null,
  source: "standard for linear classifiers",
  notes:
    "A distance in feature space, negative where the decision is wrong. Margins of logits, without the " +
    "norm, grow with the weights.",
  plain: "How far a feature is, on average, from where its decision would turn wrong.",
  dissent: "It grows with the features, collapsed or not, and a few samples far on the wrong side lower it.",
  run: ({ margins: { mean } }) => ({ value: mean }),
});
