/** What a definition is: one record a file of definitions/, from which the columns of metrics.csv are made. */
import type { Family } from "./families.ts";
import type { Needs, ValuesOf } from "./needs/need.ts";
import type { Outcome } from "./outcome.ts";
import type { Reading } from "./readings.ts";
import type { SplitName } from "./splits.ts";

export type Scale = number | ((classes: number, width: number) => number);

export type Ideal = number | null | ((classes: number, width: number) => number | null);

export interface Formula {
  /** LaTeX, for pages. */
  readonly tex: string;
  /** The same in a line of Unicode, for terminals and tables. */
  readonly plain: string;
}

/** What there is to say about a definition, apart from what it is measured on. */
export interface Words {
  readonly family: Family;
  /** Tells it from the others of its family, in words. */
  readonly title: string;
  readonly formula: Formula;
  readonly range: string;
  /** The value of perfectly collapsed features, in words. */
  readonly atCollapse: string;
  /** The same as a number, where it depends on nothing but C and d; null where there is none. */
  readonly ideal: Ideal;
  /**
   * The distance from the ideal that shows no trace of collapse, against which a report holds the distance that was
   * measured: what directions give that coincide or have nothing in common, or spread inside classes as large as
   * between them. Left out where no such distance can be stated.
   */
  readonly scale?: Scale;
  /** Why it says nothing of collapse at C classes of d features, as a clause; null where it does say something. */
  readonly uninformative?: (classes: number, width: number) => string | null;
  /** Paper and figure or section, or the public code that defines it. */
  readonly source: string;
  /** Where public implementations differ, and what misleads. */
  readonly notes: string;
  /** What it measures, in one plain sentence. */
  readonly plain: string;
  /** Why it may say something else than its family, in one sentence. */
  readonly dissent: string;
}

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
