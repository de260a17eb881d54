/** How far each cell of a study is, as its folder tells. */
import { readLog } from "../run/log.ts";
import { readMetrics } from "../run/metrics.ts";
import { type RunPaths, runPaths } from "../run/paths.ts";
import { readRun, requireSameProtocol } from "../run/run_json.ts";
import type { LogRow, Measurement } from "../run/tables.ts";
import { shellWord } from "../shell.ts";
import type { Cell } from "./cells.ts";
import { type ClaimState, claimState } from "./claims.ts";

export const STATES = ["done", "under way", "interrupted", "failed", "missing"] as const;
/**
 * failed: its worker failed or died as often as it may. interrupted: begun, and no worker is at it; or its tables are whole,
 * but its worker died before it said so.
 */
export type State = (typeof STATES)[number];

export interface CellState {
  readonly state: State;
  readonly claim: ClaimState;
}

export interface StateOptions {
  /** Folder of the study's runs. */
  readonly folder: string;
  /** Milliseconds without a beat after which a worker counts as dead. */
  readonly lease: number;
  /** How often a worker may fail or die at a cell. */
  readonly attempts: number;
  /** A cell is done only once its checkpoints are measured in these columns; null where they are not. */
  readonly measured: readonly string[] | null;
}

export function pathsOfCell(folder: string, { name }: Pick<Cell, "name">): RunPaths {
  return runPaths(`${folder}/${name}`);
}

/** What a run's own files say, whoever is at it. */
export interface Progress {
  readonly begun: boolean;
  readonly done: boolean;
  readonly log: readonly LogRow[];
  readonly measurements: readonly Measurement[];
}

/**
 * Throws where the cell's folder holds a run of another protocol, or one that was measured in other columns, naming what
 * differs, or a damaged file.
 */
export async function stateOf(cell: Cell, options: StateOptions): Promise<CellState & Progress> {
  const [claim, progress] = await Promise.all([
    claimState(pathsOfCell(options.folder, cell).folder, options),
    progressOf(cell, options),
  ]);
  const state = claim.held
    ? "under way"
    : progress.done && (!claim.died || claim.attempts >= options.attempts)
    ? "done"
    : claim.attempts >= options.attempts
    ? "failed"
    : progress.begun
    ? "interrupted"
    : "missing";
  return { ...progress, state, claim };
}

export async function progressOf(
  cell: Cell,
  { folder, measured }: Pick<StateOptions, "folder" | "measured">,
): Promise<Progress> {
  const paths = pathsOfCell(folder, cell);
  const record = await readRun(paths);
  if (record === null) return { begun: false, done: false, log: [], measurements: [] };
  requireSameProtocol(paths.folder, record, cell.protocol);
  const { epochs, checkpoints } = cell.protocol.training;
  const log = await readLog(paths.log);
  const { metrics, measurements } = await readMetrics(paths.metrics, checkpoints) ??
    { metrics: [], measurements: [] };
  const missing = measurements.length === 0 ? undefined : measured?.find((name) => !metrics.includes(name));
  if (missing !== undefined) {
    throw new Error(
      `${paths.metrics}: expected the columns that the study's key measure names, found none of ${missing}; put the key ` +
        `back, or measure the cell anew: deno task validate ${shellWord(paths.folder)} --again --metrics ...`,
    );
  }
  const done = log.length === epochs && (measured === null || measurements.length === checkpoints.length);
  return { begun: true, done, log, measurements };
}

/** Folder of job scripts and their logs, beside the cells. */
export const JOBS_FOLDER = "slurm";

/**
 * Names of folders in the study's that no cell of the file has: runs of another version of the file. None where there
 * is no folder yet.
 */
export async function strangers(folder: string, cells: readonly Cell[]): Promise<string[]> {
  const names = new Set([JOBS_FOLDER, ...cells.map(({ name }) => name)]);
  try {
    const entries = await Array.fromAsync(Deno.readDir(folder));
    return entries.filter(({ isDirectory, name }) => isDirectory && !names.has(name))
      .map(({ name }) => name).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
