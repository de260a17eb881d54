/** Unbalanced classes: how many images each has, by a profile and the ratio of the smallest class to the largest. */

/** Class 0 is the largest in both. "exp": each class is smaller by one factor than the one before; "step": two sizes. */
export type Profile = "exp" | "step";

export interface Imbalance {
  readonly profile: Profile;
  /** Of the smallest class to the largest, above 0 and at most 1. */
  readonly ratio: number;
}

/** So near below a whole number, a product of decimals is that number: 100 × 0.29 is 28.999999999999996. */
const ROUNDING = 1e-9;

/**
 * Images of each of `classes` classes, rounded down, where the largest has `largest`:
 * "exp" largest · ratio^(c / (C − 1)) of class c (Cui et al. 2019, arXiv 1901.05555);
 * "step" largest of classes 0 to ⌈C/2⌉ − 1, and largest · ratio of the others (Buda et al. 2018, arXiv 1710.05381).
 *
 * @throws if a class would have none.
 */
export function unbalancedCounts(
  largest: number,
  classes: number,
  { profile, ratio }: Imbalance,
): number[] {
  const exponent = (label: number) =>
    profile === "exp" ? label / (classes - 1) : Number(label >= Math.ceil(classes / 2));
  const counts = Array.from(
    { length: classes },
    (_, label) => Math.floor(largest * ratio ** exponent(label) + ROUNDING),
  );
  const empty = counts.indexOf(0);
  if (empty < 0) return counts;
  throw new Error(
    `--imbalance ${profile}:${ratio} leaves class ${empty} no image where the largest class has ${largest}: ` +
      `expected a ratio of at least 1/${largest}`,
  );
}
