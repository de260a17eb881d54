/**
 * What it costs a training to be watched: images a second without, with `train --watch` and with `deno task watch`, the last
 * two with a page open in Chromium on this machine: `deno run -P=bench bench/watch_cost.ts`. The first epochs, in which
 * programs start and the page opens, are counted for none of the three; what opening and following take of a processor is
 * told by themselves.
 */
import { Command } from "@commander-js/extra-typings";
import { threads, wholeNumber } from "../src/cli/options.ts";
import { isThere, writeWhole } from "../src/files.ts";
import { type Running, start } from "../tests/cli/command.ts";
import { TASK_ENVIRONMENT } from "./environment.ts";
import { lines } from "./lines.ts";
import type { Heard } from "./pages/listen.ts";
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
/** Milliseconds within which a page shows the last epoch: the server looks every second, the page draws every two. */
const SHOWN = 4000;

interface Choices {
  readonly perClass: number;
  readonly epochs: number;
  readonly opening: number;
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
    .option("--epochs <n>", "of a run", wholeNumber({ min: 2 }), 12)
    .option("--opening <n>", "the first of them, which are not counted", wholeNumber({ min: 1 }), 4)
    .option("--repetitions <n>", "turns that each contender takes", wholeNumber({ min: 1 }), 5)
    .option("--threads <n>", "CPU threads (default: one a core)", threads)
    .option("--out <file>", "where the result goes", `${import.meta.dirname}/results/watch_cost.json`);
  const { repetitions, out, ...choices } = command.parse(Deno.args, { from: "user" }).opts();
  if (choices.opening >= choices.epochs) {
    throw new Error(`expected fewer --opening than the ${choices.epochs} --epochs, found ${choices.opening}`);
  }
  const taken: Taken[] = [];
  const rates: Record<Contender, number[]> = { alone: [], "train --watch": [], "deno task watch": [] };
  const folder = await Deno.makeTempDir();
  try {
    for (let turn = 0; turn < repetitions; turn++) {
      for (const name of CONTENDERS) {
        const { rate, processor } = await train(name, await Deno.makeTempDir({ dir: folder }), choices);
        rates[name].push(rate);
        if (processor !== null) taken.push(processor);
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
    /** Of a processor, in the order in which pages were open. */
    processor: taken,
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

/** Seconds of a processor until a page has settled, and for each minute from then on; null where a system does not tell. */
interface Taken {
  readonly name: Contender;
  readonly opening: Pick<Heard, "browser" | "server">;
  readonly aMinute: Pick<Heard, "browser" | "server">;
}

/** Images a second over the epochs that count, by log.csv. Throws where the page did not follow to the last. */
async function train(
  name: Contender,
  folder: string,
  { perClass, epochs, opening, threads }: Choices,
): Promise<{ rate: number; processor: Taken | null }> {
  const run = name.replaceAll(" ", "-");
  const training = start(folder, [
    ...["train", "Drawn10", "--model", "resnet18", "--run", run, "--per-class", String(perClass)],
    ...["--epochs", String(epochs), "--checkpoints", String(epochs)],
    ...threads === undefined ? [] : ["--threads", String(threads)],
    ...name === "train --watch" ? ["--watch"] : [],
  ], { before: ENVIRONMENT });
  const processor = name === "alone"
    ? await sound(training).then(() => null)
    : await listenTo(name, training, { folder, run, opening, epochs });
  const seconds = await secondsIn(`${folder}/runs/${run}/log.csv`);
  const counted = seconds.slice(opening).reduce((sum, one) => sum + one, 0);
  return { rate: CLASSES * perClass * (epochs - opening) / counted, processor };
}

/** Of each epoch so far. */
async function secondsIn(log: string): Promise<readonly number[]> {
  const [head = [], ...rows] = (await isThere(log) ? await Deno.readTextFile(log) : "").trim().split("\n")
    .map((row) => row.split(","));
  return rows.map((row) => Number(row[head.indexOf("seconds")]));
}

/** Has a page open from when the run is there until it is trained. */
async function listenTo(
  name: Exclude<Contender, "alone">,
  training: Running,
  { folder, run, opening, epochs }: {
    readonly folder: string;
    readonly run: string;
    readonly opening: number;
    readonly epochs: number;
  },
): Promise<Taken> {
  const beside = name === "train --watch"
    ? null
    : start(folder, ["watch", await begun(folder, run, training)]);
  const address = ADDRESS.exec(await (beside?.saying("Ctrl-C") ?? training.saying("/\n")))![0];
  const page = openPage(address, beside?.process.pid);
  await page.listening;
  const log = `${folder}/runs/${run}/log.csv`;
  // The epoch in which it opened is over before those that count begin.
  const opened = (await secondsIn(log)).length + 1;
  if (opened > opening) {
    throw new Error(`expected a page before epoch ${opening} ended, found it in ${opened}`);
  }
  while ((await secondsIn(log)).length < opening) await new Promise((resolve) => setTimeout(resolve, 200));
  const [before, begin] = [await page.ask(), performance.now()];
  await sound(training);
  const [after, minutes] = [await page.ask(), (performance.now() - begin) / 60_000];
  await new Promise((resolve) => setTimeout(resolve, SHOWN));
  const { epoch } = await page.ask();
  await page.close();
  beside?.process.kill("SIGINT");
  await beside?.finished;
  if (epoch !== `${epochs} of ${epochs}`) {
    throw new Error(`expected a page at epoch ${epochs}, found ${epoch}`);
  }
  const rise = (key: "browser" | "server") =>
    before[key] === null || after[key] === null ? null : (after[key] - before[key]) / minutes;
  return {
    name,
    opening: { browser: before.browser, server: before.server },
    aMinute: { browser: rise("browser"), server: rise("server") },
  };
}

/** A page in a browser of its own. */
function openPage(address: string, server: number | undefined) {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-q", "-A", "--no-check", `${import.meta.dirname}/pages/listen.ts`, address],
      ...server === undefined ? [] : [String(server)],
    ],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const said = lines(child.stdout);
  const input = child.stdin.getWriter();
  return {
    listening: said.next(),
    async ask(): Promise<Heard> {
      await input.write(new TextEncoder().encode("\n"));
      return JSON.parse((await said.next()).value!) as Heard;
    },
    async close() {
      await input.close();
      await child.status;
    },
  };
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
