/** The simplex that class means come to: C directions as far apart as they can be. */

/** Corners of the simplex of C classes, of which the first K are told: K vectors of K numbers, of length 1, as rows. */
export function simplexCorners(k: number, classes: number): number[][] {
  // Gram matrix: 1 on the diagonal, −1/(C − 1) beside it; its symmetric root is a·I + b·11ᵀ.
  const beside = classes === 1 ? 0 : -1 / (classes - 1);
  const a = Math.sqrt(1 - beside);
  const b = (Math.sqrt(Math.max(0, 1 + (k - 1) * beside)) - a) / k;
  return Array.from({ length: k }, (_, i) => Array.from({ length: k }, (_, j) => (i === j ? a : 0) + b));
}
