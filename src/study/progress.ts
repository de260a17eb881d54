/** How far a study is while workers are at it: what they tell of cells, and what time is left as that tells. */
import type { CellResult } from "./results.ts";
import type { CellEnd } from "./worker.ts";

/** What a worker tells of the cell at a position of the study. Plain data: between processes it is a line of JSON. */
export type WorkerEvent =
  & { readonly cell: number }
  & (
    | {
      readonly is: "begun" | "trained"; /** That are trained; a part of one, too. */
      readonly epochs: number;
    }
    | { readonly is: "ended"; readonly outcome: CellEnd }
    /** Nothing is left to do: it is done or given up, by whomever. */
    | { readonly is: "settled" }
  );

export interface StudyProgress {
  take(event: WorkerEvent): void;
  cell(index: number): CellProgress;
  whole(): WholeProgress;
}

export interface CellProgress {
  readonly name: string;
  /** Trained so far, and of how many. */
  readonly epochs: number;
  readonly of: number;
  /** Null before anything was trained here. */
  readonly secondsLeft: number | null;
}

export interface WholeProgress {
  /** Cells that are done or given up, and of how many. */
  readonly settled: number;
  readonly of: number;
  /** Of the work that there is, from 0 to 1. */
  readonly share: number;
  /** With as many workers as there are; null where nothing was timed. */
  readonly secondsLeft: number | null;
}

/** What is known of one cell. */
interface Known {
  readonly name: string;
  readonly of: number;
  /** Seconds that an epoch is taken to need. */
  readonly cost: number;
  epochs: number;
  settled: boolean;
  /** When the worker at it was first heard of with an epoch under way, and how far it was. */
  since: { readonly time: number; readonly epochs: number } | null;
}

/** Seconds for which the timing before the start counts, beside what has been seen since. */
const PRIOR = 20;

/**
 * `costs` are seconds an epoch by position, as a timing before the start found them; they weigh cells of different kinds.
 * `now` gives seconds.
 */
export function studyProgress(
  results: readonly CellResult[],
  costs: ReadonlyMap<number, number>,
  now: () => number = () => performance.now() / 1000,
): StudyProgress {
  const cells = new Map(results.map(({ cell, state, epochs }): [number, Known] => [cell.index, {
    name: cell.name,
    of: cell.protocol.training.epochs,
    cost: costs.get(cell.index) ?? 0,
    epochs,
    settled: state === "done" || state === "failed",
    since: null,
  }]));
  const open = [...cells.values()].filter(({ settled }) => !settled);
  let began: number | null = null;
  let made = 0;
  let left = open.reduce((sum, cell) => sum + workLeft(cell), 0);
  let settled = cells.size - open.length;
  /** Changes what is known of a cell, and what is left with it. */
  const change = (cell: Known, made: Partial<Known>) => {
    const before = workLeft(cell);
    if (made.settled && !cell.settled) settled += 1;
    Object.assign(cell, made);
    left += workLeft(cell) - before;
  };
  return {
    take(event) {
      const cell = cells.get(event.cell)!;
      began ??= now();
      if (event.is === "begun") change(cell, { epochs: event.epochs, since: null });
      else if (event.is === "trained") {
        const { epochs } = event;
        made += Math.max(0, epochs - cell.epochs) * cell.cost;
        change(cell, { epochs, since: cell.since ?? { time: now(), epochs } });
      } else if (event.is === "ended" && event.outcome.end === "done") {
        made += workLeft(cell);
        change(cell, { epochs: cell.of, settled: true });
      } else if (event.is === "settled") change(cell, { settled: true });
    },
    cell(index) {
      const { name, of, epochs, since } = cells.get(index)!;
      const rate = since === null ? 0 : (epochs - since.epochs) / (now() - since.time);
      return { name, of, epochs, secondsLeft: rate > 0 ? (of - epochs) / rate : null };
    },
    whole() {
      const elapsed = began === null ? 0 : now() - began;
      return {
        settled,
        of: cells.size,
        share: settled === cells.size ? 1 : made === 0 ? 0 : made / (made + left),
        secondsLeft: costs.size === 0 ? null : Math.max(0, left) * (elapsed + PRIOR) / (made + PRIOR),
      };
    },
  };
}

/** Seconds by the timing. */
function workLeft({ settled, of, epochs, cost }: Known): number {
  return settled ? 0 : (of - epochs) * cost;
}
