/**
 * The reproduced experiment from beginning to end by the clock: `train CIFAR10` (350 epochs), then `validate CIFAR10`
 * (71 checkpoints), as a user would run them.
 */
import { readTextIfThere, writeWhole } from "../src/files.ts";
import { TASK_ENVIRONMENT } from "./environment.ts";
import type { Conditions } from "./result.ts";

const ROOT = `${import.meta.dirname}/..`;
const RESULT = `${import.meta.dirname}/results/whole_run.json`;

const QUICK = ["--epochs", "2", "--per-class", "20"];

export interface WholeRun extends Conditions {
  readonly data: string;
  readonly trainSeconds: number;
  readonly validateSeconds: number;
}

export interface WholeRunOptions {
  /** Folder with CIFAR-10. */
  readonly data: string;
  readonly title: string;
  readonly device: string;
  /** Two epochs on a few images: shows only that everything runs. */
  readonly quick: boolean;
  readonly conditions: Conditions;
}

/** Leaves the run in runs/ for a look. Throws where either command fails; what it printed says why. */
export async function measureWholeRun(options: WholeRunOptions): Promise<WholeRun> {
  const { data, title, device, quick, conditions } = options;
  const run = `bench-${conditions.date.replaceAll(/\D/g, "")}`;
  const shared = ["CIFAR10", "--run", run, "--data", data, "--device", device];
  const trainSeconds = await time("train", [...shared, ...quick ? QUICK : []]);
  const validateSeconds = await time("validate", shared);
  return { ...conditions, data: title, trainSeconds, validateSeconds };
}

export async function writeWholeRun(run: WholeRun): Promise<void> {
  await writeWhole(RESULT, `${JSON.stringify(run, null, 2)}\n`);
}

export async function readWholeRun(): Promise<WholeRun | null> {
  const text = await readTextIfThere(RESULT);
  return text === null ? null : JSON.parse(text);
}

async function time(command: string, args: string[]): Promise<number> {
  const started = performance.now();
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", `-P=${command}`, "src/cli/main.ts", command, ...args],
    cwd: ROOT,
    env: TASK_ENVIRONMENT,
  }).spawn().status;
  if (!success) throw new Error(`${command} failed: its message is above`);
  return (performance.now() - started) / 1000;
}
