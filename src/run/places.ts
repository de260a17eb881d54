/** Where the commands keep things, relative to the current folder. */
import { suggestion } from "../names.ts";
import { readRun } from "./run_json.ts";
import { type RunPaths, runPaths } from "./paths.ts";
import type { RunRecord } from "../experiment/run_record.ts";

/** Downloaded data sets. */
export const DATA_FOLDER = "data";
/** Runs, a folder each. */
export const RUNS_FOLDER = "runs";
const REPORTS_FOLDER = "reports";

export function pathsOfRun(name: string): RunPaths {
  return runPaths(`${RUNS_FOLDER}/${name}`);
}

export function reportFolder(name: string): string {
  return `${REPORTS_FOLDER}/${name}`;
}

/** The name of a run where none is given. */
export function defaultRunName({ dataset, model }: { dataset: string; model: string }): string {
  return `${dataset}-${model}`.toLowerCase();
}

/** The record of a run that must be there; else the error names those that are. */
export async function requireRun(name: string): Promise<{ paths: RunPaths; record: RunRecord }> {
  const paths = pathsOfRun(name);
  const record = await readRun(paths);
  if (record !== null) return { paths, record };
  const names = await runNames();
  const found = names.length === 0 ? "no run at all; train one first" : `the runs ${names.join(", ")}`;
  throw new Error(`expected a run in ${paths.folder}, found ${found}${suggestion(name, names)}`);
}

async function runNames(): Promise<string[]> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(RUNS_FOLDER));
    return entries.filter(({ isDirectory }) => isDirectory).map(({ name }) => name).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
