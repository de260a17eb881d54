/** Reduces splits to what chosen definitions read, each need once, in the order that its record demands. */
import type { NotDefined } from "./outcome.ts";
import {
  closure,
  type Context,
  isKnown,
  type Maybe,
  type Need,
  type Needs,
  type ValuesOf,
} from "./needs/need.ts";
import { type Classifier, type FeatureSource, NotInSource } from "./source.ts";
import type { Part } from "./splits.ts";

export interface Reader {
  readonly split: Part;
  readonly needs: Needs;
}

export interface ReductionInput extends Pick<Context, "superclasses" | "weightDecay" | "memory" | "turn"> {
  /** By name; null where there is none. */
  readonly sources: { readonly [part in Part]?: FeatureSource | null };
  readonly classifier: Classifier | null;
  /** All that will be read. */
  readonly readers: readonly Reader[];
}

export class Reduction {
  readonly #input: ReductionInput;
  readonly #wanted: ReadonlyMap<Need<object>, ReadonlySet<Part>>;
  readonly #found = new Map<Need<object>, Map<Part, Promise<Maybe<object>>>>();

  constructor(input: ReductionInput) {
    this.#input = input;
    // Not Map.groupBy: the library runs on Node 20, too.
    const wanted = new Map<Need<object>, Set<Part>>();
    for (const { need, split } of input.readers.flatMap(({ needs, split }) => closure(needs, split))) {
      wanted.set(need, (wanted.get(need) ?? new Set()).add(split));
    }
    this.#wanted = wanted;
  }

  /** The values of all needs, or the reason why the first of them has none. One pass at a time. */
  async read<N extends Needs>(needs: N, split: Part): Promise<Maybe<ValuesOf<N>>> {
    const values: Record<string, object> = {};
    for (const [key, each] of Object.entries(needs)) {
      const found = await ("need" in each ? this.#ask(each.need, each.split) : this.#ask(each, split));
      if (!isKnown(found)) return found satisfies NotDefined;
      values[key] = found;
    }
    return values as ValuesOf<N>;
  }

  #ask<T extends object>(need: Need<T>, split: Part): Promise<Maybe<T>> {
    const known = this.#found.get(need) ?? new Map<Part, Promise<Maybe<object>>>();
    this.#found.set(need, known);
    const found = known.get(split) ?? this.#reduce(need, split);
    known.set(split, found);
    return found as Promise<Maybe<T>>;
  }

  async #reduce<T extends object>(need: Need<T>, split: Part): Promise<Maybe<T>> {
    const before = await this.read(need.after, split);
    if (!isKnown(before)) return before;
    await this.#input.turn();
    try {
      return await need.reduce(before as never, this.#context(split));
    } catch (error) {
      if (error instanceof NotInSource) return { undefined: error.message };
      throw error;
    }
  }

  #context(split: Part): Context {
    const { sources, classifier, superclasses, weightDecay, memory, turn } = this.#input;
    return {
      split,
      source: sources[split] ?? null,
      classifier,
      superclasses,
      weightDecay,
      memory,
      turn,
      wanted: (need) => this.#wanted.get(need)?.has(split) ?? false,
      ask: (need) => this.#ask(need, split),
    };
  }
}
