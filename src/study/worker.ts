/** A worker: takes one cell after the other that nobody has, until none is left. */
import { isTaken, RunIsTaken } from "../run/lock.ts";
import type { Cell } from "./cells.ts";
import { tryClaim } from "./claims.ts";
import { pathsOfCell, progressOf, stateOf, type StateOptions } from "./state.ts";

/** What a worker is told, and tells. */
export interface WorkOptions extends StateOptions {
  /** Name of this worker, for those who wait: host and process. */
  readonly owner: string;
  /**
   * Trains and measures a cell, going on where its folder stands. "stopped" where a signal ended it; throws where it fails,
   * and RunIsTaken where a process is at it still.
   */
  readonly run: (cell: Cell, signals: Signals) => Promise<"done" | "stopped">;
  /** Stops the cell under way, which is saved, and takes no other. */
  readonly signal: AbortSignal;
  /** Takes no cell after one that failed. */
  readonly failFast?: boolean;
  /** With the epochs that are trained already. */
  readonly onBegin?: (cell: Cell, epochs: number) => void;
  readonly onEnd?: (cell: Cell, outcome: CellEnd) => void;
  /** Nothing is left to do at a cell that was not worked on here. */
  readonly onSettled?: (cell: Cell) => void;
}

export interface Signals {
  /** Ends the work, which is saved. */
  readonly signal: AbortSignal;
  /** Ends the work, and leaves the cell to the worker who took it over. */
  readonly lost: AbortSignal;
}

/**
 * How the work on a cell ended here; with the reason where it failed, where another worker took it over, and where it was
 * found taken.
 */
export interface CellEnd {
  readonly end: "done" | "stopped" | "failed" | "lost" | "taken";
  readonly reason?: string;
}

/** What became of a worker's cells. */
export interface Work {
  readonly done: number;
  readonly failed: number;
}

/**
 * Cells that others have are looked at again after so many milliseconds, then later by a fifth each time, so that a study
 * ends soon after its last cell, and at the latest after a share of the lease.
 */
const FIRST_LOOK = 500;
const LATER = 1.2;
const LATEST_OF_LEASE = 0.5;

/**
 * Works on `cells` until each of them is done or failed, or `signal` comes. Cells that others are at are waited for:
 * where their worker dies, they are taken up again.
 */
export async function work(cells: readonly Cell[], options: WorkOptions): Promise<Work> {
  const { signal, lease, failFast = false } = options;
  const counts = { done: 0, failed: 0 };
  let wait = FIRST_LOOK;
  for (let open = cells; open.length > 0 && !signal.aborted;) {
    const later: Cell[] = [];
    let [waiting, worked] = [false, false];
    for (const cell of open) {
      if (signal.aborted) break;
      const found = await tryCell(cell, options);
      if (found === "done" || found === "failed") counts[found] += 1;
      if (found === "failed" && failFast) return counts;
      // One that failed may have attempts left.
      if (found === "elsewhere" || found === "failed") later.push(cell);
      waiting ||= found === "elsewhere";
      worked ||= found !== "elsewhere" && found !== "settled";
    }
    open = later;
    if (waiting) await pause(Math.min(wait, LATEST_OF_LEASE * lease), signal);
    wait = worked ? FIRST_LOOK : LATER * wait;
  }
  return counts;
}

/** "settled" where nothing is left to do: the cell is done, or failed as often as it may. "elsewhere": a worker is at it. */
async function tryCell(
  cell: Cell,
  options: WorkOptions,
): Promise<"done" | "failed" | "stopped" | "settled" | "elsewhere"> {
  const { folder, lease, owner, onBegin, onEnd, onSettled } = options;
  const { state } = await stateOf(cell, options);
  const paths = pathsOfCell(folder, cell);
  // A worker that was paused for longer than the lease goes on with its cell where its lock can be seen from here.
  const isElsewhere = state === "under way" || state !== "done" && await isTaken(paths, "training");
  if (isElsewhere) return "elsewhere";
  if (state === "done" || state === "failed") {
    onSettled?.(cell);
    return "settled";
  }
  await using claim = await tryClaim(paths.folder, { lease, owner });
  if (claim === null) return "elsewhere";
  // Another worker may have had the cell, and ended it, since its state was read. One that died is not to be trusted to
  // have written all that comes after the last row.
  const { done, log } = await progressOf(cell, options);
  if (done && !claim.afterDeath) {
    await claim.end("done");
    onSettled?.(cell);
    return "settled";
  }
  onBegin?.(cell, log.length);
  const outcome = await attempt(cell, options, claim.lost);
  // Of a cell that was found taken, this worker lets go: no attempt of its own failed.
  if (outcome.end === "taken") await claim.end("stopped", outcome.reason);
  else if (outcome.end !== "lost") await claim.end(outcome.end, outcome.reason);
  onEnd?.(cell, outcome);
  return outcome.end === "lost" || outcome.end === "taken" ? "elsewhere" : outcome.end;
}

async function attempt(cell: Cell, { run, signal }: WorkOptions, lost: AbortSignal): Promise<CellEnd> {
  try {
    const end = await run(cell, { signal, lost });
    return lost.aborted ? { end: "lost", reason: messageOf(lost.reason) } : { end };
  } catch (error) {
    if (error instanceof RunIsTaken) return { end: "taken", reason: error.message };
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
