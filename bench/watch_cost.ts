/**
 * What it costs a training to be watched: images a second without, with `train --watch` and with `deno task watch`, the last
 * two with a page open in Chromium on this machine: `deno run -P=bench bench/watch_cost.ts`.
 */
import { Command } from "@commander-js/extra-typings";
import { threads, wholeNumber } from "../src/cli/options.ts";
import { isThere, writeWhole } from "../src/files.ts";
import { type Running, start } from "../tests/cli/command.ts";
import { TASK_ENVIRONMENT } from "./environment.ts";
import { lines } from "./lines.ts";
import { describeCommit, describeMachine } from "./machine.ts";
import { ratio, spread } from "./statistics.ts";

const CLASSES = 10;
/** As deno.json's task sets it. */
const ENVIRONMENT = Object.entries(TASK_ENVIRONMENT).map(([name, value]) => `export ${name}=${value}`).join(
  "; ",
);
/** What a server says that it answers at. */
const ADDRESS = /http:\/\/127\.0\.0\.1:\d+\//;
const CONTENDERS = ["alone", "train --watch", "deno task watch"] as const;
type Contender = (typeof CONTENDERS)[number];

interface Choices {
  readonly perClass: number;
  readonly epochs: number;
  readonly threads?: number | undefined;
}

if (import.meta.main) await main();

async function main(): Promise<void> {
  const command = new Command("watch_cost")
    .option(
      "--per-class <n>",
      "drawn images of each of ten classes, for a ResNet-18",
      wholeNumber({ min: 1, max: 200 }),
      200,
    )
    .option("--epochs <n>", "of a run; the first is not counted", wholeNumber({ min: 2 }), 6)
    .option("--repetitions <n>", "turns that each contender takes", wholeNumber({ min: 1 }), 5)
    .option("--threads <n>", "CPU threads (default: one a core)", threads)
    .option("--out <file>", "where the result goes", `${import.meta.dirname}/results/watch_cost.json`);
  const { repetitions, out, ...choices } = command.parse(Deno.args, { from: "user" }).opts();
  const rates: Record<Contender, number[]> = { alone: [], "train --watch": [], "deno task watch": [] };
  const folder = await Deno.makeTempDir();
  try {
    for (let turn = 0; turn < repetitions; turn++) {
      for (const name of CONTENDERS) {
        const rate = await train(name, await Deno.makeTempDir({ dir: folder }), choices);
        rates[name].push(rate);
        console.error(`${turn + 1} of ${repetitions}, ${name}: ${rate.toFixed(0)} images/s`);
      }
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  const watched = CONTENDERS.slice(1).map((name) => [name, ratio(rates[name], rates.alone)] as const);
  const result = {
    ...choices,
    rates,
    /** Of turns that ran one after the other. */
    ratios: Object.fromEntries(watched),
    machine: await describeMachine("cpu"),
    commit: await describeCommit(),
    date: new Date().toISOString(),
  };
  await writeWhole(out, `${JSON.stringify(result, null, 2)}\n`);
  console.log(`alone: ${spread(rates.alone).median.toFixed(0)} images/s`);
  for (const [name, { median, low, high }] of watched) {
    console.log(`${name}: ${median.toFixed(3)} times that (${low.toFixed(3)} to ${high.toFixed(3)})`);
  }
}

/** Images a second over all epochs but the first, by log.csv. Throws where the page did not follow to the last. */
async function train(
  name: Contender,
  folder: string,
  { perClass, epochs, threads }: Choices,
): Promise<number> {
  const run = name.replaceAll(" ", "-");
  const training = start(folder, [
    ...["train", "Drawn10", "--model", "resnet18", "--run", run, "--per-class", String(perClass)],
    ...["--epochs", String(epochs), "--checkpoints", String(epochs)],
    ...threads === undefined ? [] : ["--threads", String(threads)],
    ...name === "train --watch" ? ["--watch"] : [],
  ], { before: ENVIRONMENT });
  if (name === "alone") await sound(training);
  else await listenTo(name, training, { folder, run, expected: `${epochs} of ${epochs}` });
  const text = await Deno.readTextFile(`${folder}/runs/${run}/log.csv`);
  const [head, ...rows] = text.trim().split("\n").map((row) => row.split(","));
  const counted = rows.slice(1).reduce((sum, row) => sum + Number(row[head!.indexOf("seconds")]), 0);
  return CLASSES * perClass * (epochs - 1) / counted;
}

/** Has a page open from when the run is there until it is trained. */
async function listenTo(
  name: Contender,
  training: Running,
  { folder, run, expected }: { folder: string; run: string; expected: string },
): Promise<void> {
  const beside = name === "train --watch"
    ? null
    : start(folder, ["watch", await begun(folder, run, training)]);
  const address = ADDRESS.exec(await (beside?.saying("Ctrl-C") ?? training.saying("/\n")))![0];
  const page = new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "-A", "--no-check", `${import.meta.dirname}/pages/listen.ts`, address],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const said = lines(page.stdout);
  await said.next();
  await sound(training);
  // A server looks at the files once a second.
  await new Promise((resolve) => setTimeout(resolve, 2500));
  await page.stdin.close();
  const { value: epoch } = await said.next();
  await page.status;
  beside?.process.kill("SIGINT");
  await beside?.finished;
  if (epoch !== expected) throw new Error(`expected a page at epoch ${expected}, found ${epoch}`);
}

/** The name of a run once it has a record: until then it cannot be watched. */
async function begun(folder: string, run: string, training: Running): Promise<string> {
  const over = training.finished.then(() => true);
  while (!await isThere(`${folder}/runs/${run}/run.json`)) {
    const ended = await Promise.race([over, new Promise((resolve) => setTimeout(() => resolve(false), 100))]);
    if (ended) break;
  }
  return run;
}

async function sound({ finished }: Running): Promise<void> {
  const { code, stderr } = await finished;
  if (code !== 0) throw new Error(stderr);
}
