/** What a schedule of the learning rate is, whatever its kind. */
import type { Fields, FieldValues } from "../../fields.ts";
import type { Kind } from "../../kind.ts";

export interface Schedule<N extends string = string, F extends Fields = Fields> extends Kind<N, F> {
  /** The rate during `epoch` (counted from 1) of `epochs`, after the warm-up, which ends at the rate `first`. */
  rate(
    epoch: number,
    value: FieldValues<F>,
    whole: { readonly first: number; readonly epochs: number },
  ): number;
}
