/**
 * Stochastic gradient descent with momentum, as torch.optim.SGD: g ← g + decay · w, m ← momentum · m + g, w ← w − rate · m;
 * Nesterov's step is g + momentum · m in place of m.
 */
import type { Optimizer } from "../optimizer.ts";
import { DECAY_ON, decayWords, FEATURE_DECAY, groupsOf, unfitDecay, weightDecayOf } from "./decay.ts";
import { MOMENTUM, momentumLine, momentumWords, NESTEROV, unfitMomentum } from "./momentum.ts";
import { learningRateOf, PAPERS_RATE } from "./rate.ts";

const FIELDS = {
  learningRate: learningRateOf(PAPERS_RATE),
  momentum: MOMENTUM,
  nesterov: NESTEROV,
  weightDecay: weightDecayOf(5e-4),
  decayOn: DECAY_ON,
  featureDecay: FEATURE_DECAY,
};

export const SGD: Optimizer<"sgd", typeof FIELDS> = {
  kind: "sgd",
  fields: FIELDS,
  native: (value) => [momentumLine("sgd", value), ...groupsOf(value)],
  says: (value) => `SGD, ${momentumWords(value)}, ${decayWords(value)}`,
  refuses: (value, whole) => unfitMomentum(value) ?? unfitDecay(value, whole),
};
