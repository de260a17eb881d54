/** The option of the command line for each hyper-parameter, so that what is said of one speaks as people ask for it. */
import type { Protocol } from "./run_record.ts";

/** By key of the protocol; the data set is no option but what a command is told first. */
export const PROTOCOL_OPTIONS = {
  dataset: "the data set",
  perClass: "--per-class",
  model: "--model",
  stem: "--stem",
  epochs: "--epochs",
  batchSize: "--batch-size",
  learningRate: "--lr",
  decayFactor: "--decay-factor",
  decayAfter: "--decay-after",
  momentum: "--momentum",
  weightDecay: "--weight-decay",
  precision: "--precision",
  seed: "--seed",
  checkpoints: "--checkpoints",
} as const satisfies { [key in keyof Protocol]: string };

/** A value as the option of its hyper-parameter takes it: "all" images a class, epochs as "1,5,10". */
export function optionValue(value: Protocol[keyof Protocol]): string {
  if (value === null) return "all";
  if (!Array.isArray(value)) return String(value);
  return value.length === 0 ? '""' : value.join();
}
