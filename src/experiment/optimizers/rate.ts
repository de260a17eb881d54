/** The learning rate, which every optimizer has. */
import { decimal, field } from "../../fields.ts";

/** The first rate where an optimizer says nothing else. */
export function learningRateOf(usual: number): ReturnType<typeof field<number>> {
  return field({
    option: "lr",
    argument: "<rate>",
    help: "learning rate of the first epochs",
    type: decimal({ min: 0, above: true }),
    default: usual,
  });
}

/** Member 22 of the paper's grid of 25 rates for SGD, log-spaced from 1e-4 to 0.25, counted from 0. */
export const PAPERS_RATE = 0.1302501827396728;
/** PyTorch's default for Adam. */
export const ADAMS_RATE = 1e-3;
