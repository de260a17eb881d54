/** A worker: takes one cell after the other that nobody has, until none is left. */
import type { Cell } from "./cells.ts";
import { tryClaim } from "./claims.ts";
import { pathsOfCell, progressOf, stateOf, type StateOptions } from "./state.ts";

/** What a worker is told, and tells. */
export interface WorkOptions extends StateOptions {
  /** Name of this worker, for those who wait: host and process. */
  readonly owner: string;
  /** Trains and measures a cell, going on where its folder stands. "stopped" where the signal ended it; throws where it fails. */
  readonly run: (cell: Cell, options: { readonly signal: AbortSignal }) => Promise<"done" | "stopped">;
  /** Stops the cell under way, which is saved, and takes no other. */
  readonly signal: AbortSignal;
  /** Takes no cell after one that failed. */
  readonly failFast?: boolean;
  readonly onBegin?: (cell: Cell) => void;
  readonly onEnd?: (cell: Cell, outcome: CellEnd) => void;
}

/** How the work on a cell ended here; with the reason where it failed, or where another worker took it over. */
export interface CellEnd {
  readonly end: "done" | "stopped" | "failed" | "lost";
  readonly reason?: string;
}

/** What became of a worker's cells. */
export interface Work {
  readonly done: number;
  readonly failed: number;
}

/** Shares of the lease after which cells that others have are looked at again. */
const LOOK_AGAIN = 0.5;

/**
 * Works on `cells` until each of them is done or failed, or `signal` comes. Cells that others are at are waited for:
 * where their worker dies, they are taken up again.
 */
export async function work(cells: readonly Cell[], options: WorkOptions): Promise<Work> {
  const { signal, lease, failFast = false } = options;
  const counts = { done: 0, failed: 0 };
  for (let open = cells; open.length > 0 && !signal.aborted;) {
    const later: Cell[] = [];
    let waiting = false;
    for (const cell of open) {
      if (signal.aborted) break;
      const found = await tryCell(cell, options);
      if (found === "done" || found === "failed") counts[found] += 1;
      if (found === "failed" && failFast) return counts;
      // One that failed may have attempts left.
      if (found === "elsewhere" || found === "failed") later.push(cell);
      waiting ||= found === "elsewhere";
    }
    open = later;
    if (waiting) await pause(LOOK_AGAIN * lease, signal);
  }
  return counts;
}

/** "settled" where nothing is left to do: the cell is done, or failed as often as it may. "elsewhere": a worker is at it. */
async function tryCell(
  cell: Cell,
  options: WorkOptions,
): Promise<"done" | "failed" | "stopped" | "settled" | "elsewhere"> {
  const { folder, lease, owner, onBegin, onEnd } = options;
  const { state } = await stateOf(cell, options);
  if (state === "under way") return "elsewhere";
  if (state === "done" || state === "failed") return "settled";
  await using claim = await tryClaim(pathsOfCell(folder, cell).folder, { lease, owner });
  if (claim === null) return "elsewhere";
  // Another worker may have had the cell, and ended it, since its state was read.
  if ((await progressOf(cell, options)).done) {
    await claim.end("done");
    return "settled";
  }
  onBegin?.(cell);
  const outcome = await attempt(cell, options, claim.lost);
  if (outcome.end !== "lost") await claim.end(outcome.end, outcome.reason);
  onEnd?.(cell, outcome);
  return outcome.end === "lost" ? "elsewhere" : outcome.end;
}

async function attempt(cell: Cell, { run, signal }: WorkOptions, lost: AbortSignal): Promise<CellEnd> {
  try {
    const end = await run(cell, { signal: AbortSignal.any([signal, lost]) });
    return lost.aborted ? { end: "lost", reason: messageOf(lost.reason) } : { end };
  } catch (error) {
    return { end: lost.aborted ? "lost" : "failed", reason: messageOf(error) };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Some milliseconds, or until the signal comes. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  const stop = () => resolve();
  signal.addEventListener("abort", stop, { once: true });
  await promise;
  clearTimeout(timer);
  signal.removeEventListener("abort", stop);
}
