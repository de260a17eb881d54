/** What a report is about: a run of ours, or a training elsewhere of which features or checkpoints were measured. */
import type { RunRecord } from "../experiment/run_record.ts";

/** A training elsewhere, as far as those who measured it know it. */
export interface Elsewhere {
  /** What it is called in titles, in place of a network. */
  readonly name: string;
  /** What was measured, in place of a data set: "403 training, 90 test samples". */
  readonly samples: string;
  /** C. */
  readonly classes: number;
  /** Measured ones, ascending. */
  readonly epochs: readonly number[];
  /** In which mode the features were taken, as a sentence. */
  readonly mode: string;
  /** The lines of its table, in place of a protocol. */
  readonly lines: readonly (readonly [name: string, value: string])[];
  /** The command line that measured it. */
  readonly command: string;
  /** When that was: ISO 8601, UTC. */
  readonly started: string;
}

export type Reported = RunRecord | Elsewhere;

export function isElsewhere(reported: Reported): reported is Elsewhere {
  return !("protocol" in reported);
}

/** C. */
export function classesOf(reported: Reported): number {
  return isElsewhere(reported) ? reported.classes : reported.dataset.classes;
}

/** Epochs that the training was to have; where nobody knows, the last measured one. */
export function epochsOf(reported: Reported): number {
  return isElsewhere(reported) ? reported.epochs.at(-1) ?? 0 : reported.protocol.training.epochs;
}
