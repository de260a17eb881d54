/** What there is to say about a definition, as data that pages can set and terminals can print. */
import type { Family } from "./families.ts";

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
