/** Intervals by resampling, as several commands can be told to make them. */
import type { Bootstrap } from "../run/tables.ts";

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
