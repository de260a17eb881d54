/** What the splits have been reduced to: the input of every metric. */
import type { Moments, Within } from "./moments.ts";
import type { CentralPath } from "./mse.ts";
import type { Scores } from "./nc5.ts";
import type { NotDefined } from "./outcome.ts";
import type { Classifier, DecisionCounts } from "./source.ts";
import type { ClassSpectra } from "./spectra.ts";
import type { Rows } from "./vectors.ts";

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
  /** How often the classifier is right. */
  readonly correct: Known<{ readonly correct: number }>;
  /** How often the nearest centre of the training means is right. */
  readonly nearest: Known<{ readonly correct: number }>;
  /** Nearest centres are those of the training means, for every split. */
  readonly decisions: Known<DecisionCounts>;
  /** Σ_W, d × d. */
  readonly covariance: Known<Float64Array>;
  /** Mean of the class covariances in the basis of `BetweenModes`, K × K. */
  readonly classScatter: Known<Float64Array>;
  /** Singular values of each class. */
  readonly spectra: Known<ClassSpectra>;
  readonly centralPath: Known<CentralPath>;
  /** NECO scores in the principal directions of the training features. */
  readonly scores: Known<Scores>;
}

/** Out-of-distribution features. */
export interface Foreign {
  /** Mean of the samples, d entries. */
  readonly mean: Float64Array;
  readonly scores: Known<Scores>;
}

/** The classifier, and W as rows, where their lengths can be measured. */
export interface LastLayer extends Classifier {
  readonly rows: Known<Rows>;
}

/** All that a metric may read. */
export interface Statistics {
  readonly train: Known<Split>;
  readonly test: Known<Split>;
  readonly ood: Known<Foreign>;
  readonly classifier: Known<LastLayer>;
}

/** Goes on with a statistic where it is known, and passes the reason on where it is not. */
export function given<T extends object, R>(known: Known<T>, next: (value: T) => R): R | NotDefined {
  return "undefined" in known ? known : next(known);
}
