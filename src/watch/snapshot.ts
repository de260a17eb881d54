/** What the files of a run hold at a moment; half of them, or none, is how a run begins. */
import { basename } from "node:path";
import type { RunRecord } from "../experiment/run_record.ts";
import { geometryPath, type NamedFrame, readFrame } from "../run/geometry.ts";
import { type LayerRow, readLayers } from "../run/layers.ts";
import { readLog } from "../run/log.ts";
import { readMetrics } from "../run/metrics.ts";
import type { RunPaths } from "../run/paths.ts";
import { readRun } from "../run/run_json.ts";
import type { LogRow, Measurement, TrustRecord } from "../run/tables.ts";
import { readTrust } from "../run/trust.ts";
import { MISSING, stampOf, type Stamps, WATCHED } from "./stamps.ts";

export interface Snapshot {
  readonly record: RunRecord;
  readonly log: readonly LogRow[];
  /** Ascending by epoch; empty while nothing is measured. */
  readonly measurements: readonly Measurement[];
  readonly trust: TrustRecord | null;
  readonly frames: readonly NamedFrame[];
  readonly layers: readonly LayerRow[];
  /** Paths of the files themselves by name, those that are there. */
  readonly files: ReadonlyMap<string, string>;
}

/** Reads a run as often as it changes: of its files those that are others than the last time. */
export interface SnapshotReader {
  /**
   * The run as it stands, whose files stand as `stamps` say or have changed since; null where its run.json is missing.
   * Throws where a file is not as it is written here.
   */
  read(stamps: Stamps): Promise<Snapshot | null>;
}

// An epoch changes log.csv alone: to read hundreds of measured checkpoints anew for it would cost the training its time.
export function snapshotReader(paths: RunPaths): SnapshotReader {
  const [recordOf, logOf, tableOf, trustOf, layersOf] = [
    kept<RunRecord | null>(),
    kept<readonly LogRow[]>(),
    kept<readonly Measurement[]>(),
    kept<TrustRecord | null>(),
    kept<readonly LayerRow[]>(),
  ];
  const framesOf = framesReader(paths);
  return {
    async read({ of }) {
      const record = await recordOf(of.record, () => readRun(paths));
      if (record === null) return null;
      const { protocol } = record;
      const [log, measurements, trust, layers] = await Promise.all([
        logOf(`${of.record} ${of.log}`, () => readLog(paths.log, protocol)),
        tableOf(
          `${of.record} ${of.metrics}`,
          async () => (await readMetrics(paths.metrics, protocol.training.checkpoints))?.measurements ?? [],
        ),
        trustOf(of.trust, () => readTrust(paths.trust)),
        layersOf(of.layers, () => readLayers(paths.layers)),
      ]);
      return {
        record,
        log,
        measurements,
        trust,
        frames: await framesOf(`${of.record} ${of.metrics}`, measurements.map(({ epoch }) => epoch)),
        layers,
        files: new Map(
          WATCHED.filter((name) => of[name] !== MISSING).map((name) => [basename(paths[name]), paths[name]]),
        ),
      };
    },
  };
}

/** The frames of measured epochs: looked at where what was measured is another, or a frame came or went. */
function framesReader(
  paths: RunPaths,
): (measured: string, epochs: readonly number[]) => Promise<readonly NamedFrame[]> {
  const all = kept<readonly NamedFrame[]>();
  const each = new Map<number, ReturnType<typeof kept<NamedFrame | null>>>();
  const frameOf = async (epoch: number) => {
    if (!each.has(epoch)) each.set(epoch, kept());
    const { text } = await stampOf(geometryPath(paths, epoch));
    return await each.get(epoch)!(text, () => readFrame(paths, epoch));
  };
  return async (measured, epochs) => {
    const { text: folder } = await stampOf(paths.geometry);
    return await all(`${measured} ${folder}`, async () => {
      const frames: NamedFrame[] = [];
      for (const epoch of epochs) {
        const frame = await frameOf(epoch);
        if (frame !== null) frames.push(frame);
      }
      return frames;
    });
  };
}

/** Calls `read` where `key` is another than the last time, and keeps what it gave; what it throws is not kept. */
function kept<T>(): (key: string, read: () => Promise<T>) => Promise<T> {
  let last: { readonly key: string; readonly value: T } | null = null;
  return async (key, read) => {
    if (last?.key !== key) last = { key, value: await read() };
    return last.value;
  };
}
