/** The networks that can be trained and told apart. */
import type { Fields, FieldValues } from "../fields.ts";
import type { Kind } from "../kind.ts";
import type { Network } from "./network.ts";
import { RESNET_KINDS } from "./resnet.ts";

/** A network by its name, with what can be chosen of it. */
export interface NetworkKind<N extends string = string, F extends Fields = Fields> extends Kind<N, F> {
  /** Other names, in lower case and without dashes and the like. */
  readonly aliases: readonly string[];
  /** For titles, e.g. "ResNet-18". */
  title(value: FieldValues<F>): string;
  /** Names of its first and last layers' weights: they tell channels and classes. */
  readonly ends: { readonly first: string; readonly last: string };
  make(value: FieldValues<F>, shape: { readonly classes: number }): Network;
}

/** In the order in which they are offered. */
export const NETWORKS: readonly NetworkKind[] = [...RESNET_KINDS];
