/** Adam with decoupled weight decay, as torch.optim.AdamW (Loshchilov & Hutter 2019, arXiv 1711.05101). */
import type { Optimizer } from "../optimizer.ts";
import { DECAY_ON, decayWords, FEATURE_DECAY, groupsOf, unfitDecay, weightDecayOf } from "./decay.ts";
import { BETAS, EPS, momentsLine } from "./moments.ts";
import { ADAMS_RATE, learningRateOf } from "./rate.ts";

const FIELDS = {
  learningRate: learningRateOf(ADAMS_RATE),
  betas: BETAS,
  eps: EPS,
  /** PyTorch's default. */
  weightDecay: weightDecayOf(1e-2),
  decayOn: DECAY_ON,
  featureDecay: FEATURE_DECAY,
};

export const ADAMW: Optimizer<"adamw", typeof FIELDS> = {
  kind: "adamw",
  fields: FIELDS,
  native: (value) => [momentsLine("adamw", value), ...groupsOf(value)],
  says: (value) => `AdamW, β ${value.betas.join(" and ")}, ε ${value.eps}, decoupled ${decayWords(value)}`,
  refuses: unfitDecay,
};
