/** What `deno task measure` is told whatever it measures. */
import type { Selection } from "../collapse/catalogue.ts";
import type { Bootstrap } from "../record.ts";

export interface MeasuringOptions {
  readonly metrics?: Selection;
  /** Of the optimizer; without it as the run of a checkpoint says, else unknown. */
  readonly weightDecay?: number;
  /** Replicates of the bootstrap that makes intervals; without it there are none. */
  readonly bootstrap?: number;
  /** Of the bootstrap. */
  readonly seed?: number;
  /** "cpu", "cuda" or "cuda:<index>". */
  readonly device?: string;
  readonly threads?: number;
  /** Bytes for features. */
  readonly memory?: number;
}

const CONFIDENCE = 0.95;

/** How to make intervals, or null where none are asked for. */
export function bootstrapOf({ bootstrap, seed = 0 }: MeasuringOptions): Bootstrap | null {
  return bootstrap === undefined ? null : { replicates: bootstrap, seed, confidence: CONFIDENCE };
}
