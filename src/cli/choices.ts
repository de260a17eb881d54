/** What several commands can be told, in the same words; each of them may be left out. */
import type { Selection } from "../collapse/catalogue.ts";
import type { Bootstrap } from "../run/tables.ts";

/** Where the tensor work is done. */
export interface EngineChoices {
  /** "cpu", "cuda" or "cuda:<index>". */
  readonly device?: string | undefined;
  /** Of the CPU; libtorch's own number by default. */
  readonly threads?: number | undefined;
}

/** What is measured, and in how much memory. */
export interface MeasureChoices {
  /** Defaults to what metrics.csv holds where there is one, else to "default". */
  readonly metrics?: Selection | undefined;
  /** Bytes for features; by default half of what is free. */
  readonly memory?: number | undefined;
}

export interface BootstrapChoices {
  /** Replicates of the bootstrap that makes intervals; without it there are none. */
  readonly bootstrap?: number | undefined;
  /** Of the bootstrap. */
  readonly seed?: number | undefined;
}

const CONFIDENCE = 0.95;

/** Refuses, as a usage error of `command`, a seed that nothing would use. */
export function requireUseOfSeed(
  command: { error(message: string): never },
  { bootstrap, seed }: BootstrapChoices,
): void {
  if (seed === undefined || bootstrap !== undefined) return;
  command.error("error: option '--seed' is of the resamples: expected '--bootstrap' beside it, found none");
}

/** How to make intervals, or null where none are asked for. */
export function bootstrapOf({ bootstrap, seed = 0 }: BootstrapChoices): Bootstrap | null {
  return bootstrap === undefined ? null : { replicates: bootstrap, seed, confidence: CONFIDENCE };
}
