/**
 * Muon, as torch.optim.Muon: the step of a matrix is the running mean of its gradient with all singular values near 1, by five
 * Newton–Schulz steps in bfloat16 (Jordan et al. 2024, kellerjordan.github.io/posts/muon). A kernel is the matrix of its
 * O rows of I · height · width. torch.optim.AdamW moves what is no matrix, and the last layer unless it is said otherwise.
 */
import { decimal, field, oneOf } from "../../fields.ts";
import type { Optimizer } from "../optimizer.ts";
import { DECAY_ON, decayWords, FEATURE_DECAY, groupsOf, unfitDecay, weightDecayOf } from "./decay.ts";
import { BETAS, EPS, momentsFields } from "./moments.ts";
import { momentumFields, momentumOf, momentumWords, nesterovOf } from "./momentum.ts";
import { learningRateOf } from "./rate.ts";

/** What becomes of the rate of a matrix of so many rows and columns. */
const ADJUSTED = {
  original: "√max(1, rows / columns)",
  match_rms_adamw: "0.2 √max(rows, columns)",
};

const FIELDS = {
  /** This and AdamW's are those of the example in PyTorch's documentation of Muon. */
  learningRate: learningRateOf(0.02),
  adamwLearningRate: field({
    option: "adamw-lr",
    argument: "<rate>",
    help: "learning rate of the first epochs for what AdamW moves beside Muon; the schedule is the same",
    type: decimal({ min: 0, above: true }),
    default: 3e-4,
  }),
  muonOn: field<"hidden" | "weights">({
    option: "muon-on",
    argument: "<which>",
    help:
      "what Muon moves, a kernel as a matrix of a row for each output channel: weights of hidden layers, or all weights, the last layer's, too; AdamW moves the rest; its products are in bfloat16, which takes a CPU without it a minute a step of a ResNet-18",
    type: oneOf(["hidden", "weights"]),
    default: "hidden",
  }),
  adjustLearningRate: field<keyof typeof ADJUSTED>({
    option: "adjust-lr",
    argument: "<how>",
    help:
      "Muon's rate for a matrix: original, times √max(1, rows/columns), or match_rms_adamw, times 0.2 √max(rows, columns)",
    type: oneOf(["original", "match_rms_adamw"]),
    default: "original",
  }),
  /** PyTorch's defaults. */
  momentum: momentumOf(0.95),
  nesterov: nesterovOf(true),
  betas: BETAS,
  eps: EPS,
  weightDecay: weightDecayOf(0.1),
  decayOn: DECAY_ON,
  featureDecay: FEATURE_DECAY,
};

export const MUON: Optimizer<"muon", typeof FIELDS> = {
  kind: "muon",
  fields: FIELDS,
  native: (value) => [
    `optimizer kind=muon ${
      momentumFields(value)
    } adjust=${value.adjustLearningRate} on=${value.muonOn} others_rate=${
      value.adamwLearningRate / value.learningRate
    } ${momentsFields(value)}`,
    ...groupsOf(value),
  ],
  says: (value) => {
    const on = value.muonOn === "weights"
      ? "all kernels and matrices"
      : "kernels and matrices of hidden layers";
    return `Muon on ${on}, ${momentumWords(value)}, rate times ${
      ADJUSTED[value.adjustLearningRate]
    }; AdamW on the rest, ` +
      `rate ${value.adamwLearningRate}, β ${value.betas.join(" and ")}, ε ${value.eps}; decoupled ${
        decayWords(value)
      }`;
  },
  refuses: unfitDecay,
};
