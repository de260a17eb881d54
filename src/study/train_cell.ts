/** Trains and measures one cell, as `train --measure` would. */
import { readRun } from "../run/run_json.ts";
import { startRun } from "../train/start_run.ts";
import type { Cell } from "./cells.ts";
import { pathsOfCell } from "./state.ts";
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
  return await startRun({
    ...engine,
    protocol: cell.protocol,
    run: `${file.name}/${cell.name}`,
    runs,
    resume,
    ...measure !== null && { measure: { metrics: measure === "default" ? "default" : measure.split(",") } },
    command: `deno task study ${path}`,
  }, {
    signal,
    abandoned: lost,
    onStart: ({ images }) => count = images,
    onSteps: ({ epoch, images }) => onEpochs?.(epoch - 1 + images / count),
    onEpoch: ({ epoch }) => onEpochs?.(epoch),
  });
}
