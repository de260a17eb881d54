/** How far each cell of a study is, as its folder tells. */
import { readLog } from "../run/log.ts";
import { readMetrics } from "../run/metrics.ts";
import { type RunPaths, runPaths } from "../run/paths.ts";
import { readRun, requireSameProtocol } from "../run/run_json.ts";
import type { Cell } from "./cells.ts";
import { type ClaimState, claimState } from "./claims.ts";

export const STATES = ["done", "under way", "interrupted", "failed", "missing"] as const;
/** failed: its worker failed or died as often as it may. interrupted: begun, and no worker is at it. */
export type State = (typeof STATES)[number];

export interface CellState {
  readonly state: State;
  /** Epochs of log.csv. */
  readonly epochs: number;
  readonly claim: ClaimState;
}

export interface StateOptions {
  /** Folder of the study's runs. */
  readonly folder: string;
  /** Milliseconds without a beat after which a worker counts as dead. */
  readonly lease: number;
  /** How often a worker may fail or die at a cell. */
  readonly attempts: number;
  /** Whether a cell is done only once its checkpoints are measured. */
  readonly measured: boolean;
}

export function pathsOfCell(folder: string, { name }: Pick<Cell, "name">): RunPaths {
  return runPaths(`${folder}/${name}`);
}

/** Throws where the cell's folder holds a run of another protocol, naming what differs, or a damaged file. */
export async function stateOf(cell: Cell, options: StateOptions): Promise<CellState> {
  const claim = await claimState(pathsOfCell(options.folder, cell).folder, options);
  const { epochs, begun, done } = await progressOf(cell, options);
  const state = claim.held
    ? "under way"
    : done
    ? "done"
    : claim.attempts >= options.attempts
    ? "failed"
    : begun
    ? "interrupted"
    : "missing";
  return { state, epochs, claim };
}

/** What the run itself says, whoever is at it. */
export async function progressOf(
  cell: Cell,
  { folder, measured }: Pick<StateOptions, "folder" | "measured">,
): Promise<{ epochs: number; begun: boolean; done: boolean }> {
  const paths = pathsOfCell(folder, cell);
  const record = await readRun(paths);
  if (record === null) return { epochs: 0, begun: false, done: false };
  requireSameProtocol(paths.folder, record, cell.protocol);
  const epochs = (await readLog(paths.log)).length;
  const trained = epochs === cell.protocol.training.epochs;
  return { epochs, begun: true, done: trained && (!measured || await isMeasured(paths, cell)) };
}

async function isMeasured(
  paths: RunPaths,
  { protocol: { training: { checkpoints } } }: Cell,
): Promise<boolean> {
  const table = await readMetrics(paths.metrics, checkpoints);
  return table !== null && table.measurements.length === checkpoints.length;
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
