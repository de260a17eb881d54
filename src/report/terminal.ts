/** The terminal phase of training and the names a report gives to its subject. */
import type { LogRow, Measurement, RunRecord } from "../record.ts";
import type { FigureContext } from "./figure.ts";

/** The terminal phase starts at the first epoch whose training accuracy, in %, reaches this (Papyan et al. 2020). */
export const TERMINAL_ACCURACY = 99.9;

/** First epoch of the terminal phase from the log, which knows every epoch, or else from the measured ones; null if none. */
export function terminalStart(log: readonly LogRow[], measurements: readonly Measurement[]): number | null {
  const epochs = log.length > 0
    ? log.map(({ epoch, train_accuracy }) => ({ epoch, accuracy: train_accuracy }))
    : measurements.map(({ epoch, values }) => ({ epoch, accuracy: values.train_accuracy ?? NaN }));
  return epochs.find(({ accuracy }) => accuracy >= TERMINAL_ACCURACY)?.epoch ?? null;
}

/** What titles say about a run. */
export function contextOf(
  run: RunRecord,
  log: readonly LogRow[],
  measurements: readonly Measurement[],
): FigureContext {
  return {
    dataset: run.dataset.title,
    network: networkTitle(run.protocol),
    terminalStart: terminalStart(log, measurements),
  };
}

/** "ResNet-18", "ResNet-18 (small stem)". */
function networkTitle({ model, stem }: RunRecord["protocol"]): string {
  const name = model.replace(/^resnet(\d+)$/, "ResNet-$1");
  return stem === "stock" ? name : `${name} (${stem} stem)`;
}
