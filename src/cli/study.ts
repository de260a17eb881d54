/** `deno task study FILE`: runs a grid of runs, on this machine or as one of many workers on a shared folder. */
import { Command, type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { loadImages } from "../engine/images.ts";
import { type OptionTexts, protocolFrom } from "../experiment/options.ts";
import type { Protocol } from "../experiment/parts.ts";
import { secondsAnEpoch, secondsLeft } from "../study/estimate.ts";
import { studyProgress, type WorkerEvent } from "../study/progress.ts";
import { measuredColumns } from "../study/file.ts";
import { type CellResult, resultsOf } from "../study/results.ts";
import type { StateOptions } from "../study/state.ts";
import { openStudy, type Study } from "../study/study.ts";
import { commandLine } from "./command_line.ts";
import { device, nonEmpty, QUIET, RUNS_HELP, threads, wholeNumber } from "./options.ts";
import { linkTo } from "./page.ts";
import { beQuiet, duration, say, showLoading } from "./progress.ts";
import { interruption } from "./signals.ts";
import { listing } from "./study_listing.ts";
import { showStudy } from "./study_progress.ts";
import { makeJobs } from "./study_slurm.ts";
import {
  wordsHere,
  wordsOf,
  type WorkerChoices,
  workForStarter,
  workHere,
  workInProcesses,
} from "./study_work.ts";

/** Network drives may keep what they know of a file for a minute. */
const LEASE_SECONDS = 90;
const ATTEMPTS = 2;
/** A cluster that cancels jobs instead of putting them back would never finish otherwise. */
const RESUBMISSIONS = 3;

export function studyCommand(): CommandUnknownOpts {
  const command = new Command("study")
    .description("run a grid of runs: the cells of a study's file that are not done yet")
    .argument("<file>", "YAML or JSON: name, dataset, parameters, seeds, exclude, metric, measure")
    .option("--dry-run", "list the cells and how long they would take on this machine, and start none")
    .option(
      "--workers <n>",
      "cells at a time on this machine, which share its cores (default: 1)",
      wholeNumber({ min: 1, max: 1024 }),
    )
    .addOption(
      new Option("--index <k>", "the cell at this position of the list alone, from 0: for job arrays")
        .argParser(wholeNumber())
        .conflicts(["dryRun", "workers", "prepare", "slurm", "submit", "collect"]),
    )
    .option(
      "--attempts <n>",
      `how often a cell may fail, or its worker die (default: ${ATTEMPTS})`,
      wholeNumber({ min: 1 }),
    )
    .option("--fail-fast", "take no cell after one that failed")
    .option(
      "--lease <seconds>",
      `silence after which a worker counts as dead (default: ${LEASE_SECONDS})`,
      wholeNumber({ min: 1 }),
    )
    .option(
      "--data <folder>",
      "an existing copy of the data set (default: data/, downloaded to it where needed)",
    )
    .option("--runs <folder>", RUNS_HELP, nonEmpty)
    .option("--device <name>", "cpu, cuda or cuda:<index> (default: cpu)", device)
    .option("--threads <n>", "CPU threads of a worker (default: the cores shared out)", threads)
    .addOption(
      new Option(
        "--prepare",
        "look for or download the data set, so that nodes without internet find it, and stop",
      ).conflicts(["dryRun", "workers", "threads", "failFast"]),
    )
    .addOption(slurmOption())
    .addOption(new Option("--submit", "with --slurm: submit both").implies({ slurm: true }))
    .addOption(
      new Option("--collect", "write the table and the page of what is there, and run nothing")
        .conflicts(["dryRun", "workers", "prepare"]),
    )
    .option(
      "--resubmit <n>",
      `with --slurm or --collect: how often the collecting job submits what is left (default: ${RESUBMISSIONS})`,
      wholeNumber(),
    )
    .option("--quiet", QUIET)
    .addOption(
      new Option("--as-worker", "one of several processes: work, and leave listing to another").hideHelp(),
    );
  return command.action(async (path, options) => {
    beQuiet(options.quiet);
    Deno.exitCode = await runStudy(await openStudy(path, protocolOfCell, options.runs), options);
  });
}

function slurmOption() {
  return new Option(
    "--slurm",
    "write a job array for the cells that are left, and a job that collects, into the study's folder; a task has as " +
      "many threads as slurm in the file gives it cpus",
  ).conflicts(["dryRun", "workers", "threads", "failFast", "prepare", "collect"]);
}

/** Throws as protocolFrom does, and where one process cannot train it. */
function protocolOfCell(dataset: string, options: OptionTexts): Protocol {
  const protocol = protocolFrom(dataset, options);
  const { ranks } = protocol.training;
  if (ranks === 1) return protocol;
  throw new Error(
    `--ranks: expected 1 in a study, whose cells are trained by one process each, found ${ranks}`,
  );
}

interface StudyOptions extends WorkerChoices {
  readonly dryRun?: boolean;
  readonly workers?: number;
  readonly index?: number;
  readonly prepare?: boolean;
  readonly slurm?: boolean;
  readonly submit?: boolean;
  readonly collect?: boolean;
  readonly resubmit?: number;
  readonly asWorker?: boolean;
}

/** Returns the exit code: 0 where every cell is done, 1 where one failed, else that of the signal that stopped it. */
async function runStudy(study: Study, options: StudyOptions): Promise<number> {
  const { file, cells, folder } = study;
  const { index, attempts = ATTEMPTS, lease = LEASE_SECONDS, asWorker = false } = options;
  const state = { folder, lease: lease * 1000, attempts, measured: measuredColumns(file.measure) };
  if (index !== undefined && index >= cells.length) {
    throw new Error(
      `--index: expected a position from 0 to ${cells.length - 1} in ${file.path}, found ${index}`,
    );
  }
  if (options.prepare) return await prepare(study, options);
  using interrupted = interruption({ saysSo: !asWorker });
  if (asWorker) {
    interrupted.listen();
    await workForStarter(study, state, options, interrupted.signal);
    return interrupted.exitCode;
  }
  const asked = index === undefined ? study : { ...study, cells: [cells[index]!] };
  const before = await resultsOf(asked, state);
  if (index === undefined) {
    say(listing(study, before));
    if (options.slurm) return await toSlurm(study, before, options);
    if (options.collect) return await collect(study, before, options);
  }
  const costs = index === undefined ? await sayTimeLeft(before, options) : new Map<number, number>();
  if (options.dryRun) return 0;
  interrupted.listen();
  await workBehindDisplay(study, before, { costs, state, options, signal: interrupted.signal });
  const results = await resultsOf(asked, state);
  if (index === undefined) await conclude(study, results);
  if (!interrupted.signal.aborted) return results.every(({ state }) => state === "done") ? 0 : 1;
  const words = [file.path, ...wordsToGoOn(options)];
  console.error(`stopped and saved; go on with: ${commandLine("study", words)}`);
  return interrupted.exitCode;
}

/** Those of its options that the work depends on. */
function wordsToGoOn(options: StudyOptions): string[] {
  const { workers, index } = options;
  return [
    ...wordsHere(options),
    ...index === undefined ? [] : ["--index", String(index)],
    ...workers === undefined ? [] : ["--workers", String(workers)],
  ];
}

/** Works on the cells of `before` until each is done or given up, or `signal` comes. */
async function workBehindDisplay(
  study: Study,
  before: readonly CellResult[],
  { costs, state, options, signal }: {
    readonly costs: ReadonlyMap<number, number>;
    readonly state: StateOptions;
    readonly options: StudyOptions;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const workers = options.index === undefined ? options.workers ?? 1 : 1;
  const progress = studyProgress(before, costs);
  using display = showStudy({ name: study.file.name, cells: study.cells.length, progress, workers });
  if (workers > 1) return await workInProcesses(study, options, { workers, signal, display });
  const tell = (event: WorkerEvent) => display.take(0, event);
  await workHere(study, before.map(({ cell }) => cell), { state, choices: options, signal, tell });
}

/**
 * From a short timing on this machine. Processes that share its cores are about as fast together as one that has them all.
 * Returns seconds an epoch by position.
 */
async function sayTimeLeft(
  results: readonly CellResult[],
  options: StudyOptions,
): Promise<ReadonlyMap<number, number>> {
  const costs = await secondsAnEpoch(results, options, showLoading());
  if (costs.size > 0) {
    say(
      `about ${
        duration(secondsLeft(results, costs))
      } of training on this machine, as a timing of a few steps tells; measuring comes on top`,
    );
  }
  return costs;
}

/** Writes what the study came to, and says how far the cells are. */
async function conclude(study: Study, results: readonly CellResult[]): Promise<void> {
  const { reportStudy } = await import("../study/report_study.ts");
  const { table, page } = await reportStudy(study, results);
  const where = page === null ? `table: ${table}` : `table: ${table}, page: ${linkTo(page)}`;
  console.error(`${listing(study, results)}\n${where}`);
}

/** Looks for the images, as training would. */
async function prepare({ file, cells }: Study, { data }: StudyOptions): Promise<number> {
  const { title, train, test } = await loadImages(cells[0]!.protocol, data, showLoading());
  console.error(`${file.dataset}: ${title} is there, ${train.count} training and ${test.count} test images`);
  return 0;
}

async function toSlurm(study: Study, results: readonly CellResult[], options: StudyOptions): Promise<number> {
  const { submit = false, resubmit: resubmissions = RESUBMISSIONS } = options;
  console.error(await makeJobs(study, results, { submit, resubmissions, words: wordsOf(options) }));
  return 0;
}

/** What the job after an array does: the table, and another array for what was cancelled. */
async function collect(study: Study, results: readonly CellResult[], options: StudyOptions): Promise<number> {
  await conclude(study, results);
  const left = options.resubmit ?? 0;
  const open = results.some(({ state }) => state !== "done" && state !== "failed");
  if (open && left > 0) {
    console.error(
      await makeJobs(study, results, { submit: true, resubmissions: left - 1, words: wordsOf(options) }),
    );
  }
  return 0;
}
