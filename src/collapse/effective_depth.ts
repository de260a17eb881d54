/** The effective depth (Galanti et al. 2022): the first layer at which the nearest class mean is right of nearly all samples. */

/** Share of the training samples that it may be wrong of. */
export const DEPTH_ERROR = 0.01;

/** The number of that layer, counted from 1, of the accuracies of the nearest centre of each (in %); null where there is none. */
export function effectiveDepth(accuracies: readonly (number | null)[]): number | null {
  const first = accuracies.findIndex((value) => value !== null && value >= 100 * (1 - DEPTH_ERROR));
  return first < 0 ? null : first + 1;
}
