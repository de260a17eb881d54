/** `deno task validate DATASET`: measures every checkpoint of a run and writes its report. */
import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { resolveName } from "../data/registry.ts";
import type { Bootstrap, CheckpointTrust, RunRecord } from "../record.ts";
import { loadStateDict } from "../train/checkpoint.ts";
import { chooseMetrics, type Measured, measureState, readMeasured, writeMeasured } from "../train/measure.ts";
import { resolveProtocol } from "../train/protocol.ts";
import { checkpointPath, checkpointsThere, lockRun, type RunPaths } from "../train/run.ts";
import { openSession } from "../train/session.ts";
import {
  type BootstrapChoices,
  bootstrapOf,
  type EngineChoices,
  type MeasureChoices,
  requireUseOfSeed,
} from "./choices.ts";
import { halfOfFreeMemory, openLibrary } from "./engine.ts";
import { loadImagesOf } from "./images.ts";
import { metricSelection } from "./metrics_option.ts";
import { device, memory, runName, threads, wholeNumber } from "./options.ts";
import { defaultRunName, requireRun } from "./places.ts";
import { openBar } from "./progress.ts";
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
}

interface WhatToMeasure {
  readonly record: RunRecord;
  readonly paths: RunPaths;
  readonly bootstrap: Bootstrap | null;
  /** What the files hold already and keep. */
  readonly measured: Measured;
}

const REMEDY = "add --again to measure every checkpoint anew";

export function validateCommand(): CommandUnknownOpts {
  const command = new Command("validate")
    .description("measure every checkpoint of a run and write its report")
    .argument("<dataset>", "the data set that the run was trained on")
    .option("--run <name>", "folder in runs/ (default: <dataset>-<model>)", runName)
    .option("--data <folder>", "an existing copy of the data set")
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
    .option("--again", "measure the checkpoints that metrics.csv holds, too");
  return command.action(async (dataset, options) => {
    requireUseOfSeed(command, options);
    await runValidation({ dataset, ...options });
  });
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
  const old = again ? null : await readMeasured(paths, epochs);
  const metrics = chooseMetrics(validation.metrics, old?.metrics ?? null, {
    path: paths.metrics,
    remedy: REMEDY,
  });
  const bootstrap = bootstrapOf(validation);
  const rows = (old?.rows ?? []).filter(({ trust }) => bootstrap === null || hasIntervals(trust, bootstrap));
  const due = epochs.filter((epoch) => rows.every((row) => row.epoch !== epoch));
  if (due.length > 0) {
    await measureEpochs(due, { ...validation, record, paths, bootstrap, measured: { metrics, rows } });
  }
  const page = await reportRun(run);
  console.error(`${epochs.length} checkpoints measured, ${due.length} of them now; report: ${page}`);
}

/** Measures checkpoints and adds their rows to those that are there, one by one. */
async function measureEpochs(
  epochs: readonly number[],
  { record, paths, bootstrap, measured, data, threads, memory = halfOfFreeMemory(), ...validation }:
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
  const { metrics } = measured;
  const rows = [...measured.rows];
  for (const [done, epoch] of epochs.entries()) {
    bar.update(done, `epoch ${epoch}`);
    const file = checkpointPath(paths, protocol, epoch);
    const state = await loadStateDict(file);
    const options = { metrics, keepBytes: memory, weightDecay, bootstrap };
    rows.push(await measureState(session, { state, file, epoch }, options));
    await writeMeasured(paths, { metrics, rows });
    bar.line(`measured epoch ${epoch}`);
  }
}

/** Whether a checkpoint was measured with the intervals that are asked for. */
function hasIntervals({ bootstrap }: CheckpointTrust, asked: Bootstrap): boolean {
  return bootstrap !== null && bootstrap.replicates === asked.replicates && bootstrap.seed === asked.seed;
}
