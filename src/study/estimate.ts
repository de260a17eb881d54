/** How long what is left of a study would take on this machine. */
import type { EngineChoices } from "../engine/library.ts";
import type { LoadingProgress } from "../engine/images.ts";
import type { Protocol } from "../experiment/parts.ts";
import { timeTraining } from "../train/timing.ts";
import type { CellResult } from "./results.ts";

/** Kinds of cells that are timed; of further ones the speed is taken to be the last one's. */
const TIMED = 6;

/**
 * Seconds of training an epoch, without measuring, by position, of each cell that is neither done nor given up. Cells that
 * differ in what decides the speed (images, network, batches, precision, optimizer) are timed apart.
 */
export async function secondsAnEpoch(
  results: readonly CellResult[],
  options: EngineChoices & { readonly data?: string | undefined },
  progress: LoadingProgress,
): Promise<ReadonlyMap<number, number>> {
  const kinds = Map.groupBy(openOf(results), ({ cell: { protocol } }) => speedKey(protocol));
  const seconds = new Map<number, number>();
  let timing = { imagesPerSecond: Infinity, images: 0 };
  for (const [number, cells] of [...kinds.values()].entries()) {
    if (number < TIMED) timing = await timeTraining(cells[0]!.cell.protocol, options, progress);
    for (const { cell } of cells) seconds.set(cell.index, timing.images / timing.imagesPerSecond);
  }
  return seconds;
}

/** Seconds of all cells that are left, one after the other. */
export function secondsLeft(
  results: readonly CellResult[],
  costs: ReadonlyMap<number, number>,
): number {
  return openOf(results).reduce(
    (sum, { cell: { index, protocol }, epochs }) =>
      sum + (protocol.training.epochs - epochs) * (costs.get(index) ?? 0),
    0,
  );
}

function openOf(results: readonly CellResult[]): CellResult[] {
  return results.filter(({ state }) => state !== "done" && state !== "failed");
}

function speedKey(
  { data, network, classifier, optimizer, training: { batchSize, precision } }: Protocol,
): string {
  return JSON.stringify([data, network, classifier, optimizer.kind, batchSize, precision]);
}
