/** Adam, as torch.optim.Adam: weight decay is part of the gradient (Kingma & Ba 2015, arXiv 1412.6980). */
import type { Optimizer } from "../optimizer.ts";
import { DECAY_ON, decayWords, FEATURE_DECAY, groupsOf, unfitDecay, weightDecayOf } from "./decay.ts";
import { BETAS, EPS, momentsLine } from "./moments.ts";
import { ADAMS_RATE, learningRateOf } from "./rate.ts";

const FIELDS = {
  learningRate: learningRateOf(ADAMS_RATE),
  betas: BETAS,
  eps: EPS,
  weightDecay: weightDecayOf(5e-4),
  decayOn: DECAY_ON,
  featureDecay: FEATURE_DECAY,
};

export const ADAM: Optimizer<"adam", typeof FIELDS> = {
  kind: "adam",
  fields: FIELDS,
  native: (value) => [momentsLine("adam", value), ...groupsOf(value)],
  says: (value) => `Adam, β ${value.betas.join(" and ")}, ε ${value.eps}, ${decayWords(value)}`,
  refuses: unfitDecay,
};
