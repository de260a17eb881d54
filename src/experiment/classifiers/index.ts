/** The classifiers, in the order in which they are offered. */
import { ETF } from "./etf.ts";
import { LEARNED } from "./learned.ts";
import { NEAREST_ETF } from "./nearest_etf.ts";

export const CLASSIFIERS = [LEARNED, ETF, NEAREST_ETF] as const;
