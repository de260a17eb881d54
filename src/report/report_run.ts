/** Writes the report of a run, from what its folder holds. */
import { basename, dirname } from "node:path";
import { readTextIfThere, removePartials } from "../files.ts";
import { readFrames } from "../run/geometry.ts";
import { lockRun } from "../run/lock.ts";
import { type LayerRow, readLayers } from "../run/layers.ts";
import { readLog } from "../run/log.ts";
import { readMetrics } from "../run/metrics.ts";
import { reportFolder, requireRun, wordsOfRuns } from "../run/places.ts";
import { readTrust } from "../run/trust.ts";
import { shellWord } from "../shell.ts";
import { readPageScript } from "./page_script.ts";
import { writeReportsIndex } from "./reports_index.ts";
import { writeReport } from "./report.ts";

export interface ReportRunOptions {
  /** Folder of all runs. */
  readonly runs?: string | undefined;
  /** Epochs whose layers are drawn as curves; a few where it is left out. */
  readonly layerEpochs?: readonly number[] | undefined;
  readonly signal?: AbortSignal;
  readonly onNote?: (sentence: string) => void;
}

/**
 * Writes reports/<run>/ and the list reports/index.html, and returns the path of its page. `signal` ends it, by throwing its reason, before anything is
 * written. `onNote` is told, in a sentence, where the log of the run is not whole. Throws where nothing was measured, and where the layers of an
 * epoch that is asked for were not.
 */
export async function reportRun(
  run: string,
  { runs, layerEpochs, signal, onNote }: ReportRunOptions = {},
): Promise<string> {
  const { paths, record } = await requireRun(run, runs);
  using _lock = await lockRun(paths, "reporting");
  const table = await readMetrics(paths.metrics, record.protocol.training.checkpoints);
  const named = [record.protocol.data.kind, "--run", run, ...wordsOfRuns(runs)].map(shellWord).join(" ");
  if (table === null || table.measurements.length === 0) {
    throw new Error(
      `expected measurements in ${paths.metrics}, found none; measure the run first: ` +
        `deno task validate ${named}`,
    );
  }
  const [log, trust] = [await readLog(paths.log, record.protocol), await readTrust(paths.trust)];
  const { epoch: last } = table.measurements.at(-1)!;
  if (log.length < last) {
    onNote?.(
      `${paths.log}: expected a row for each epoch up to ${last}, which is measured, found ${log.length}; ` +
        `lost rows are put back by deno task train ${named} --resume`,
    );
  }
  const layers = await readLayers(paths.layers);
  if (layerEpochs !== undefined) requireLayers(layers, layerEpochs, { path: paths.layers, named });
  const files = new Map<string, string>();
  for (const path of [paths.metrics, paths.trust, paths.layers, paths.log, paths.record]) {
    const text = await readTextIfThere(path);
    if (text !== null) files.set(basename(path), text);
  }
  signal?.throwIfAborted();
  const folder = reportFolder(run);
  await removePartials(folder);
  const script = await readPageScript();
  const frames = await readFrames(paths, table.measurements.map(({ epoch }) => epoch));
  await writeReport(folder, {
    run: record,
    measurements: table.measurements,
    log,
    trust,
    files,
    script,
    frames,
    layers,
    layerEpochs,
  });
  await writeReportsIndex(dirname(folder));
  return `${folder}/index.html`;
}

function requireLayers(
  rows: readonly LayerRow[],
  asked: readonly number[],
  { path, named }: { path: string; named: string },
): void {
  const measured = new Set(rows.map(({ epoch }) => epoch));
  const missing = asked.find((epoch) => !measured.has(epoch));
  if (missing === undefined) return;
  throw new Error(
    rows.length === 0
      ? `--layer-epochs: expected layers in ${path}, found none; measure them first: deno task validate ${named} --layers`
      : `--layer-epochs: expected epochs whose layers are in ${path} (${
        [...measured].join(", ")
      }), found ${missing}`,
  );
}
