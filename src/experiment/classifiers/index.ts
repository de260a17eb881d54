/** The classifiers, in the order in which they are offered. */
import { LEARNED } from "./learned.ts";

export const CLASSIFIERS = [LEARNED] as const;
