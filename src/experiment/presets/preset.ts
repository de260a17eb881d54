/** A published protocol, or one of a study: where it comes from, and what of it is stated. */
import type { PartialProtocol } from "../parts.ts";

export interface Preset {
  /** Its name behind --preset. */
  readonly name: string;
  /** What it is, in a sentence. */
  readonly says: string;
  readonly source: string;
  /** In what a run by it still differs from what is published, in a sentence; null where in nothing known. */
  readonly differs: string | null;
  /** The data set that it is published for. It may be asked for with others. */
  readonly dataset: string;
  /** What differs from the data set's own protocol. */
  readonly states: PartialProtocol;
}
