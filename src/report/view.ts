/** How a run's figures are drawn: its terminal phase, where its epochs end, where its learning rate falls. */
import type { LogRow, Measurement } from "../run/tables.ts";
import type { View } from "./chart.ts";
import { epochsOf, type Reported } from "./reported.ts";
import type { RunContext } from "./terminal.ts";

export function viewOf(
  run: Reported,
  measurements: readonly Measurement[],
  log: readonly LogRow[],
  context: RunContext,
): View {
  return {
    runs: [context.run],
    phases: new Map([[context.run, context.phase]]),
    lastEpoch: Math.max(epochsOf(run), ...measurements.map(({ epoch }) => epoch)),
    trained: Math.max(log.at(-1)?.epoch ?? 0, ...measurements.map(({ epoch }) => epoch)),
    steps: stepsOf(log),
    namesPhase: true,
  };
}

/** Epochs whose learning rate is at most half of that of the epoch before: steps, and not the slope of a smooth schedule. */
export function stepsOf(log: readonly LogRow[]): number[] {
  return log.flatMap(({ epoch, learning_rate: rate }, i) =>
    i > 0 && rate <= log[i - 1]!.learning_rate / 2 ? [epoch] : []
  );
}
