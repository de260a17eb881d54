/** The schedules of the learning rate, in the order in which they are offered. */
import { STEP } from "./step.ts";

export const SCHEDULES = [STEP] as const;
