/** NC4 with the bias left out. */
import { byChance } from "../chance.ts";
import { define } from "../definition.ts";
import { decisions } from "../needs/decisions.ts";
import { SAMPLES } from "../readings.ts";

export default define({
  name: "nc4_mismatch_nobias",
  family: "NC4",
  title: "mismatch with the nearest centre, bias left out",
  on: SAMPLES,
  needs: { decisions },
  formula: {
    tex: String
      .raw`\text{share of samples with }\arg\max(Wh)\neq\arg\min_c\lVert h-\mu_c\rVert,\quad\mu_c\text{ of the training set}`,
    plain: "share of samples with argmax(Wh) ≠ argmin_c ‖h − μ_c‖, μ_c of the training set",
  },
  range: "[0, 1]",
  atCollapse: "0",
  ideal: 0,
  scale: byChance,
  source: "as in public code: rhubarbwu/neural-collapse",
  notes: "One minus that library's agreement. Differs from the paper's as far as the biases differ.",
  plain: "Share of images for which the nearest class mean and the network without the bias of its last " +
    "layer disagree.",
  dissent: "Without the bias it judges another classifier than the one trained.",
  run: ({ decisions: { agreementWithoutBias, count } }) => (
    { value: (count - agreementWithoutBias) / count }
  ),
});
