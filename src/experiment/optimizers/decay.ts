/** What every optimizer pulls towards zero: all parameters or some, and the features themselves. */
import { decimal, field, oneOf } from "../../fields.ts";
import type { Whole } from "../../kind.ts";

const PARAMETERS = ["all", "weights"] as const;

/** How much parameters decay where an optimizer says nothing else. */
export function weightDecayOf(usual: number): ReturnType<typeof field<number>> {
  return field({
    option: "weight-decay",
    argument: "<x>",
    help: "on the parameters that decay",
    type: decimal({ min: 0 }),
    default: usual,
  });
}

/** "all": batch norm and biases, too, as in the reproduced experiment. "weights": kernels and matrices only. */
export const DECAY_ON = field<(typeof PARAMETERS)[number]>({
  option: "decay-on",
  argument: "<which>",
  help: "what decays: all parameters, or weights, which spares biases and norms",
  type: oneOf(PARAMETERS),
  default: "all",
  newer: true,
});

/**
 * λ of the term λ/2 · mean ‖h‖² over a batch, which is added to the loss: the decay of unconstrained features (Zhu et al.
 * 2021, arXiv 2105.02375). Their λ_H, of a sum over all N samples beside a mean loss, is this over N; the rate of their
 * code (github.com/tding1/Neural-Collapse), of a sum over a batch, is this over the batch size.
 */
export const FEATURE_DECAY = field({
  option: "feature-decay",
  argument: "<x>",
  help: "add half of this times the mean squared length of a batch's features to the loss",
  type: decimal({ min: 0, below: 1e6 }),
  default: 0,
  newer: true,
});

interface Decay {
  readonly weightDecay: number;
  readonly decayOn: (typeof PARAMETERS)[number];
  readonly featureDecay: number;
}

/** The groups of parameters, and the penalty on features where there is one, as native reads them. */
export function groupsOf({ weightDecay, decayOn, featureDecay }: Decay): string[] {
  const groups = decayOn === "all"
    ? [`group parameters=all weight_decay=${weightDecay}`]
    : [`group parameters=weights weight_decay=${weightDecay}`, "group parameters=others weight_decay=0"];
  return featureDecay === 0 ? groups : [...groups, `penalty features=${featureDecay}`];
}

/** "weight decay 0.0005", and on what where it is not on all; the decay of features where there is one. */
export function decayWords({ weightDecay, decayOn, featureDecay }: Decay): string {
  const on = decayOn === "all" ? "" : " on weights only";
  return `weight decay ${weightDecay}${on}${
    featureDecay === 0 ? "" : `, ${featureDecay}/2 · mean ‖h‖² in the loss`
  }`;
}

/** Why a decay of features does not go with the rest of a protocol, in a sentence; null where it does. */
export function unfitDecay({ featureDecay }: Decay, { classifier }: Whole): string | null {
  return featureDecay === 0 || classifier?.temperature === null
    ? null
    : `--feature-decay: expected 0 beside --temperature, which makes every feature as long as 1, found ${featureDecay}`;
}
