/** The losses, in the order in which they are offered. */
import { CROSS_ENTROPY } from "./cross_entropy.ts";
import { FOCAL } from "./focal.ts";
import { MSE } from "./mse.ts";

export const LOSSES = [CROSS_ENTROPY, FOCAL, MSE] as const;
