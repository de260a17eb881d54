/** What decisions are worth by chance. */

/** Share of decisions that differ where neither knows of the other. */
export const byChance = (classes: number): number => 1 - 1 / classes;
