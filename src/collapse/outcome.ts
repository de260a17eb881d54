/** What a metric answers: a number with the reasons to trust it, or the reason why there is none. */

/** Which eigenvalues an inverse keeps. */
export interface RankDecision {
  /** Eigenvalues up to this multiple of the largest are treated as zero. */
  readonly tolerance: number;
  /** Modes kept. */
  readonly kept: number;
  /** Modes there could be. */
  readonly of: number;
  /** Largest eigenvalue / smallest one kept; Infinity when none is kept. */
  readonly condition: number;
}

/** A value read at several tolerances of the inverse it contains. */
export interface Sensitivity {
  /** Relative tolerances, ascending, that of the reported value among them, with value and number of modes kept. */
  readonly readings: readonly { readonly tolerance: number; readonly value: number; readonly kept: number }[];
  /** Largest reading / smallest reading. */
  readonly spread: number;
  /** stable: spread at most 1.01; sensitive: at most 2; unreliable: more. */
  readonly verdict: "stable" | "sensitive" | "unreliable";
}

/** The samples whose largest probability lies in one bin. */
export interface ConfidenceBin {
  readonly count: number;
  /** Mean of that probability, 0 to 1; null where there is none. */
  readonly confidence: number | null;
  /** Share of right decisions; null where there is none. */
  readonly accuracy: number | null;
}

export interface Defined {
  readonly value: number;
  /** Of the inverse in the formula, where there is one. */
  readonly rank?: RankDecision;
  /** Where the value depends on the tolerance of that inverse. */
  readonly sensitivity?: Sensitivity;
  /** Of a calibration error: what its bins hold, from the lowest confidence. */
  readonly bins?: readonly ConfidenceBin[];
  /** What a reader of this value should know, e.g. that its ideal is out of reach here. */
  readonly note?: string;
}

export interface NotDefined {
  /** Why these features have no such value, as a clause: "class 3 has one sample". */
  readonly undefined: string;
}

export type Outcome = Defined | NotDefined;

/** The value, or null where there is none. */
export function valueOf(outcome: Outcome): number | null {
  return "value" in outcome ? outcome.value : null;
}

/** Wraps a computed number; one that is not finite becomes `undefined` with `reason`. */
export function finite(value: number, reason: string, trust: Omit<Defined, "value"> = {}): Outcome {
  return Number.isFinite(value) ? { value, ...trust } : { undefined: reason };
}
