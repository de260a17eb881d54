/** Weight decay, which every optimizer has, on all parameters or on some. */
import { decimal, field, oneOf } from "../../fields.ts";

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

interface Decay {
  readonly weightDecay: number;
  readonly decayOn: (typeof PARAMETERS)[number];
}

/** The groups of parameters, as native reads them. */
export function groupsOf({ weightDecay, decayOn }: Decay): string[] {
  return decayOn === "all"
    ? [`group parameters=all weight_decay=${weightDecay}`]
    : [`group parameters=weights weight_decay=${weightDecay}`, "group parameters=others weight_decay=0"];
}

/** "weight decay 0.0005", and on what where it is not on all. */
export function decayWords({ weightDecay, decayOn }: Decay): string {
  return `weight decay ${weightDecay}${decayOn === "all" ? "" : " on weights only"}`;
}
