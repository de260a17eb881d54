/** The networks that can be trained and told apart. */
import type { Fields, FieldValues } from "../fields.ts";
import type { Kind } from "../kind.ts";
import type { Architecture } from "./network.ts";
import { DENSENET_KINDS } from "./densenet.ts";
import { MLP } from "./mlp.ts";
import { RESNET_KINDS } from "./resnet.ts";
import { RESNET9 } from "./resnet9.ts";
import { VGG_KINDS } from "./vgg.ts";

/** A network by its name, with what can be chosen of it. */
export interface NetworkKind<N extends string = string, F extends Fields = Fields> extends Kind<N, F> {
  /** Other names, in lower case and without dashes and the like. */
  readonly aliases: readonly string[];
  /** For titles, e.g. "ResNet-18". */
  title(value: FieldValues<F>): string;
  /** Names of its first and last layers' weights: they tell channels, or inputs where there are no maps, and classes. */
  readonly ends: { readonly first: string; readonly last: string };
  /** Rows and columns of images that its state dict can be listed for: no entry depends on them, but for fully connected ones. */
  readonly side: number;
  /** What the shapes of a state dict's entries say of its fields that cannot be listed; undefined where they say nothing. */
  told?(shapeOf: (name: string) => readonly number[] | undefined): Partial<FieldValues<F>> | undefined;
  make(value: FieldValues<F>, shape: { readonly classes: number }): Architecture;
}

/** In the order in which they are offered. */
export const NETWORKS: readonly NetworkKind[] = [
  ...RESNET_KINDS,
  RESNET9,
  ...VGG_KINDS,
  ...DENSENET_KINDS,
  MLP,
];
