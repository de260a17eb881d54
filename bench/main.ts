/** `deno task bench`: this project against PyTorch on this machine; bench/README.md explains it. */
import { Command, InvalidArgumentError } from "@commander-js/extra-typings";
import { device, wholeNumber } from "../src/cli/options.ts";
import { writeWhole } from "../src/files.ts";
import { describeConditions } from "./conditions.ts";
import { chooseExperiments, EXPERIMENTS, shrink } from "./experiments.ts";
import { loadSource } from "./inputs.ts";
import type { Machine } from "./machine.ts";
import { measurePages, readPages, writePages } from "./pages.ts";
import { type Conditions, readResults, type Result, writeResult } from "./result.ts";
import { measureProductRate, runExperiment } from "./run.ts";
import { formatTables, replaceTables } from "./table.ts";
import { measureWholeRun, readWholeRun, type WholeRun, writeWholeRun } from "./whole_run.ts";

const ROOT = `${import.meta.dirname}/..`;
/** Files that show the table between the markers. */
const TABLE_FILES = [`${ROOT}/README.md`, `${ROOT}/bench/README.md`];

/** Of a repetition. All rows fit in ten minutes on a GPU, whose clock hardly varies. */
const SECONDS = { cpu: 5, cuda: 2 };
/** Load a core up to which a machine counts as left alone. */
const QUIET = 0.25;
/** What the images of --data are called. */
const TITLE = "CIFAR-10";
const QUICK = { repetitions: 1, seconds: 0.01 };

const WHOLE_RUN = "whole-run";
const PAGES = "pages";
/** What is measured by the clock alone. */
const ALONE = [WHOLE_RUN, PAGES];

interface Options {
  readonly rows?: readonly string[] | undefined;
  readonly repetitions: number;
  readonly data?: string | undefined;
  readonly title: string;
  readonly device: string;
  readonly threads: number;
  readonly quick?: boolean | undefined;
}

if (import.meta.main) await main();

async function main(): Promise<void> {
  const command = new Command("deno task bench")
    .description(
      "Measures this project against PyTorch, side by side, and writes bench/results and the tables.",
    )
    .option(
      "--rows <ids>",
      `experiments, separated by commas (default: all but ${ALONE.join(" and ")})`,
      list,
    )
    .option("--repetitions <n>", "turns that each contender takes", wholeNumber({ min: 1 }), 5)
    .option("--data <folder>", "a folder with CIFAR-10 (default: images drawn by code)")
    .option("--title <text>", "what to call the images of --data", TITLE)
    .option("--device <name>", "cpu, cuda or cuda:<index>", device, "cpu")
    .option("--threads <n>", "CPU threads of each contender", wholeNumber({ min: 1 }), 2)
    .option("--quick", "next to no work, once: shows that everything runs; writes nothing")
    .parse(Deno.args, { from: "user" });
  try {
    await bench(command.opts());
  } catch (error) {
    console.error(`error: ${error instanceof Error ? error.message : error}`);
    Deno.exitCode = 1;
  }
}

async function bench(options: Options): Promise<void> {
  const { rows, repetitions, quick = false } = options;
  const conditions = await describeConditions(options);
  warnIfBusy(conditions.machine);
  const wholeRun = rows?.includes(WHOLE_RUN) ? await runWhole(options, conditions) : null;
  const pages = rows?.includes(PAGES) ? await measurePages(conditions, { repetitions, quick }) : null;
  const others = rows?.filter((row) => !ALONE.includes(row));
  const results = others?.length === 0 ? [] : await runExperiments(others, options, conditions);
  if (quick) return console.log(formatTables(results, wholeRun, pages));
  if (wholeRun !== null) await writeWholeRun(wholeRun);
  if (pages !== null) await writePages(pages);
  for (const result of results) await writeResult(result);
  const tables = formatTables(await readResults(), await readWholeRun(), await readPages());
  console.log(tables);
  for (const path of TABLE_FILES) {
    const text = await Deno.readTextFile(path);
    await writeWhole(path, replaceTables(text, tables, path));
  }
  // Aligned columns, as the formatter wants every file.
  await new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", ...TABLE_FILES] }).output();
}

function warnIfBusy({ load, cores }: Machine): void {
  if (load <= QUIET * cores) return;
  console.error(
    `warning: other programs keep this machine busy (load ${load.toFixed(1)}): expect wrong ratios`,
  );
}

async function runWhole(
  { data, title, device, quick = false }: Options,
  conditions: Conditions,
): Promise<WholeRun> {
  if (data === undefined) throw new Error(`${WHOLE_RUN}: expected --data with CIFAR-10, found none`);
  return await measureWholeRun({ data, title, device, quick, conditions });
}

async function runExperiments(
  rows: readonly string[] | undefined,
  { repetitions, data, title, device, threads, quick = false }: Options,
  conditions: Conditions,
): Promise<Result[]> {
  const kind = device === "cpu" ? "cpu" : "cuda";
  const experiments = chooseExperiments(rows, kind).map((chosen) => quick ? shrink(chosen) : chosen);
  const images = Math.max(0, ...experiments.map(({ input }) => input.task === "measure" ? 0 : input.images));
  const source = await loadSource({ data, title, images });
  const turns = quick ? QUICK.repetitions : repetitions;
  const productRate = await measureProductRate({ threads, device });
  const seconds = quick ? QUICK.seconds : SECONDS[kind];
  const results: Result[] = [];
  for (const experiment of experiments) {
    console.error(`${experiment.id}: ${experiment.contenders.length} contenders, ${turns} repetitions`);
    const run = { repetitions: turns, seconds, productRate, source, device, conditions };
    results.push(await runExperiment(experiment, run));
  }
  return results;
}

function list(text: string): string[] {
  const known = [...EXPERIMENTS.map(({ id }) => id), ...ALONE];
  const ids = text.split(",").map((id) => id.trim());
  if (ids.every((id) => known.includes(id))) return ids;
  throw new InvalidArgumentError(`Expected some of ${known.join(", ")}, separated by commas.`);
}
