/** What the files of a run hold at a moment; half of them, or none, is how a run begins. */
import { basename } from "node:path";
import type { RunRecord } from "../experiment/run_record.ts";
import { readTextIfThere } from "../files.ts";
import { type NamedFrame, readFrames } from "../run/geometry.ts";
import { type LayerRow, readLayers } from "../run/layers.ts";
import { readLog } from "../run/log.ts";
import { readMetrics } from "../run/metrics.ts";
import type { RunPaths } from "../run/paths.ts";
import { readRun } from "../run/run_json.ts";
import type { LogRow, Measurement, TrustRecord } from "../run/tables.ts";
import { readTrust } from "../run/trust.ts";

export interface Snapshot {
  readonly record: RunRecord;
  readonly log: readonly LogRow[];
  /** Ascending by epoch; empty while nothing is measured. */
  readonly measurements: readonly Measurement[];
  readonly trust: TrustRecord | null;
  readonly frames: readonly NamedFrame[];
  readonly layers: readonly LayerRow[];
  /** The files themselves by name, those that are there. */
  readonly texts: ReadonlyMap<string, string>;
}

/** How files stand: another text where one of them is another file, or has grown. */
export interface Stamps {
  readonly all: string;
  /** Of those that the page is made from, the log aside. */
  readonly page: string;
  /** The latest change, in ms since 1970; null where there is none of the files. */
  readonly written: number | null;
}

/** The run as it stands; null where its run.json is missing. Throws where a file is not as it is written here. */
export async function readSnapshot(paths: RunPaths): Promise<Snapshot | null> {
  const record = await readRun(paths);
  if (record === null) return null;
  const { protocol } = record;
  const { checkpoints } = protocol.training;
  const [log, table, trust, layers] = await Promise.all([
    readLog(paths.log, protocol),
    readMetrics(paths.metrics, checkpoints),
    readTrust(paths.trust),
    readLayers(paths.layers),
  ]);
  const measurements = table?.measurements ?? [];
  const frames = await readFrames(paths, measurements.map(({ epoch }) => epoch));
  const texts = new Map<string, string>();
  for (const path of [paths.metrics, paths.trust, paths.layers, paths.log, paths.record]) {
    const text = await readTextIfThere(path);
    if (text !== null) texts.set(basename(path), text);
  }
  return { record, log, measurements, trust, frames, layers, texts };
}

/** Asks the file system only: no file is opened. */
export async function stampsOf(paths: RunPaths): Promise<Stamps> {
  const files = await Promise.all(
    [paths.log, paths.record, paths.metrics, paths.trust, paths.layers].map(stampOf),
  );
  const [log, ...page] = files.map(({ text }) => text);
  const times = files.flatMap(({ time }) => time ?? []);
  return {
    all: [log, ...page].join(),
    page: page.join(),
    written: times.length === 0 ? null : Math.max(...times),
  };
}

async function stampOf(path: string): Promise<{ text: string; time: number | null }> {
  try {
    const { mtime, size, ino } = await Deno.stat(path);
    const time = mtime?.getTime() ?? null;
    return { text: `${ino}:${size}:${time}`, time };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { text: "-", time: null };
    throw error;
  }
}
