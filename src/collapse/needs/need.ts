/**
 * A need: something that definitions read, as a record of what must be known before it, what it costs, and how it is
 * reduced. Cost, default selection, the check of memory and the order of the passes follow from these records.
 */
import type { NotDefined } from "../outcome.ts";
import type { Classifier, FeatureSource } from "../source.ts";
import type { Part, SampleSplit } from "../splits.ts";

/** A statistic, or the reason why there is none. */
export type Maybe<T> = T | NotDefined;

/** C and d. */
export interface Size {
  readonly classes: number;
  readonly width: number;
}

/** Numbers of float64 as a function of C and d, beside the samples. */
export interface Memory {
  /** Held until all is measured, for all splits together. */
  readonly kept?: (size: Size) => number;
  /** Held beside that while it is reduced or read. */
  readonly working?: (size: Size) => number;
}

/** Needs by the names under which their values are read; the first that is not known is the reason. */
export interface Needs {
  readonly [key: string]: Need<object> | OnSplit<object>;
}

export interface Need<T extends object> {
  readonly name: string;
  /** Known before it, in this order. */
  readonly after: Needs;
  /** Passes over the samples of a split. */
  readonly passes: number;
  /** Whether it reads samples one by one: statistics that were merged have no value of it. */
  readonly samplewise: boolean;
  readonly memory: Memory;
  readonly reduce: (known: never, context: Context) => Maybe<T> | Promise<Maybe<T>>;
}

/** A need of one split, whatever split its reader is about: nearest centres are those of the training means. */
export interface OnSplit<T extends object> {
  readonly need: Need<T>;
  readonly split: Part;
}

/** What was found of each need. */
export type ValuesOf<N extends Needs> = {
  readonly [key in keyof N]: N[key] extends Need<infer T> ? T : N[key] extends OnSplit<infer T> ? T : never;
};

/** What reducing may look at beside the needs that come before. */
export interface Context {
  readonly split: Part;
  /** Of the split; null where it was not given. */
  readonly source: FeatureSource | null;
  readonly classifier: Classifier | null;
  /** The super-class of each class; null where there are none. */
  readonly superclasses: readonly number[] | null;
  /** Of the optimizer; null where it is not known. */
  readonly weightDecay: number | null;
  /** Bytes that per-class matrices may take at a time. */
  readonly memory: number;
  /** Awaited between parts of long work: others have their turn; throws where measuring was stopped. */
  readonly turn: () => Promise<void>;
  /** Whether a chosen definition reads `need` of this split, by itself or by what it needs. */
  readonly wanted: (need: Need<object>) => boolean;
  readonly ask: <T extends object>(need: Need<T>) => Promise<Maybe<T>>;
}

interface NeedRecord<N extends Needs, T extends object> {
  readonly name: string;
  readonly after: N;
  readonly passes?: number;
  readonly samplewise?: boolean;
  readonly memory?: Memory;
  readonly reduce: (known: ValuesOf<N>, context: Context) => Maybe<T> | Promise<Maybe<T>>;
}

export function need<N extends Needs, T extends object>(
  { name, after, passes = 0, samplewise = false, memory = {}, reduce }: NeedRecord<N, T>,
): Need<T> {
  return { name, after, passes, samplewise, memory, reduce };
}

export function onSplit<T extends object>(split: SampleSplit, need: Need<T>): OnSplit<T> {
  return { need, split };
}

/** The needs and all that comes before them, each with the split that it is of, for a reader about `split`. */
export function closure(needs: Needs, split: Part): readonly OnSplit<object>[] {
  const found: OnSplit<object>[] = [];
  const visit = (needs: Needs, of: Part) => {
    for (const each of Object.values(needs)) {
      const { need, split } = "need" in each ? each : { need: each, split: of };
      if (found.some((known) => known.need === need && known.split === split)) continue;
      visit(need.after, split);
      found.push({ need, split });
    }
  };
  visit(needs, split);
  return found;
}

/** Whether a need was found, or the reason why not. */
export function isKnown<T extends object>(found: Maybe<T>): found is T {
  return !("undefined" in found);
}
