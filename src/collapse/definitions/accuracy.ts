/** The share of samples that the classifier gets right. */
import { byChance } from "../chance.ts";
import { define } from "../definition.ts";
import { correct } from "../needs/decisions.ts";
import { SAMPLES } from "../readings.ts";

export default define({
  name: "accuracy",
  family: "accuracy",
  title: "top-1",
  on: SAMPLES,
  needs: { correct },
  formula: {
    tex: String.raw`100\cdot\text{share of samples with }\arg\max(Wh+b)=y`,
    plain: "100 · share of samples with argmax(Wh + b) = y",
  },
  range: "[0, 100] %",
  atCollapse: "100 on the training set",
  ideal: 100,
  scale: (classes) => 100 * byChance(classes),
  source: "Papyan, Han & Donoho 2020, Fig. 1",
  notes: "Ties go to the lowest class.",
  plain: "The share of images whose class the network decides rightly.",
  dissent: "It may stand at 100 % for long while features still move.",
  run: ({ correct: { correct, count } }) => ({ value: 100 * correct / count }),
});
