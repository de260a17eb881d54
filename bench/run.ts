/** Runs one experiment: all contenders side by side, their repetitions taken in turn. */
import { Contender } from "./contender.ts";
import type { Experiment } from "./experiments.ts";
import { neededMultiplyAdds } from "./floor.ts";
import { type ImageSource, writeInput } from "./inputs.ts";
import type { Repetition, Task } from "./protocol.ts";
import type { Conditions, ContenderResult, Floor, Result } from "./result.ts";
import { spread } from "./statistics.ts";

/** Largest relative difference between what two contenders measured on the same features. */
const AGREEMENT = 1e-6;
/** Repetitions of a large product, each a fraction of a second; the first ones are slow. */
const PRODUCTS = 12;

export interface RunOptions {
  readonly repetitions: number;
  /** How long a repetition should take at least; the amount of work is chosen accordingly. */
  readonly seconds: number;
  /** Multiply-adds a second of this machine's large products. */
  readonly productRate: number;
  readonly source: ImageSource;
  /** As libtorch names it, e.g. "cuda:0". */
  readonly device: string;
  readonly conditions: Conditions;
}

interface Entrant {
  readonly id: string;
  readonly contender: Contender;
  readonly amount: number;
  readonly versions: Readonly<Record<string, string>>;
  readonly repetitions: Repetition[];
}

export async function runExperiment(experiment: Experiment, options: RunOptions): Promise<Result> {
  const { repetitions, source, conditions, productRate } = options;
  const folder = await Deno.makeTempDir();
  await using ending = new AsyncDisposableStack();
  ending.defer(() => Deno.remove(folder, { recursive: true }));
  const task = await writeInput(experiment, source, folder);
  const entrants: Entrant[] = [];
  for (const { id, side, variant } of experiment.contenders) {
    const contender = ending.use(await Contender.start(side));
    entrants.push({ id, contender, repetitions: [], ...await warmUp(contender, task, variant, options) });
  }
  for (let i = 0; i < repetitions; i++) {
    for (const entrant of entrants) {
      entrant.repetitions.push(await entrant.contender.repeat(entrant.amount));
    }
  }
  requireAgreement(entrants);
  return {
    ...conditions,
    versions: Object.assign({}, conditions.versions, ...entrants.map(({ versions }) => versions)),
    experiment: experiment.id,
    data: task.task === "measure" ? "features drawn by code" : source.title,
    floor: experiment.withoutFloor ? null : floorOf(task, productRate),
    contenders: await Promise.all(entrants.map(resultOf)),
  };
}

/**
 * Multiply-adds a second of large products: the fastest of some repetitions, and on a CPU of two forms (a matrix
 * product, and the one inside a convolution), as it is to bound others.
 */
export async function measureProductRate(
  { threads, device }: { threads: number; device: string },
): Promise<number> {
  const forms = device === "cpu" ? ["matrix", "convolution"] : ["matrix"];
  let best = 0;
  for (const variant of forms) {
    await using contender = await Contender.start("pytorch");
    await contender.prepare({ task: "product", variant, threads, device });
    for (let i = 0; i < PRODUCTS; i++) best = Math.max(best, rateOf(await contender.repeat(1)));
  }
  return best;
}

/** Loads, runs what only the first time is slow, and finds how much work takes as long as a repetition should. */
async function warmUp(
  contender: Contender,
  task: Task,
  variant: string,
  { seconds, device, conditions: { threads } }: RunOptions,
): Promise<Pick<Entrant, "versions" | "amount">> {
  const { versions } = await contender.prepare({ ...task, variant, threads, device });
  await contender.repeat(1);
  const once = (await contender.repeat(1)).seconds;
  // One step says little where steps are short or the first few are slow: look again over a tenth of the time.
  const amount = Math.max(1, Math.ceil(seconds / 10 / once));
  const taken = (await contender.repeat(amount)).seconds;
  return { versions, amount: Math.max(1, Math.ceil(amount * seconds / taken)) };
}

async function resultOf({ id, contender, repetitions }: Entrant): Promise<ContenderResult> {
  const seconds = repetitions.map((repetition) => repetition.seconds);
  const own = await contender.peakBytes();
  const helpers = Math.max(...repetitions.map(({ helperBytes = 0 }) => helperBytes));
  return {
    id,
    rates: repetitions.map(rateOf),
    secondsPerRepetition: spread(seconds).median,
    peakBytes: own === null ? null : own + helpers,
  };
}

function rateOf({ units, seconds }: Repetition): number {
  return units / seconds;
}

function floorOf(task: Task, productRate: number): Floor | null {
  if (task.task !== "train" && task.task !== "extract") return null;
  return { multiplyAdds: neededMultiplyAdds(task.task, task), productRate };
}

/** A contender that is fast because it measures something else has no place in the table. */
function requireAgreement([ours, ...others]: readonly Entrant[]): void {
  for (const [name, value] of Object.entries(ours?.repetitions.at(-1)?.values ?? {})) {
    for (const { id, repetitions } of others) {
      const other = repetitions.at(-1)?.values?.[name];
      if (other === undefined) throw new Error(`expected ${id} to measure ${name}, found no such value`);
      if (Math.abs(value - other) <= AGREEMENT * Math.max(Math.abs(other), 1)) continue;
      throw new Error(`${name}: expected the value of ${id}, ${other}, found ${value}`);
    }
  }
}
