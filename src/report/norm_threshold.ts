/** The norm of features at which collapse sets in: what 2604.00230 calls fn* and finds the same for one network and data set. */
import type { Measurement } from "../run/tables.ts";
import { formatValue } from "./format.ts";

/** Share of the first NC1 under which it must stay for collapse to have set in: the paper's own criterion was not to be had. */
export const SET_IN = 0.1;

export interface NormThreshold {
  /** The first measured epoch from which on NC1 stays under SET_IN of its first value. */
  readonly onset: number;
  /** mean_i ‖h_i‖ of training images there. */
  readonly norm: number;
  /** The first measured epoch whose norm is as small; `onset` where none before it is, null where norms were smaller from the first on. */
  readonly crossing: number | null;
}

/**
 * fn* as one run shows it. `measurements` ascend by epoch. Null where NC1 (`within_class_variation`) or the norm
 * (`norm_mean_train`) is not defined, or where collapse has not set in.
 */
export function normThreshold(measurements: readonly Measurement[]): NormThreshold | null {
  const points = measurements.map(({ epoch, values }) => ({
    epoch,
    spread: values.within_class_variation ?? null,
    norm: values.norm_mean_train ?? null,
  }));
  const first = points.find(({ spread }) => spread !== null && spread > 0)?.spread;
  if (first === undefined || first === null) return null;
  const lastAbove = points.findLastIndex(({ spread }) => spread === null || spread > SET_IN * first);
  const at = points[lastAbove + 1];
  if (at === undefined || at.norm === null) return null;
  const norms = points.filter(({ norm }) => norm !== null);
  const crossing = norms.find(({ norm }) => norm! <= at.norm!)!.epoch;
  return { onset: at.epoch, norm: at.norm, crossing: crossing === norms[0]!.epoch ? null : crossing };
}

/** What a reader is told of it; null where there is nothing to tell. */
export function normThresholdWords(measurements: readonly Measurement[]): string | null {
  const threshold = normThreshold(measurements);
  if (threshold === null) return null;
  const { onset, norm, crossing } = threshold;
  const before = crossing === null
    ? "It was no longer than that from the first checkpoint on."
    : crossing === onset
    ? "It comes down to that at the same checkpoint."
    : `It first came down to that at epoch ${crossing}, ${onset - crossing} epochs before.`;
  return `Collapse sets in at epoch ${onset}, from which on the spread inside classes stays below ${
    100 * SET_IN
  }\u202f% of its first value: features are ${formatValue(norm)} long there. ${before}`;
}
