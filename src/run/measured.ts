/** What was measured of a run, in the two files that hold it: metrics.csv and trust.json. */
import { catalogueWith, select, type Selection, setsIn, withSets } from "../collapse/catalogue.ts";
import { readMetrics, writeMetrics } from "./metrics.ts";
import type { RunPaths } from "./paths.ts";
import type { CheckpointTrust, Measurement, OodRecord } from "./tables.ts";
import { readTrust, writeTrust } from "./trust.ts";

/** A row of metrics.csv and its entry in trust.json. */
export interface MeasuredCheckpoint extends Measurement {
  readonly trust: CheckpointTrust;
  /** d, the width of the features. */
  readonly width: number;
}

/** What metrics.csv and trust.json of a run hold. */
export interface Measured {
  /** Columns of metrics.csv, without the epoch. */
  readonly metrics: readonly string[];
  /** A row for each checkpoint that both files know. */
  readonly rows: readonly MeasuredCheckpoint[];
  /** Of columns of out-of-distribution images: which those were. */
  readonly ood?: readonly OodRecord[];
}

/** What the files of a run hold, or null where nothing was measured; `epochs` are those that have a checkpoint. */
export async function readMeasured(
  paths: Pick<RunPaths, "metrics" | "trust">,
  epochs: readonly number[],
): Promise<Measured | null> {
  const table = await readMetrics(paths.metrics, epochs);
  if (table === null) return null;
  const record = await readTrust(paths.trust);
  const rows = table.measurements.flatMap((row) => {
    const trust = record?.checkpoints.find(({ epoch }) => epoch === row.epoch);
    return record && trust ? [{ ...row, trust, width: record.width }] : [];
  });
  return { metrics: table.metrics, rows, ...record?.ood && { ood: record.ood } };
}

/** Replaces both files. There is at least one row. */
export async function writeMeasured(
  paths: Pick<RunPaths, "metrics" | "trust">,
  { metrics, rows, ood = [] }: Measured,
): Promise<void> {
  const { width } = rows.at(-1)!;
  // trust.json first: a row of metrics.csv is never without its entry, however the process ends.
  const foreign = ood.length === 0 ? {} : { ood: [...ood] };
  await writeTrust(paths.trust, {
    format: 1,
    width,
    ...foreign,
    checkpoints: rows.map(({ trust }) => trust),
  });
  await writeMetrics(paths.metrics, { metrics, measurements: rows });
}

/**
 * Names of the metrics to measure: those that the file at `path` holds (`there`, null where there is no file), which
 * must include all that are asked for, so that no row lacks any; with all columns of the out-of-distribution `sets` that
 * are given. `remedy` ends the error where they do not.
 */
export function chooseMetrics(
  asked: Selection | undefined,
  there: readonly string[] | null,
  { path, remedy, sets = [] }: { path: string; remedy: string; sets?: readonly string[] },
): readonly string[] {
  const words = withSets(asked ?? (there === null ? "default" : []), sets);
  const names = select(words, { sets }).map(({ name }) => name);
  if (there === null) return names;
  const missing = names.filter((name) => !there.includes(name));
  if (missing.length === 0) {
    return catalogueWith(setsIn(there)).map(({ name }) => name).filter((name) => there.includes(name));
  }
  const [first, ...others] = missing;
  throw new Error(
    `expected all metrics asked for in ${path}, found none of ${first}${
      others.length === 0 ? "" : ` and ${others.length} more`
    }; ${remedy}`,
  );
}
