/** Where runs, their reports and data sets are kept: relative to the current folder, runs elsewhere where that is asked for. */
import { basename, resolve } from "node:path";
import { ownImages } from "../experiment/data.ts";
import type { Protocol } from "../experiment/parts.ts";
import type { RunRecord } from "../experiment/run_record.ts";
import { isThere } from "../files.ts";
import { suggestion } from "../names.ts";
import { type RunPaths, runPaths } from "./paths.ts";
import { readRun } from "./run_json.ts";

/** Downloaded data sets. */
export const DATA_FOLDER = "data";
/** Runs, a folder each, which may lie in a folder of their study: "demo", "rates/lr=0.05". */
export const RUNS_FOLDER = "runs";
const REPORTS_FOLDER = "reports";

/** `runs` is the folder of all runs. */
export function pathsOfRun(name: string, runs = RUNS_FOLDER): RunPaths {
  return runPaths(`${runs}/${name}`);
}

export function reportFolder(name: string): string {
  return `${REPORTS_FOLDER}/${name}`;
}

/** How a command line names the folder of all runs, where it is asked for. */
export function wordsOfRuns(runs: string | undefined): string[] {
  return runs === undefined ? [] : ["--runs", runs];
}

/** The name of a run where none is given. */
export function defaultRunName({ data, network }: Pick<Protocol, "data" | "network">): string {
  const own = ownImages(data)?.path?.split(",")[0];
  const name = own === undefined
    ? data.kind
    : basename(resolve(own)).replace(/\.\w+$/, "").replaceAll(/[^\w.-]/g, "_");
  return `${name}-${network.kind}`.toLowerCase();
}

/** The record of a run that must be there; else the error names those that are. */
export async function requireRun(
  name: string,
  runs = RUNS_FOLDER,
): Promise<{ paths: RunPaths; record: RunRecord }> {
  const paths = pathsOfRun(name, runs);
  const record = await readRun(paths);
  if (record !== null) return { paths, record };
  const names = await runNames(runs);
  const found = names.length === 0 ? "no run at all; train one first" : `the runs ${names.join(", ")}`;
  throw new Error(`expected a run in ${paths.folder}, found ${found}${suggestion(name, names)}`);
}

/** The run of which a table or the record was written last. Throws where there is none. */
export async function latestRun(runs = RUNS_FOLDER): Promise<string> {
  const names = await runNames(runs);
  const times = await Promise.all(names.map(async (name) => {
    const { record, log, metrics } = pathsOfRun(name, runs);
    return Math.max(...await Promise.all([record, log, metrics].map(writtenAt)));
  }));
  const latest = names[times.indexOf(Math.max(...times))];
  if (latest !== undefined) return latest;
  throw new Error(`expected a run in ${runs}/, found none; train one first`);
}

/** In ms since 1970; 0 where there is no such file. */
async function writtenAt(path: string): Promise<number> {
  try {
    return (await Deno.stat(path)).mtime?.getTime() ?? 0;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}

/** Runs in the folder of all, and those in folders of studies. */
async function runNames(runs: string): Promise<string[]> {
  const names = await foldersIn(runs);
  const found = names.map(async (name) => {
    if (await isThere(pathsOfRun(name, runs).record)) return [name];
    const cells = (await foldersIn(`${runs}/${name}`)).map((cell) => `${name}/${cell}`);
    const are = await Promise.all(cells.map((cell) => isThere(pathsOfRun(cell, runs).record)));
    return cells.filter((_, i) => are[i]);
  });
  return (await Promise.all(found)).flat();
}

async function foldersIn(folder: string): Promise<string[]> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(folder));
    return entries.filter(({ isDirectory }) => isDirectory).map(({ name }) => name).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
