/** The part of `deno task study` that speaks to Slurm: scripts, and their submission. */
import type { CellResult } from "../study/results.ts";
import type { SlurmOptions } from "../study/slurm.ts";
import { JOBS_FOLDER } from "../study/state.ts";
import type { Study } from "../study/study.ts";
import { submit, writeScripts } from "../study/submit.ts";

export interface JobChoices {
  /** Hands the scripts to Slurm. */
  readonly submit: boolean;
  /** How often the collecting job submits what is unfinished. */
  readonly resubmissions: number;
  /** Options of `study` that every task is given, too. */
  readonly words: readonly string[];
}

/** Seconds ahead of the limit at which a cell is told to save and end. */
const LEAD = 120;

/** Writes the scripts for all cells that are neither done nor given up, and submits them where that is asked for. */
export async function makeJobs(
  study: Study,
  results: readonly CellResult[],
  choices: JobChoices,
): Promise<string> {
  const open = results.filter(({ state }) => state !== "done" && state !== "failed");
  if (open.length === 0) return "nothing to submit: every cell is done or given up";
  const scripts = await writeScripts(jobOf(study, open.map(({ cell }) => cell.index), choices));
  if (!choices.submit) {
    return `${open.length} cells; submit them with: sbatch ${scripts.array}, and after it ` +
      `sbatch --dependency=afterany:<its id> ${scripts.collect}`;
  }
  const jobs = await submit(scripts);
  return `${open.length} cells submitted as job array ${jobs.array}, collected by job ${jobs.collect}`;
}

function jobOf(
  { file, folder }: Study,
  cells: readonly number[],
  { words, resubmissions }: JobChoices,
): SlurmOptions {
  const { slurm, name, path } = file;
  if (slurm === null) {
    throw new Error(
      `${path}: expected the key slurm with the time of a cell, as slurm: {time: 04:00:00}, found none`,
    );
  }
  return {
    ...slurm,
    name,
    deno: Deno.execPath(),
    file: path,
    project: Deno.cwd(),
    logs: `${folder}/${JOBS_FOLDER}`,
    cells,
    lead: LEAD,
    resubmissions,
    words: ["--threads", String(slurm.cpus), ...words],
  };
}
