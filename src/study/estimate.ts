/** How long what is left of a study would take on this machine. */
import type { EngineChoices } from "../engine/library.ts";
import type { LoadingProgress } from "../engine/images.ts";
import type { Protocol } from "../experiment/parts.ts";
import { timeTraining } from "../train/timing.ts";
import type { CellResult } from "./results.ts";

/** Kinds of cells that are timed; of further ones the speed is taken to be the last one's. */
const TIMED = 6;

/**
 * Seconds of training, without measuring, of all cells that are not done, one after the other. Cells that differ in what
 * decides the speed (images, network, batches, precision, optimizer) are timed apart.
 */
export async function secondsLeft(
  results: readonly CellResult[],
  options: EngineChoices & { readonly data?: string | undefined },
  progress: LoadingProgress,
): Promise<number> {
  const open = results.filter(({ state }) => state !== "done" && state !== "failed");
  const kinds = Map.groupBy(open, ({ cell: { protocol } }) => speedKey(protocol));
  let seconds = 0;
  let timing = { imagesPerSecond: Infinity, images: 0 };
  for (const [number, cells] of [...kinds.values()].entries()) {
    if (number < TIMED) timing = await timeTraining(cells[0]!.cell.protocol, options, progress);
    const epochs = cells.reduce((sum, { cell, epochs }) => sum + cell.protocol.training.epochs - epochs, 0);
    seconds += epochs * timing.images / timing.imagesPerSecond;
  }
  return seconds;
}

function speedKey(
  { data, network, classifier, optimizer, training: { batchSize, precision } }: Protocol,
): string {
  return JSON.stringify([data, network, classifier, optimizer.kind, batchSize, precision]);
}
