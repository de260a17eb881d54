/**
 * SGD with decoupled weight decay (Loshchilov & Hutter 2019, arXiv 1711.05101): w ← w − rate · decay · w before each step
 * of SGD without decay.
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

export const SGDW: Optimizer<"sgdw", typeof FIELDS> = {
  kind: "sgdw",
  fields: FIELDS,
  native: (value) => [momentumLine("sgdw", value), ...groupsOf(value)],
  says: (value) => `SGDW, ${momentumWords(value)}, decoupled ${decayWords(value)}`,
  refuses: (value, whole) => unfitMomentum(value) ?? unfitDecay(value, whole),
};
