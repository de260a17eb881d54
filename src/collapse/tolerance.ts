/** How much a value depends on the tolerance of the inverse it contains. */
import { decideRank } from "./eigen.ts";
import type { RankDecision, Sensitivity } from "./outcome.ts";

const TOLERANCES = [1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3] as const;
const STABLE = 1.01;
const SENSITIVE = 2;

/**
 * Reads `valueAt(kept)` at the tolerance of the reported value, `reported`, and at 1e-8 to 1e-3 of the largest of
 * `eigenvalues` (largest first), and judges the spread: stable up to a factor of 1.01, sensitive up to 2, unreliable
 * beyond.
 */
export function sensitivity(
  eigenvalues: Float64Array,
  valueAt: (kept: number) => number,
  reported: RankDecision,
): Sensitivity {
  const decisions = [reported, ...TOLERANCES.map((tolerance) => decideRank(eigenvalues, tolerance))];
  const readings = decisions.map(({ tolerance, kept }) => ({ tolerance, value: valueAt(kept), kept }))
    .toSorted((a, b) => a.tolerance - b.tolerance);
  const values = readings.map(({ value }) => value);
  const spread = factor(Math.min(...values), Math.max(...values));
  return {
    readings,
    spread,
    verdict: spread <= STABLE ? "stable" : spread <= SENSITIVE ? "sensitive" : "unreliable",
  };
}

function factor(low: number, high: number): number {
  return low === high ? 1 : high / low;
}
