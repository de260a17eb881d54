/** The schedules of the learning rate, in the order in which they are offered. All may begin with a warm-up. */
import { CONSTANT } from "./constant.ts";
import { COSINE } from "./cosine.ts";
import { STEP } from "./step.ts";

export const SCHEDULES = [STEP, COSINE, CONSTANT] as const;
