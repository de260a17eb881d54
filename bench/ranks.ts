/**
 * What ranks cost and gain: the sum of a network's gradients over two processes on this machine, beside a step of one
 * process and of both: `deno run -P=bench bench/ranks.ts`. The clock tells it, so that it means something on a machine that
 * does nothing else; the result keeps the load.
 */
import { Command } from "@commander-js/extra-typings";
import { wholeNumber } from "../src/cli/options.ts";
import { loadImages } from "../src/engine/images.ts";
import { openLibrary } from "../src/engine/library.ts";
import { openSession } from "../src/engine/session.ts";
import { Together } from "../src/engine/together.ts";
import { protocolFrom } from "../src/experiment/options.ts";
import { recipeOf } from "../src/experiment/recipe.ts";
import { Trainer } from "../src/ffi/trainer.ts";
import { writeWhole } from "../src/files.ts";
import { epochOrder } from "../src/train/order.ts";
import { TASK_ENVIRONMENT } from "./environment.ts";
import { describeCommit, describeMachine } from "./machine.ts";
import { spread } from "./statistics.ts";

const NETWORKS = ["resnet18", "resnet50"] as const;
const RANKS = 2;

/** Milliseconds, the least of some, of one rank. */
interface Times {
  /** Bytes of the gradients. */
  readonly bytes: number;
  readonly sum: number;
  /** Of the whole batch, by this process with all threads. */
  readonly alone: number;
  /** Of this rank's part of it, by this process alone with its share of the threads. */
  readonly part: number;
  /** Of the whole batch, by both ranks. */
  readonly own: number;
  readonly synchronised: number;
}

if (import.meta.main) await main();

async function main(): Promise<void> {
  const options = new Command("ranks")
    .option("--batch <n>", "images of a step, over both ranks", wholeNumber({ min: 4 }), 128)
    .option("--steps <n>", "that are timed of each kind", wholeNumber({ min: 1 }), 7)
    .option("--port <n>", "where ranks meet", wholeNumber({ min: 1, max: 65535 }), 29_555)
    .option("--out <file>", "where the result goes", `${import.meta.dirname}/results/ranks.json`)
    .option("--rank <n>", "one of the two processes: time, and print what was found", wholeNumber({ max: 1 }))
    .parse(Deno.args, { from: "user" }).opts();
  if (options.rank !== undefined) return await timeRank(options.rank, options);
  const { load } = await describeMachine("cpu");
  const [first] = await Promise.all(Array.from({ length: RANKS }, (_, rank) => outputOf(rank)));
  const networks = JSON.parse(first!) as Record<string, Times>;
  const result = {
    batch: options.batch,
    networks,
    machine: { ...await describeMachine("cpu"), load },
    commit: await describeCommit(),
    date: new Date().toISOString(),
  };
  await writeWhole(options.out, `${JSON.stringify(result, null, 2)}\n`);
  for (const [name, times] of Object.entries(networks)) console.log(lineOf(name, times));
}

function lineOf(name: string, { bytes, sum, alone, part, own, synchronised }: Times): string {
  const ms = (value: number) => `${value.toPrecision(3)} ms`;
  return `${name}: ${(bytes / 1e6).toFixed(1)} MB summed in ${ms(sum)}; a step alone ${
    ms(alone)
  }, its half with half of ` +
    `the threads ${ms(part)}, by two ranks ${ms(own)}, with synchronised batch norm ${ms(synchronised)}`;
}

/** What one of the two processes prints. */
async function outputOf(rank: number): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "-P=bench", import.meta.filename!, ...Deno.args, "--rank", String(rank)],
    cwd: `${import.meta.dirname}/..`,
    env: TASK_ENVIRONMENT,
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

interface Timed {
  readonly batch: number;
  readonly steps: number;
  readonly port: number;
}

async function timeRank(rank: number, { batch, steps, port }: Timed): Promise<void> {
  using together = await Together.meet({ rank, local: rank, count: RANKS, host: "127.0.0.1", port });
  const found: Record<string, Times> = {};
  for (const name of NETWORKS) found[name] = await timesOf(name, { rank, together, batch, steps });
  if (rank === 0) console.log(JSON.stringify(found));
}

async function timesOf(
  model: string,
  { rank, together, batch, steps }: { rank: number; together: Together; batch: number; steps: number },
): Promise<Times> {
  const protocol = protocolFrom("Drawn10", {
    model,
    "per-class": String(batch),
    "batch-size": String(batch),
  });
  const recipe = recipeOf(protocol);
  using library = openLibrary({ device: "cpu" });
  using session = openSession(library, protocol, await loadImages(protocol, undefined, {}), {
    device: "cpu",
    recipe,
  });
  session.network.initialise(0);
  const { plan, network, train } = session;
  const values = plan.entries.flatMap((entry) => entry.kind === "parameter" ? [entry.shape] : [])
    .reduce((sum, shape) => sum + shape.reduce((product, size) => product * size, 1), 0);
  // Sums of float64: half as many numbers are as many bytes.
  const gradients = new Float64Array(Math.ceil(values / 2));
  const order = epochOrder(0, 1, train.count);
  const threads = navigator.hardwareConcurrency;
  const stepOf = (trainer: Trainer, size: number) => (i: number) =>
    trainer.run(order, { batchSize: size, firstStep: i % 2, steps: 1, learningRate: 0 });
  using alone = Trainer.create(library, network, train, recipe);
  // One rank at a time: the other waits for it to be told.
  const inTurn = async (time: () => Promise<number>): Promise<number> => {
    const own = rank === 0 ? await time() : 0;
    if (rank === 0) await together.tell(null);
    else await together.hear();
    return own;
  };
  const whole = await inTurn(() => least(steps, stepOf(alone, batch)));
  library.setThreads(Math.max(1, Math.floor(threads / RANKS)));
  const part = await inTurn(() => least(steps, stepOf(alone, batch / RANKS)));
  alone.flush();
  const shared = async (batchNorm: "rank" | "synchronised") => {
    using trainer = Trainer.create(library, network, train, recipe);
    await together.share(trainer, { batchNorm });
    const time = await least(steps, stepOf(trainer, batch));
    trainer.flush();
    return time;
  };
  const own = await shared("rank");
  const synchronised = await shared("synchronised");
  const sum = await least(steps, () => together.sum(gradients));
  return { bytes: 4 * values, sum, alone: whole, part, own, synchronised };
}

/** Milliseconds that the fastest of some takes, after two that allocate what the others use again. */
async function least(count: number, work: (i: number) => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = -2; i < count; i++) {
    const started = performance.now();
    await work(i + 2);
    if (i >= 0) times.push(performance.now() - started);
  }
  return spread(times).low;
}
