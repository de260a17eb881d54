/** Trains and measures one cell, as `train --measure` would. */
import { measureRun } from "../measuring/measure_run.ts";
import { readRun } from "../run/run_json.ts";
import { startRun } from "../train/start_run.ts";
import type { Cell } from "./cells.ts";
import { pathsOfCell, progressOf } from "./state.ts";
import type { Study } from "./study.ts";

export interface CellOptions {
  /** Folder of an existing copy of the data set. */
  readonly data?: string | undefined;
  readonly device?: string | undefined;
  readonly threads?: number | undefined;
  /** Ends the work, which is saved. */
  readonly signal: AbortSignal;
  /** Ends the work, and leaves the cell to the worker who took it over. */
  readonly lost: AbortSignal;
  /** Told after every native call how many epochs are trained, with the part of the one under way. */
  readonly onEpochs?: (epochs: number) => void;
}

/** Goes on where the cell's folder stands. Throws where the run fails, as on a loss that is not finite. */
export async function trainCell(
  { file, runs, folder }: Study,
  cell: Cell,
  { signal, lost, onEpochs, ...engine }: CellOptions,
): Promise<"done" | "stopped"> {
  const { measure, path } = file;
  let count = 0;
  const resume = await readRun(pathsOfCell(folder, cell)) !== null;
  const run = `${file.name}/${cell.name}`;
  const metrics = measure === null || measure === "default" ? "default" : measure.split(",");
  const end = await startRun({
    ...engine,
    protocol: cell.protocol,
    run,
    runs,
    resume,
    ...measure !== null && { measure: { metrics } },
    command: `deno task study ${path}`,
  }, {
    signal,
    abandoned: lost,
    onStart: ({ images }) => count = images,
    onSteps: ({ epoch, images }) => onEpochs?.(epoch - 1 + images / count),
    onEpoch: ({ epoch }) => onEpochs?.(epoch),
  });
  // Checkpoints from before the study was to be measured lack a row still.
  if (end === "stopped" || measure === null) return end;
  if ((await progressOf(cell, { folder, measured: [] })).done) return end;
  const ended = AbortSignal.any([signal, lost]);
  try {
    await measureRun({ ...engine, run, runs, metrics }, { signal: ended });
  } catch (error) {
    if (ended.aborted && error === ended.reason) return "stopped";
    throw error;
  }
  return end;
}
