/** `deno task validate DATASET`: measures every checkpoint of a run and writes its report. */
import { Command } from "@commander-js/extra-typings";
import { CATALOGUE, select, type Selection } from "../collapse/catalogue.ts";
import { resolveName } from "../data/registry.ts";
import type { Measurement, RunRecord } from "../record.ts";
import { loadStateDict } from "../train/checkpoint.ts";
import { measureState } from "../train/measure.ts";
import { readMetrics, writeMetrics } from "../train/metrics.ts";
import { resolveProtocol } from "../train/protocol.ts";
import { checkpointPath, checkpointsThere, lockRun, type RunPaths } from "../train/run.ts";
import { openSession } from "../train/session.ts";
import { halfOfFreeMemory, openLibrary } from "./engine.ts";
import { loadImagesOf } from "./images.ts";
import { device, memory, runName, wholeNumber } from "./options.ts";
import { defaultRunName, requireRun } from "./places.ts";
import { openBar } from "./progress.ts";
import { reportRun } from "./report.ts";

export interface Validation {
  /** Name of the data set, in any case. */
  readonly dataset: string;
  /** Defaults to the names of the data set and its protocol's network. */
  readonly run?: string | undefined;
  readonly data?: string | undefined;
  readonly device?: string | undefined;
  readonly threads?: number | undefined;
  /** Bytes for features. */
  readonly memory?: number | undefined;
  /** As on the command line: "default", "all", or names separated by commas. */
  readonly metrics?: string | undefined;
  /** Measures what metrics.csv holds, too. */
  readonly again?: boolean | undefined;
}

interface MetricsToMeasure {
  readonly record: RunRecord;
  readonly paths: RunPaths;
  readonly metrics: readonly string[];
  /** Rows that metrics.csv keeps. */
  readonly measured: readonly Measurement[];
}

export function validateCommand(): Command {
  const command = new Command("validate")
    .description("measure every checkpoint of a run and write its report")
    .argument("<dataset>", "the data set that the run was trained on")
    .option("--run <name>", "folder in runs/ (default: <dataset>-<model>)", runName)
    .option("--data <folder>", "an existing copy of the data set")
    .option("--device <name>", "cpu, cuda or cuda:<index> (default: as trained)", device)
    .option("--threads <n>", "CPU threads (default: one a core)", wholeNumber({ min: 1, max: 4096 }))
    .option("--memory <size>", "for features, as 512M or 4G (default: half of what is free)", memory)
    .option("--metrics <names>", "default, all, or names from the catalogue separated by commas")
    .option("--again", "measure the checkpoints that metrics.csv holds, too");
  return command.action(async (dataset, options) => {
    await runValidation({ dataset, ...options });
  }) as unknown as Command;
}

/** Measures, writing metrics.csv after each checkpoint, and then the report. */
export async function runValidation(validation: Validation): Promise<void> {
  const { again = false } = validation;
  const name = resolveName(validation.dataset);
  const run = validation.run ?? defaultRunName(resolveProtocol(name));
  const { paths, record } = await requireRun(run);
  const { protocol } = record;
  if (protocol.dataset !== name) {
    throw new Error(`expected ${name} in ${paths.folder}, found a run on ${protocol.dataset}`);
  }
  const epochs = await checkpointsThere(paths, protocol);
  if (epochs.length === 0) {
    throw new Error(`expected checkpoints in ${paths.checkpoints}, found none; train the run first`);
  }
  using _lock = await lockRun(paths, "measuring");
  const old = again ? null : await readMetrics(paths.metrics, epochs);
  const metrics = chooseMetrics(validation.metrics ?? "default", old?.metrics ?? []);
  const complete = old !== null && metrics.every((metric) => old.metrics.includes(metric));
  const measured = complete ? old.measurements : [];
  const due = epochs.filter((epoch) => measured.every((row) => row.epoch !== epoch));
  if (due.length > 0) await measureEpochs(due, { ...validation, record, paths, metrics, measured });
  const page = await reportRun(run);
  console.error(`${epochs.length} checkpoints measured, ${due.length} of them now; report: ${page}`);
}

/** Measures checkpoints and adds their rows to those that are there, one by one. */
async function measureEpochs(
  epochs: readonly number[],
  { record, paths, metrics, measured, data, threads, memory = halfOfFreeMemory(), ...validation }:
    & Omit<Validation, "metrics">
    & MetricsToMeasure,
): Promise<void> {
  const { protocol } = record;
  const device = validation.device ?? record.device;
  using library = openLibrary({ threads, device });
  const dataset = await loadImagesOf(record, { folder: paths.folder, data });
  using session = openSession(library, protocol, dataset, { device });
  using bar = openBar(epochs.length, { unit: "checkpoints" });
  const measurements = [...measured];
  for (const [done, epoch] of epochs.entries()) {
    bar.update(done, `epoch ${epoch}`);
    const file = checkpointPath(paths, protocol, epoch);
    const state = await loadStateDict(file);
    measurements.push(await measureState(session, { state, file, epoch }, { metrics, keepBytes: memory }));
    await writeMetrics(paths.metrics, { metrics, measurements });
    bar.line(`measured epoch ${epoch}`);
  }
}

/** Names of the metrics to measure: those asked for, and those that the file has already. */
function chooseMetrics(asked: string, there: readonly string[]): string[] {
  const selection: Selection = asked === "default" || asked === "all"
    ? asked
    : asked.split(",").map((n) => n.trim());
  const names = new Set([...select(selection).map(({ name }) => name), ...there]);
  return CATALOGUE.map(({ name }) => name).filter((name) => names.has(name));
}
