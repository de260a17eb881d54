/** Trains and measures one cell, as `train --measure` would. */
import { readRun } from "../run/run_json.ts";
import { startRun } from "../train/start_run.ts";
import type { LogRow } from "../run/tables.ts";
import type { Cell } from "./cells.ts";
import { pathsOfCell } from "./state.ts";
import type { Study } from "./study.ts";

export interface CellOptions {
  /** Folder of an existing copy of the data set. */
  readonly data?: string | undefined;
  readonly device?: string | undefined;
  readonly threads?: number | undefined;
  readonly signal: AbortSignal;
  readonly onEpoch?: (row: LogRow) => void;
}

/** Goes on where the cell's folder stands. Throws where the run fails, as on a loss that is not finite. */
export async function trainCell(
  { file, runs, folder }: Study,
  cell: Cell,
  { signal, onEpoch, ...engine }: CellOptions,
): Promise<"done" | "stopped"> {
  const { measure, path } = file;
  const resume = await readRun(pathsOfCell(folder, cell)) !== null;
  return await startRun({
    ...engine,
    protocol: cell.protocol,
    run: `${file.name}/${cell.name}`,
    runs,
    resume,
    ...measure !== null && { measure: { metrics: measure === "default" ? "default" : measure.split(",") } },
    command: `deno task study ${path}`,
  }, { signal, ...onEpoch && { onEpoch } });
}
