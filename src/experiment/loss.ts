/** What training minimises: the mean over the images of a batch. */
import type { Fields, FieldValues } from "../fields.ts";
import type { Kind } from "../kind.ts";

export interface Loss<N extends string = string, F extends Fields = Fields> extends Kind<N, F> {
  /** The line that native reads (native/include/nc.h, nc_trainer_create). */
  native(value: FieldValues<F>): string;
}
