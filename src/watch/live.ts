/** What a page that is watched says of the training: how far it is, how fast, how long still. */
import { formatCount, formatDuration, formatValue } from "../report/format.ts";
import type { LiveData } from "../report/page_data.ts";
import { loggedData } from "../report/training_figures.ts";
import type { LogRow } from "../run/tables.ts";
import type { Snapshot } from "./snapshot.ts";
import type { Stamps } from "./stamps.ts";

/** Epochs whose mean length tells how long those to come will take. */
const RECENT = 10;
/** An epoch that takes so many times as long as those before it is late, though never before LEAST_PATIENCE seconds. */
const LATE = 3;
const LEAST_PATIENCE = 60;

export function liveOf(
  { record, log, measurements }: Snapshot,
  { page, written }: Stamps,
  trouble: string | null,
): LiveData {
  const { epochs } = record.protocol.training;
  const done = (log.at(-1)?.epoch ?? 0) >= epochs;
  const seconds = secondsAnEpoch(log);
  return {
    version: page,
    logged: loggedData(log),
    facts: factsOf(log, {
      epochs,
      images: record.dataset.trainImages,
      measured: measurements.map(({ epoch }) => epoch),
    }),
    written,
    patience: done || seconds === null ? null : Math.max(LEAST_PATIENCE, LATE * seconds),
    trouble,
  };
}

function factsOf(
  log: readonly LogRow[],
  { epochs, images, measured }: { epochs: number; images: number; measured: readonly number[] },
): LiveData["facts"] {
  const last = log.at(-1);
  const seconds = secondsAnEpoch(log);
  const left = last === undefined || seconds === null ? null : (epochs - last.epoch) * seconds;
  const rate = last === undefined || last.seconds <= 0 ? null : images / last.seconds;
  return [
    ["Epoch", last === undefined ? `the first of ${epochs} is under way` : `${last.epoch} of ${epochs}`],
    ["Learning rate", formatValue(last?.learning_rate)],
    ["Images a second", rate === null ? "–" : formatCount(Number(rate.toPrecision(3)))],
    ["Time left", left === null ? "–" : left === 0 ? "none: trained to the end" : formatDuration(left)],
    ["Measured", measured.length === 0 ? "nothing yet" : `${measured.length}, last epoch ${measured.at(-1)}`],
    ["Last change", "–"],
  ];
}

/** Mean over the latest epochs; null before the first has ended. */
function secondsAnEpoch(log: readonly LogRow[]): number | null {
  const recent = log.slice(-RECENT);
  return recent.length === 0 ? null : recent.reduce((sum, { seconds }) => sum + seconds, 0) / recent.length;
}
