/** Kinds of a choice, such as the kinds of optimizer: records told apart by their name, each with fields of its own. */
import type { Fields, FieldValue, FieldValues } from "./fields.ts";

/** A value of some kind: its name and its fields. */
export interface KindValue {
  readonly kind: string;
  readonly [field: string]: FieldValue;
}

/** The parts of a protocol, as far as any kind may look at the others. */
export interface Whole {
  readonly training: { readonly epochs: number; readonly ranks: number };
  readonly [part: string]: { readonly [field: string]: FieldValue };
}

export interface Kind<N extends string = string, F extends Fields = Fields> {
  /** Its name on the command line and in files. */
  readonly kind: N;
  readonly fields: F;
  /** The value in words, for people. */
  says(value: FieldValues<F>): string;
  /** Why the value does not go with the rest of the protocol, in the words of the options; null where it does. */
  refuses?(value: FieldValues<F>, whole: Whole): string | null;
}

/** The value of a kind: its name beside its fields; of a union of kinds, the union of their values. */
export type ValueOf<K> = K extends Kind<infer N, infer F> ? { readonly kind: N } & FieldValues<F> : never;

/** The kind of a value. Throws where it is none of `kinds`. */
export function kindOf<K extends Pick<Kind, "kind">>(
  kinds: readonly K[],
  { kind }: { readonly kind: string },
): K {
  const found = kinds.find((one) => one.kind === kind);
  if (found !== undefined) return found;
  throw new Error(`expected one of ${kinds.map((one) => one.kind).join(", ")}, found "${kind}"`);
}
