/** `deno task validate DATASET`: measures every checkpoint of a run and writes its report. */
import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { resolveName } from "../data/registry.ts";
import type { Bootstrap, CheckpointTrust } from "../run/tables.ts";
import type { RunRecord } from "../experiment/run_record.ts";
import { loadStateDict } from "../engine/checkpoint.ts";
import { chooseMetrics, type Measured, readMeasured, writeMeasured } from "../run/measured.ts";
import { measureState } from "../engine/measure.ts";
import { readMetrics } from "../run/metrics.ts";
import { resolveProtocol } from "../experiment/protocol.ts";
import { checkpointPath, checkpointsThere, type RunPaths } from "../run/paths.ts";
import { lockRun } from "../run/lock.ts";
import { openSession } from "../engine/session.ts";
import {
  type BootstrapChoices,
  bootstrapOf,
  type EngineChoices,
  type MeasureChoices,
  requireUseOfSeed,
} from "./choices.ts";
import { halfOfFreeMemory, openLibrary } from "../engine/library.ts";
import { loadImagesOf } from "./images.ts";
import { keyNumbers } from "./key_numbers.ts";
import { metricSelection } from "./metrics_option.ts";
import { device, memory, QUIET, runName, threads, wholeNumber } from "./options.ts";
import { linkTo, openPage } from "./page.ts";
import { defaultRunName, requireRun } from "../run/places.ts";
import { beQuiet, openBar, say } from "./progress.ts";
import { reportRun } from "./report.ts";

export interface Validation extends EngineChoices, MeasureChoices, BootstrapChoices {
  /** Name of the data set, in any case. */
  readonly dataset: string;
  /** Defaults to the names of the data set and its protocol's network. */
  readonly run?: string | undefined;
  /** Folder of an existing copy of the data set. */
  readonly data?: string | undefined;
  /** Measures what metrics.csv holds, too. */
  readonly again?: boolean | undefined;
  /** Opens the report. */
  readonly open?: boolean | undefined;
}

interface WhatToMeasure {
  readonly record: RunRecord;
  readonly paths: RunPaths;
  readonly bootstrap: Bootstrap | null;
  /** The metrics to measure. */
  readonly metrics: readonly string[];
  /** What the files hold: each row stands until its checkpoint is measured anew. */
  readonly old: Measured | null;
}

const REMEDY = "add --again to measure every checkpoint anew";

export function validateCommand(): CommandUnknownOpts {
  const command = new Command("validate")
    .description("measure every checkpoint of a run and write its report")
    .argument("<dataset>", "the data set that the run was trained on; or runs/<name>, which knows it")
    .option("--run <name>", "folder in runs/ (default: <dataset>-<model>)", runName)
    .option(
      "--data <folder>",
      "an existing copy of the data set (default: data/, downloaded to it where needed)",
    )
    .option("--device <name>", "cpu, cuda or cuda:<index> (default: as trained)", device)
    .option("--threads <n>", "CPU threads (default: one a core)", threads)
    .option("--memory <size>", "for features, as 512M or 4G (default: half of what is free)", memory)
    .option(
      "--metrics <names>",
      "default, all, families (NC1) or names, separated by commas (default: as metrics.csv has)",
      metricSelection,
    )
    .option("--bootstrap <n>", "95 % intervals from n resamples, for trust.json", wholeNumber({ min: 2 }))
    .option("--seed <n>", "of the resamples (default: 0)", wholeNumber())
    .option("--again", "measure the checkpoints that metrics.csv holds, too")
    .option("--open", "open the report at the end")
    .option("--quiet", QUIET);
  return command.action(async (dataset, { quiet, ...options }) => {
    beQuiet(quiet);
    requireUseOfSeed(command, options);
    if (!dataset.includes("/")) return await runValidation({ dataset, ...options });
    if (options.run !== undefined) {
      command.error(
        `error: expected a data set, or the path of a run in place of --run, found ${dataset} and --run`,
      );
    }
    const run = runAt(dataset, command);
    await runValidation({ ...options, run, dataset: (await requireRun(run)).record.protocol.dataset });
  });
}

/** The name of the run whose folder is at `path`; ends the command where it cannot be one. */
function runAt(path: string, command: CommandUnknownOpts): string {
  try {
    return runName(path);
  } catch (error) {
    return command.error(`error: ${path}: ${(error as Error).message}`);
  }
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
  using _lock = await lockRun(paths, "measuring");
  const done = await measureRun(validation, { paths, record, again });
  const page = await reportRun(run);
  const { measurements } = (await readMetrics(paths.metrics, protocol.checkpoints))!;
  say(`\n${keyNumbers(measurements)}\n`);
  console.error(`${done}; report: ${linkTo(page)}`);
  if (validation.open) await openPage(page);
}

/** Measures what is due of a run, whose lock is held. Returns how much that was, in words. */
async function measureRun(
  validation: Validation,
  { paths, record, again }: { paths: RunPaths; record: RunRecord; again: boolean },
): Promise<string> {
  const { protocol } = record;
  const there = await checkpointsThere(paths, protocol);
  // Rows may outlive their checkpoints, which are large: a row is held against the protocol, not against files.
  const old = await readMeasured(paths, protocol.checkpoints).catch((error: Error) => {
    if (!again) throw error;
    say(`note: ${error.message}; all is measured anew`);
    return null;
  });
  if (there.length === 0 && old === null) {
    throw new Error(`expected checkpoints in ${paths.checkpoints}, found none; train the run first`);
  }
  const metrics = chooseMetrics(validation.metrics, again ? null : old?.metrics ?? null, {
    path: paths.metrics,
    remedy: REMEDY,
  });
  requireCheckpointsOf(old, metrics, { paths, there });
  const bootstrap = bootstrapOf(validation);
  const stands = again
    ? []
    : (old?.rows ?? []).filter(({ trust }) => bootstrap === null || hasIntervals(trust, bootstrap));
  const due = there.filter((epoch) => stands.every((row) => row.epoch !== epoch));
  if (due.length > 0) await measureEpochs(due, { ...validation, record, paths, bootstrap, metrics, old });
  const rows = new Set([...old?.rows.map(({ epoch }) => epoch) ?? [], ...due]);
  return `${rows.size} checkpoints measured, ${due.length} of them now`;
}

/** Throws where measuring other metrics would drop rows whose checkpoints are no more: nothing could bring them back. */
function requireCheckpointsOf(
  old: Measured | null,
  metrics: readonly string[],
  { paths, there }: { paths: RunPaths; there: readonly number[] },
): void {
  if (old === null || old.metrics.join() === metrics.join()) return;
  const lost = old.rows.map(({ epoch }) => epoch).filter((epoch) => !there.includes(epoch));
  if (lost.length === 0) return;
  throw new Error(
    `${paths.checkpoints}: expected a checkpoint for each row of ${paths.metrics} to measure other metrics, found ` +
      `none of epoch ${lost.join(", ")}; keep to the metrics that are there, or move that file away first`,
  );
}

/**
 * Measures checkpoints and puts their rows into the files one by one, each in place of the one that stood there. Where
 * other metrics are measured than the files hold, no table could hold both: the files are replaced at the end.
 */
async function measureEpochs(
  epochs: readonly number[],
  { record, paths, bootstrap, metrics, old, data, threads, memory = halfOfFreeMemory(), ...validation }:
    & Omit<Validation, "metrics" | "bootstrap">
    & WhatToMeasure,
): Promise<void> {
  const { protocol } = record;
  const device = validation.device ?? record.device;
  const { weightDecay } = protocol;
  using library = openLibrary({ threads, device });
  const dataset = await loadImagesOf(record, { folder: paths.folder, data });
  using session = openSession(library, protocol, dataset, { device });
  using bar = openBar(epochs.length, { unit: "checkpoints" });
  const sameMetrics = old === null || old.metrics.join() === metrics.join();
  let rows = sameMetrics ? old?.rows ?? [] : [];
  for (const [done, epoch] of epochs.entries()) {
    bar.update(done, `epoch ${epoch}`);
    const file = checkpointPath(paths, protocol, epoch);
    const state = await loadStateDict(file);
    const options = { metrics, keepBytes: memory, weightDecay, bootstrap };
    const row = await measureState(session, { state, file, epoch }, options);
    rows = [...rows.filter((other) => other.epoch !== epoch), row];
    if (sameMetrics || done === epochs.length - 1) await writeMeasured(paths, { metrics, rows });
    bar.line(`measured epoch ${epoch}`);
  }
}

/** Whether a checkpoint was measured with the intervals that are asked for. */
function hasIntervals({ bootstrap }: CheckpointTrust, asked: Bootstrap): boolean {
  return bootstrap !== null && bootstrap.replicates === asked.replicates && bootstrap.seed === asked.seed;
}
