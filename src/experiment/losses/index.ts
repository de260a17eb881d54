/** The losses, in the order in which they are offered. */
import { CROSS_ENTROPY } from "./cross_entropy.ts";

export const LOSSES = [CROSS_ENTROPY] as const;
