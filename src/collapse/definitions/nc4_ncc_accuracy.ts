/** How often the nearest centre of the training means is right. */
import { byChance } from "../chance.ts";
import { define } from "../definition.ts";
import { nearest } from "../needs/decisions.ts";
import { SAMPLES } from "../readings.ts";

export default define({
  name: "nc4_ncc_accuracy",
  family: "NC4",
  title: "accuracy of the nearest centre",
  on: SAMPLES,
  needs: { nearest },
  formula: {
    tex: String
      .raw`100\cdot\text{share of samples with }\arg\min_c\lVert h-\mu_c\rVert=y,\quad\mu_c\text{ of the training set}`,
    plain: "100 · share of samples with argmin_c ‖h − μ_c‖ = y, μ_c of the training set",
  },
  range: "[0, 100] %",
  atCollapse: "100 on the training set",
  ideal: 100,
  scale: (classes) => 100 * byChance(classes),
  source: "as in public code",
  notes: "Compares with the label, not with the classifier: it may rise while the two still disagree.",
  plain: "How often the nearest class mean is the right class.",
  dissent: "It compares with the label: network and nearest mean may be wrong together, which is agreement " +
    "elsewhere.",
  run: ({ nearest: { correct, count } }) => ({ value: 100 * correct / count }),
});
