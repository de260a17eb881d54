/** What the splits have been reduced to: the input of every metric. */
import type { Moments, Within } from "./moments.ts";
import type { NotDefined } from "./outcome.ts";
import type { Classifier, DecisionCounts } from "./source.ts";

/** A statistic, or the reason why there is none. */
export type Known<T> = T | NotDefined;

/** First and second moments of one split. */
export interface Reduced {
  readonly moments: Moments;
  readonly within: Within;
}

export interface Split {
  /** N. */
  readonly count: number;
  readonly reduced: Known<Reduced>;
  /** Nearest centres are those of the training means, for every split. */
  readonly decisions: Known<DecisionCounts>;
}

/** All that a metric may read. */
export interface Statistics {
  readonly train: Known<Split>;
  readonly test: Known<Split>;
  readonly classifier: Classifier;
}

/** Goes on with a statistic where it is known, and passes the reason on where it is not. */
export function given<T extends object, R>(known: Known<T>, next: (value: T) => R): R | NotDefined {
  return "undefined" in known ? known : next(known);
}
