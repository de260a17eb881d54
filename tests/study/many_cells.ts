/**
 * A process that lists a study of 10,000 cells whose runs are made of formulas, chooses among them and writes their page:
 * `many_cells.ts FOLDER`. Prints, as JSON, seconds of the processor for each, and the most memory that was resident.
 */
import process from "node:process";
import { protocolFrom } from "../../src/experiment/options.ts";
import { type Metric, select } from "../../src/collapse/catalogue.ts";
import { boundsOf, isWithin } from "../../src/collapse/range.ts";
import { learningRate } from "../../src/experiment/schedule.ts";
import { formatTable } from "../../src/run/csv.ts";
import { LOG_COLUMNS } from "../../src/run/tables.ts";
import { listing } from "../../src/cli/study_listing.ts";
import { metricsText } from "../../src/run/metrics.ts";
import { runPaths } from "../../src/run/paths.ts";
import { type Cell, cellsOf } from "../../src/study/cells.ts";
import { parseStudy } from "../../src/study/file.ts";
import { studyPage } from "../../src/study/page.ts";
import { chosenGroups, groupsOf, resultsOf, studyTable } from "../../src/study/results.ts";
import { RUN } from "../report/synthetic_run.ts";

/** 25 · 4 · 10 · 10 cells. */
const STUDY = `
name: many
dataset: Drawn10
metric: {name: test_accuracy, by: [batch-size]}
parameters:
  lr: {min: 0.0001, max: 0.25, points: 25, distribution: log_uniform}
  batch-size: {values: [16, 32, 64, 128]}
  weight-decay: {min: 0.00001, max: 0.01, points: 10, distribution: log_uniform}
  epochs: {value: 1}
  checkpoints: {value: [1]}
seeds: 10
`;

const [folder = ""] = Deno.args;
const file = parseStudy(STUDY, "many.yaml");
const seconds: Record<string, number> = {};

/** The time of all threads: other programs on this machine change the time on the clock. */
async function timed<T>(what: string, work: () => T | Promise<T>): Promise<T> {
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  seconds[what] = (user + system) / 1e6;
  return result;
}

const metrics = select("default");

/** A value of a metric's range. */
function valueOf({ range, name }: Metric, wave: number): number {
  const share = 0.5 + 0.4 * Math.sin(wave);
  if (name.endsWith("accuracy")) return 100 * share;
  return [share, 1 + share].find((value) => isWithin(value, boundsOf(range)))!;
}

/** Writes the tables of a run of one epoch, without waiting for the disk. */
async function writeRunOf({ name, protocol, index }: Cell): Promise<void> {
  const paths = runPaths(`${folder}/${name}`);
  await Deno.mkdir(paths.folder);
  const row = [1, learningRate(1, protocol), 0.5, 90, 0.5, 60, 1.5];
  const values = Object.fromEntries(metrics.map((metric, i) => [metric.name, valueOf(metric, index + i)]));
  const names = metrics.map((metric) => metric.name);
  await Promise.all([
    Deno.writeTextFile(paths.record, JSON.stringify({ ...RUN, protocol })),
    Deno.writeTextFile(paths.log, formatTable(LOG_COLUMNS, [row])),
    Deno.writeTextFile(paths.metrics, metricsText({ metrics: names, measurements: [{ epoch: 1, values }] })),
  ]);
}

const cells = await timed("cells", () => cellsOf(file, protocolFrom));
for (const cell of cells) await writeRunOf(cell);
const state = { folder, lease: 90_000, attempts: 2, measured: [] };
const results = await timed("reading", () => resultsOf({ file, cells }, state));
const study = { file, cells, runs: folder, folder };
const listed = await timed("listing", () => listing(study, results));
const chosen = await timed("choosing", () => chosenGroups(groupsOf(results), file.metric));
const table = await timed("table", () => studyTable(file.axes, results));
await timed("page", () => studyPage(study, results, { curves: null, code: "" }));
const [, peak = ""] = /VmHWM:\s+(\d+) kB/.exec(await Deno.readTextFile("/proc/self/status")) ?? [];
console.log(JSON.stringify({
  seconds,
  peakMiB: Number(peak) / 1024,
  listed,
  chosen: chosen.length,
  rows: table.trimEnd().split("\n").length,
  isCrowded: Deno.loadavg()[0]! > navigator.hardwareConcurrency,
}));
