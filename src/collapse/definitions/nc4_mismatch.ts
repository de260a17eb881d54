/** NC4: how often classifier and nearest centre disagree. */
import { byChance } from "../chance.ts";
import { define } from "../definition.ts";
import { decisions } from "../needs/decisions.ts";
import { SAMPLES } from "../readings.ts";

export default define({
  name: "nc4_mismatch",
  family: "NC4",
  title: "mismatch with the nearest centre",
  on: SAMPLES,
  needs: { decisions },
  formula: {
    tex: String
      .raw`\text{share of samples with }\arg\max(Wh+b)\neq\arg\min_c\lVert h-\mu_c\rVert,\quad\mu_c\text{ of the training set}`,
    plain: "share of samples with argmax(Wh + b) ≠ argmin_c ‖h − μ_c‖, μ_c of the training set",
  },
  range: "[0, 1]",
  atCollapse: "0",
  ideal: 0,
  scale: byChance,
  source: "Papyan, Han & Donoho 2020, Fig. 7",
  notes: "The paper plots the test set; the authors' notebook (neuralcollapse/neuralcollapse) counts the " +
    "training set.",
  plain: "Share of images for which the network and the rule “choose the nearest class mean” disagree.",
  dissent: "It counts images: near 0 it moves in steps of single images, and a few of them make it rise or " +
    "fall.",
  run: ({ decisions: { agreement, count } }) => ({ value: (count - agreement) / count }),
});
