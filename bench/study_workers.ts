/**
 * How much sooner two workers finish a study of tiny cells than one, on two cores: `deno run -P=bench bench/study_workers.ts`.
 * The clock tells it, so that it means something on a machine that does nothing else; the result keeps the load.
 */
import { fileURLToPath } from "node:url";
import { Command } from "@commander-js/extra-typings";
import { wholeNumber } from "../src/cli/options.ts";
import { writeWhole } from "../src/files.ts";
import { describeCommit, describeMachine } from "./machine.ts";
import { spread } from "./statistics.ts";

const PROJECT = fileURLToPath(new URL("..", import.meta.url));
/** What two workers are to reach at least. */
const TARGET = 1.6;

if (import.meta.main) await main();

async function main(): Promise<void> {
  const command = new Command("study_workers")
    .option("--cells <n>", "of the study", wholeNumber({ min: 2 }), 48)
    .option("--repetitions <n>", "turns that each number of workers takes", wholeNumber({ min: 1 }), 3)
    .option("--out <file>", "where the result goes", `${import.meta.dirname}/results/study_workers.json`);
  const { cells, repetitions, out } = command.parse(Deno.args, { from: "user" }).opts();
  const { load } = await describeMachine("cpu");
  const seconds: { one: number[]; two: number[] } = { one: [], two: [] };
  for (let turn = 0; turn < repetitions; turn++) {
    seconds.one.push(await secondsOf(cells, 1));
    seconds.two.push(await secondsOf(cells, 2));
  }
  const ratio = spread(seconds.one.map((time, i) => time / seconds.two[i]!));
  const result = {
    cells,
    seconds,
    /** Of one worker over two, turn by turn. */
    ratio,
    target: TARGET,
    machine: { ...await describeMachine("cpu"), load },
    commit: await describeCommit(),
    date: new Date().toISOString(),
  };
  await writeWhole(out, `${JSON.stringify(result, null, 2)}\n`);
  console.log(
    `${cells} cells: two workers finish ${ratio.median.toFixed(2)} times as fast as one, at a load of ${
      load.toFixed(1)
    }`,
  );
}

/** From the command to its end, in a folder of its own. */
async function secondsOf(cells: number, workers: number): Promise<number> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/tiny.yaml`, studyText(cells));
    const main = [`${PROJECT}deno.json`, `${PROJECT}src/cli/main.ts`];
    const args = ["run", "-q", "-A", "--no-check", "--config", ...main, "study", "tiny.yaml"];
    const started = performance.now();
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [...args, "--workers", String(workers)],
      cwd: folder,
      env: { MALLOC_ARENA_MAX: "1" },
    }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    return (performance.now() - started) / 1000;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function studyText(cells: number): string {
  return `
name: tiny
dataset: Drawn10
parameters:
  model: {value: mlp}
  units: {value: 64}
  per-class: {value: 20}
  epochs: {value: 3}
  lr: {value: 0.02}
  checkpoints: {value: [3]}
seeds: ${cells}
measure: [NC1]
`;
}
