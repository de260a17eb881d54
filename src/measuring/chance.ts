/** Whether a network decides hardly better than by chance: what pixels that it was not trained on lead to. */

/** Below so many times 1/C. */
const FACTOR = 1.5;
/** Or below so many standard deviations of the share of right guesses above 1/C. */
const DEVIATIONS = 3;
const PERCENT = 100;

/**
 * A warning where a test accuracy (in %) over `count` images is below 1.5 / C or within three standard deviations,
 * √(p(1 − p)/N) with p = 1/C, of the share that guessing gets right; null where it is not.
 */
export function chanceWarning(
  accuracy: number | null | undefined,
  { count, classes, pixels }: { count: number; classes: number; pixels: string },
): string | null {
  if (accuracy === null || accuracy === undefined) return null;
  const chance = 1 / classes;
  const bound = Math.max(FACTOR * chance, chance + DEVIATIONS * Math.sqrt(chance * (1 - chance) / count));
  if (accuracy / PERCENT >= bound) return null;
  const [found, limit] = [accuracy, PERCENT * bound].map((value) => String(Number(value.toPrecision(4))));
  return `warning: a test accuracy of ${found} % is near chance (below ${limit} % of ${count} images in ${classes} ` +
    `classes); a likely cause is that the network was trained on pixels normalised otherwise than ${pixels}: ` +
    "see --mean, --std and --scale";
}
