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
  /** In which mode the features were taken, as a sentence. */
  readonly mode: string;
  /** The lines of its table, in place of a protocol. */
  readonly lines: readonly (readonly [name: string, value: string])[];
  /** The command line that measured it. */
  readonly command: string;
}

export type Subject = RunRecord | Elsewhere;

export function isElsewhere(subject: Subject): subject is Elsewhere {
  return !("protocol" in subject);
}

/** C. */
export function classesOf(subject: Subject): number {
  return isElsewhere(subject) ? subject.classes : subject.dataset.classes;
}

/** Epochs that the training was to have; 0 where nobody knows. */
export function epochsOf(subject: Subject): number {
  return isElsewhere(subject) ? 0 : subject.protocol.training.epochs;
}
