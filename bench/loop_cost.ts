/**
 * What python/neural_collapse.py costs a PyTorch loop: a pass of evaluation with features or statistics exported, beside
 * a plain one: `deno run -P=bench bench/loop_cost.ts`. Processor time tells it on a machine that does other things, too.
 */
import { Command } from "@commander-js/extra-typings";
import { wholeNumber } from "../src/cli/options.ts";
import { writeWhole } from "../src/files.ts";
import { pythonOfSetup } from "./contender.ts";
import { describeCommit, describeMachine } from "./machine.ts";
import { spread } from "./statistics.ts";

const CONTENDERS = ["plain", "features", "statistics"] as const;
type Contender = (typeof CONTENDERS)[number];

interface Measured {
  readonly seconds: { readonly [name in Contender]: readonly number[] };
  readonly processorSeconds: { readonly [name in Contender]: readonly number[] };
  readonly peakBytes: number;
}

if (import.meta.main) await main();

async function main(): Promise<void> {
  const command = new Command("loop_cost")
    .option("--images <n>", "of 32 × 32, passed over by a ResNet-18", wholeNumber({ min: 128 }), 4096)
    .option("--repetitions <n>", "turns that each contender takes", wholeNumber({ min: 1 }), 5)
    .option("--threads <n>", "CPU threads", wholeNumber({ min: 1 }), 1)
    .option("--out <file>", "where the result goes", `${import.meta.dirname}/results/loop_cost.json`);
  const { images, repetitions, threads, out } = command.parse(Deno.args, { from: "user" }).opts();
  const run = (names: readonly Contender[], turns: number) =>
    runPython([names.join(), turns, images, threads]);
  const { seconds, processorSeconds } = await run(CONTENDERS, repetitions);
  // Peaks never fall, so each has a process of its own.
  const peaks: Partial<Record<Contender, number>> = {};
  for (const name of CONTENDERS) peaks[name] = (await run([name], 1)).peakBytes;
  const ratio = (name: Contender) =>
    spread(processorSeconds[name].map((time, i) => time / processorSeconds.plain[i]!)).median;
  const result = {
    images,
    threads,
    seconds,
    processorSeconds,
    /** Processor time of a turn over that of the plain one of the same turn: the median. */
    ratios: { features: ratio("features"), statistics: ratio("statistics") },
    peakBytes: peaks,
    machine: await describeMachine("cpu"),
    commit: await describeCommit(),
    date: new Date().toISOString(),
  };
  await writeWhole(out, `${JSON.stringify(result, null, 2)}\n`);
  for (const name of ["features", "statistics"] as const) {
    const more = (peaks[name]! - peaks.plain!) / 2 ** 20;
    console.log(`${name}: ${result.ratios[name].toFixed(3)} of a plain pass, ${more.toFixed(0)} MiB more`);
  }
}

async function runPython(args: readonly (string | number)[]): Promise<Measured> {
  const { python, pythonPath } = await pythonOfSetup();
  const { success, stdout, stderr } = await new Deno.Command(python, {
    args: [`${import.meta.dirname}/pytorch/loop_cost.py`, ...args.map(String)],
    env: pythonPath === null ? {} : { PYTHONPATH: pythonPath },
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}
