/** What becomes of a training image, drawn anew each epoch, before it is normalised. Measuring sees images as they are. */
import type { Fields, FieldValues } from "../../fields.ts";
import type { Kind } from "../../kind.ts";

export interface Augmentation<N extends string = string, F extends Fields = Fields> extends Kind<N, F> {
  /** The line that native reads (native/include/nc.h, nc_trainer_create); null where images stay as they are. */
  native(value: FieldValues<F>): string | null;
  /** Number of ways to change an image; each is drawn alike, as its number from 0 on. */
  ways(value: FieldValues<F>): number;
}
