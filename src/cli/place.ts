/** The place of this process among the ranks of a run, as torchrun or Slurm tells it in the environment. */
import type { RankPlace } from "../engine/together.ts";

/** One of several processes that train one run. */
export interface Place extends RankPlace {
  /** Threads of the CPU that are this process's share, where nothing else is asked for; null where they are not known. */
  readonly threads: number | null;
}

/** What of the environment is looked at; deno.json permits it. */
export const PLACE_VARIABLES = [
  "RANK",
  "WORLD_SIZE",
  "MASTER_ADDR",
  "MASTER_PORT",
  "LOCAL_RANK",
  "LOCAL_WORLD_SIZE",
  "SLURM_PROCID",
  "SLURM_LOCALID",
  "SLURM_STEP_NUM_TASKS",
  "SLURM_STEP_NODELIST",
  "SLURM_STEP_ID",
  "SLURM_JOB_ID",
  "SLURM_CPUS_PER_TASK",
] as const;
type Environment = (name: typeof PLACE_VARIABLES[number]) => string | undefined;

/** Ports for the steps of Slurm's jobs, which name none: below those that systems give away. */
const PORTS = { first: 15_000, count: 15_000 };
/** Steps of a job whose ports lie beside each other. */
const STEPS = 31;

/**
 * Null where one process trains by itself: without WORLD_SIZE, or one of 1, and outside of srun. `cores` are the machine's.
 * Throws where what is told is no place.
 */
export function placeIn(environment: Environment, cores: number): Place | null {
  return placeOfTorchrun(environment, cores) ?? placeOfSlurm(environment);
}

function placeOfTorchrun(environment: Environment, cores: number): Place | null {
  if (environment("WORLD_SIZE") === undefined) return null;
  const count = numberIn(environment, "WORLD_SIZE", { min: 1 });
  if (count === 1) return null;
  const rank = numberIn(environment, "RANK", { max: count - 1 });
  const port = numberIn(environment, "MASTER_PORT", { min: 1, max: 65535 });
  const host = textIn(environment, "MASTER_ADDR");
  const isHere = /^(localhost|127(\.\d+){3}|::1)$/.test(host);
  const here = environment("LOCAL_WORLD_SIZE") !== undefined
    ? numberIn(environment, "LOCAL_WORLD_SIZE", { min: 1 })
    : isHere
    ? count
    : 1;
  const byHand = isHere ? rank : 0;
  const local = environment("LOCAL_RANK") === undefined ? byHand : numberIn(environment, "LOCAL_RANK");
  return { rank, local, count, host, port, threads: Math.max(1, Math.floor(cores / here)) };
}

/** Of a step that srun started; a job's script by itself is one process. */
function placeOfSlurm(environment: Environment): Place | null {
  if (environment("SLURM_STEP_NUM_TASKS") === undefined) return null;
  const count = numberIn(environment, "SLURM_STEP_NUM_TASKS", { min: 1 });
  if (count === 1) return null;
  const rank = numberIn(environment, "SLURM_PROCID", { max: count - 1 });
  const host = environment("MASTER_ADDR") ?? firstHost(textIn(environment, "SLURM_STEP_NODELIST"));
  const step = STEPS * numberIn(environment, "SLURM_JOB_ID") + numberIn(environment, "SLURM_STEP_ID");
  const port = environment("MASTER_PORT") === undefined
    ? PORTS.first + step % PORTS.count
    : numberIn(environment, "MASTER_PORT", { min: 1, max: 65535 });
  const threads = environment("SLURM_CPUS_PER_TASK") === undefined
    ? null
    : numberIn(environment, "SLURM_CPUS_PER_TASK", { min: 1 });
  const local = environment("SLURM_LOCALID") === undefined ? 0 : numberIn(environment, "SLURM_LOCALID");
  return { rank, local, count, host, port, threads };
}

/** Of a list as Slurm writes it: "a1" of "a[1-3,7],b2". */
function firstHost(list: string): string {
  const [first] = /^([^,[]|\[[^\]]*\])+/.exec(list) ?? [list];
  return first.replaceAll(/\[(\d+)[^\]]*\]/g, "$1");
}

function textIn(environment: Environment, name: Parameters<Environment>[0]): string {
  const text = environment(name);
  if (text) return text;
  throw new Error(`expected ${name} in the environment of one of several ranks, found none`);
}

function numberIn(
  environment: Environment,
  name: Parameters<Environment>[0],
  { min = 0, max = Number.MAX_SAFE_INTEGER }: { min?: number; max?: number } = {},
): number {
  const text = textIn(environment, name);
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= min && number <= max) return number;
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  throw new Error(
    `expected a whole number ${range} in the environment's ${name}, found ${JSON.stringify(text)}`,
  );
}
