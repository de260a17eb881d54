/** A study as a job array of Slurm: one task a cell, and a job after it that collects and submits what is left. */
import { shellWord } from "../shell.ts";
import type { SlurmJob } from "./slurm_key.ts";

export interface SlurmOptions extends SlurmJob {
  /** Name of the study. */
  readonly name: string;
  /** Path of the Deno that writes the scripts: the nodes' shells may find none. All nodes see it, as the project. */
  readonly deno: string;
  /** Path of the study's file, from the project's folder. */
  readonly file: string;
  /** The project's folder, which all nodes see. */
  readonly project: string;
  /** Where logs go: an absolute path, or from the project's folder. */
  readonly logs: string;
  /** Positions of the cells to do. */
  readonly cells: readonly number[];
  /** Seconds ahead of the limit at which a task is told to save and end. */
  readonly lead: number;
  /** Options of `study` that every task is given, too. */
  readonly words: readonly string[];
  /** How often the collecting job submits what is unfinished. */
  readonly resubmissions: number;
}

/**
 * The array: each task does one cell and ends early, saved, when Slurm says that time runs out. A task that was told so
 * by the clock puts itself into the queue again, by its own name in the array: the plain id of the job would requeue
 * all of it. One that is preempted is put back by Slurm.
 */
export function arrayScript(options: SlurmOptions): string {
  const { name, logs, cells, concurrency, time, lead, cpus, memory, gpus, options: more } = options;
  return lines([
    "#!/bin/bash",
    `#SBATCH --job-name=${name}`,
    `#SBATCH --array=${ranges(cells)}%${concurrency}`,
    `#SBATCH --time=${time}`,
    `#SBATCH --signal=B:USR1@${lead}`,
    "#SBATCH --requeue",
    "#SBATCH --open-mode=append",
    `#SBATCH --output=${shellWord(`${logs}/%A_%a.log`)}`,
    "#SBATCH --ntasks=1",
    `#SBATCH --cpus-per-task=${cpus}`,
    `#SBATCH --mem=${memory}`,
    ...gpus === 0 ? [] : [`#SBATCH --gres=gpu:${gpus}`],
    ...more.map((line) => `#SBATCH ${line}`),
    "",
    ...inProject(options),
    `${study(options)} --index "$SLURM_ARRAY_TASK_ID" &`,
    "cell=$!",
    "time_is_up=no",
    "# Ahead of the limit, told to this shell alone: the cell saves and ends.",
    "trap 'time_is_up=yes; kill -USR1 \"$cell\"' USR1",
    "# Where Slurm preempts, puts back or cancels the task it tells the cell, too, whom a second signal would end unsaved.",
    "trap : TERM",
    "# A signal ends a wait early; the last one has the cell's own exit code.",
    'while kill -0 "$cell" 2>/dev/null; do wait "$cell"; done',
    'wait "$cell"; code=$?',
    'if [ "$time_is_up" = yes ] && [ "$code" -ne 0 ]; then',
    '  scontrol requeue "${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}"',
    "fi",
    'exit "$code"',
  ]);
}

/** The job after the array: lists the cells, writes study.csv and the page, and submits again what is unfinished. */
export function collectScript(options: SlurmOptions): string {
  const { name, logs, memory, resubmissions, options: more } = options;
  return lines([
    "#!/bin/bash",
    `#SBATCH --job-name=${name}-collect`,
    "#SBATCH --time=30",
    "#SBATCH --open-mode=append",
    `#SBATCH --output=${shellWord(`${logs}/collect_%j.log`)}`,
    "#SBATCH --ntasks=1",
    `#SBATCH --mem=${memory}`,
    ...more.map((line) => `#SBATCH ${line}`),
    "",
    ...inProject(options),
    `${study(options)} --collect --resubmit ${resubmissions}`,
  ]);
}

/** Nodes have no internet, and set-up was done before: the tool is started without its task. */
function study({ deno, file, words }: SlurmOptions): string {
  return [
    shellWord(deno),
    "run -q --cached-only -P=study src/cli/main.ts study",
    shellWord(file),
    ...words.map(shellWord),
  ].join(" ");
}

function inProject({ project }: SlurmOptions): string[] {
  return [`cd ${shellWord(project)} || exit 1`, "export MALLOC_ARENA_MAX=1 CUBLAS_WORKSPACE_CONFIG=:4096:8"];
}

/** Ascending numbers as Slurm lists them: 0-3,7,9-10. */
export function ranges(numbers: readonly number[]): string {
  const groups: [first: number, last: number][] = [];
  for (const number of numbers) {
    const group = groups.at(-1);
    if (group && group[1] === number - 1) group[1] = number;
    else groups.push([number, number]);
  }
  return groups.map(([first, last]) => first === last ? String(first) : `${first}-${last}`).join();
}

function lines(texts: readonly string[]): string {
  return `${texts.join("\n")}\n`;
}
