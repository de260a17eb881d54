/** How parameters follow the gradient of the loss. */
import type { Fields, FieldValues } from "../fields.ts";
import type { Kind } from "../kind.ts";

export interface Optimizer<N extends string = string, F extends Fields = Fields> extends Kind<N, F> {
  /** The lines that native reads (native/include/nc.h, nc_trainer_create): of the optimizer, and a group of parameters each. */
  native(value: FieldValues<F>): string[];
}
