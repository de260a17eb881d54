/** The learning rate of each epoch, as a pure function of the protocol. */
import type { Protocol } from "./run_record.ts";

/** The learning rate during `epoch` (counted from 1): multiplied by the factor after each epoch of `decayAfter`. */
export function learningRate(
  epoch: number,
  { learningRate, decayFactor, decayAfter }: Pick<Protocol, "learningRate" | "decayFactor" | "decayAfter">,
): number {
  return decayAfter.filter((last) => last < epoch).reduce((rate) => rate * decayFactor, learningRate);
}
