/** What weight decay is to the squared error of Han, Papyan & Donoho 2022, as the definitions of the central path take it. */
import type { Protocol } from "./parts.ts";

/**
 * The weight decay beside mean ‖Wh + b − onehot(y)‖², summed over classes. The mean squared error is 1/C of that, so that C
 * times its weight decay has the same minimum; a run with another loss has none, and its own decay is taken.
 */
export function decayBesideSquares(
  { loss, optimizer: { weightDecay } }: Pick<Protocol, "loss" | "optimizer">,
  classes: number,
): number {
  const isPlain = loss.kind === "mse" && loss.scale === 1 && loss.target === 1;
  return isPlain ? classes * weightDecay : weightDecay;
}
