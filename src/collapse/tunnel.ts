/**
 * The start of the tunnel (Masarczyk et al. 2023, arXiv 2305.19753): the first layer on which a linear probe is nearly as
 * good as at the end; what follows compresses and adds little.
 */

/** Shares of the accuracy at the end that both are in use; from memory of the paper, not confirmed. */
export const TUNNEL_SHARES = [0.95, 0.98] as const;

/**
 * The number of the layer, counted from 1, from which on the tunnel runs: the first whose probe has `share` of the
 * accuracy that the probe of the last layer has on the same samples. Null where that one is not known.
 */
export function tunnelStart(accuracies: readonly (number | null)[], share: number): number | null {
  const last = accuracies.at(-1) ?? null;
  if (last === null) return null;
  return accuracies.findIndex((value) => value !== null && value >= share * last) + 1;
}
