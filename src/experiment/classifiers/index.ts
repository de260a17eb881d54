/** The classifiers, in the order in which they are offered. */
import { ETF } from "./etf.ts";
import { LEARNED } from "./learned.ts";

export const CLASSIFIERS = [LEARNED, ETF] as const;
