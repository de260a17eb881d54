/** The last layer: what it is, and what it reads. */
import type { Fields, FieldValues } from "../fields.ts";
import type { Kind } from "../kind.ts";
import type { LastLayer } from "../models/classifier.ts";

export interface Classifier<N extends string = string, F extends Fields = Fields> extends Kind<N, F> {
  /** What takes the place of the network's own last layer. */
  layer(value: FieldValues<F>): LastLayer;
}
