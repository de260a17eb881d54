/** The norm of features at which collapse sets in: what 2604.00230 calls fn* and finds the same for one network and data set. */
import type { Measurement } from "../run/tables.ts";
import { formatValue } from "./format.ts";
import { judge, RULE } from "./verdict.ts";

/** Share of the first NC1 under which it must stay for collapse to have set in: "near", as the paper's own criterion was not to be had. */
export const SET_IN = RULE.near;

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
  const of = (column: string) =>
    measurements.map(({ epoch, values }) => ({ epoch, value: values[column] ?? null }));
  const { scaled, base } = judge(of("within_class_variation"), 0, { window: null, scale: null });
  const lastAbove = scaled.findLastIndex(({ distance }) => distance === null || distance > SET_IN);
  const norms = of("norm_mean_train");
  const at = norms[lastAbove + 1];
  if (base === null || at === undefined || at.value === null) return null;
  const norm = at.value;
  const known = norms.filter(({ value }) => value !== null);
  const crossing = known.find(({ value }) => value! <= norm)!.epoch;
  return { onset: at.epoch, norm, crossing: crossing === known[0]!.epoch ? null : crossing };
}

/** What a reader is told of it; null where there is nothing to tell. */
export function normThresholdWords(measurements: readonly Measurement[]): string | null {
  const threshold = normThreshold(measurements);
  if (threshold === null) return null;
  const { onset, norm, crossing } = threshold;
  const longest = Math.max(
    ...measurements.filter(({ epoch }) => epoch <= onset).map(({ values }) => values.norm_mean_train ?? 0),
  );
  const before = crossing === null
    ? longest <= norm
      ? "It was no longer than that from the first checkpoint on."
      : `It was as short at the first checkpoint, and up to ${formatValue(longest)} in between.`
    : crossing === onset
    ? "It comes down to that at the same checkpoint."
    : `It first came down to that at epoch ${crossing}, ${onset - crossing} epochs before.`;
  return `Collapse sets in at epoch ${onset}, from which on the spread inside classes stays below ${
    100 * SET_IN
  }\u202f% of its first value: features are ${formatValue(norm)} long there. ${before}`;
}
