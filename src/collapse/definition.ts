/** What a definition is: one record a file of definitions/, from which the columns of metrics.csv are made. */
import type { Needs, ValuesOf } from "./needs/need.ts";
import type { Outcome } from "./outcome.ts";
import type { Reading } from "./readings.ts";
import type { SplitName } from "./splits.ts";
import type { Ideal, Words } from "./words.ts";

export interface Definition extends Words {
  /** Family and variant: columns add what they are measured on. */
  readonly name: string;
  /** What it is measured on: a column each. */
  readonly on: readonly Reading[];
  readonly needs: Needs;
  /** Where a split has another ideal than the rest. */
  readonly idealOn?: { readonly [split in SplitName]?: Ideal };
  /** Why it is measured only where it is asked for, although its needs cost no pass and no matrix of their own. */
  readonly onRequest?: string;
  /** Takes the values of its needs and of the reading's. */
  readonly run: (values: never) => Outcome;
}

/** Why a definition that costs nothing of its own is measured on request all the same. */
export const KEEPS_DEFAULTS = "the columns of a default run stay the same from version to version";

interface DefinitionRecord<R extends Needs, N extends Needs>
  extends Omit<Definition, "on" | "needs" | "run"> {
  readonly on: readonly Reading<R>[];
  readonly needs?: N;
  readonly run: (values: ValuesOf<R> & ValuesOf<N>) => Outcome;
}

/** Ties the arguments of `run` to what the definition needs. */
export function define<R extends Needs, N extends Needs = Record<never, never>>(
  { needs, ...rest }: DefinitionRecord<R, N>,
): Definition {
  return { ...rest, needs: needs ?? {} };
}
