/** Studies on Slurm: the scripts as text, and a real array that is requeued, cancelled and collected. */
import assert from "node:assert/strict";
import { parse } from "csv-parse/sync";
import { claimState } from "../../src/study/claims.ts";
import { arrayScript, ranges } from "../../src/study/slurm.ts";
import { ignoredStep, test, withTemporaryFolder } from "../support.ts";
import { type Cluster, lastLines, noClusterBecause, startCluster } from "./slurm.ts";

const PROJECT = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");
const WITHIN = 300_000;
/** Epochs of the cell that is disturbed: long enough to be found at work. */
const LONG = 20;
/** Epochs of a cell that no test waits for. */
const ENDLESS = 100_000;

Deno.test("positions of cells are written as Slurm lists them", () => {
  assert.equal(ranges([0, 1, 2, 3, 7, 9, 10]), "0-3,7,9-10");
  assert.equal(ranges([5]), "5");
});

Deno.test("a script names one task to be put back, never the whole array, and quotes what shells would read", () => {
  const script = arrayScript({
    name: "rates",
    deno: "/opt/a deno/deno",
    file: "my studies/rates.yaml",
    project: "/home/a b",
    logs: "runs/rates/slurm",
    cells: [0, 1, 4],
    concurrency: 2,
    time: "04:00:00",
    lead: 120,
    cpus: 4,
    memory: "8G",
    gpus: 1,
    options: ["--partition=long"],
    words: ["--threads", "4"],
    resubmissions: 3,
  });
  for (
    const line of [
      "#SBATCH --array=0-1,4%2",
      "#SBATCH --signal=B:USR1@120",
      "#SBATCH --gres=gpu:1",
      "#SBATCH --partition=long",
      "cd '/home/a b' || exit 1",
      '  scontrol requeue "${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}"',
    ]
  ) assert.ok(script.split("\n").includes(line), line);
  assert.match(
    script,
    /^'\/opt\/a deno\/deno' run .* src\/cli\/main\.ts study 'my studies\/rates\.yaml' --threads 4 --index "\$SLURM_ARRAY_TASK_ID" &/m,
  );
});

test(
  "a task that is put back and one that is cancelled end as done: saved, resumed, submitted again",
  ["read", "write", "run", "ffi", "env", "net"],
  async (t) => {
    const whyNot = await noClusterBecause();
    if (whyNot !== null) return await ignoredStep(t, whyNot);
    await withTemporaryFolder(async (temporary) => {
      await using cluster = await startCluster(temporary);
      const env = { ...cluster.env, PATH: await pathWithoutDeno(temporary) };
      await Promise.all([
        inStudy({ cluster, temporary, env, epochs: [1, LONG], minutes: 10 }, disturbed),
        inStudy({ cluster, temporary, env, epochs: [ENDLESS], minutes: 1 }, outOfTime),
      ]);
    });
  },
);

/** Slurm puts a cell back, and then cancels it. */
async function disturbed({ cluster, array, cell, folder, within }: Submitted): Promise<void> {
  const task = `${array}_1`;
  await within("an epoch or two", async () => await epochsOf(cell) >= 2);
  await cluster.command("scontrol", "requeue", task);
  await within("the cell given up", async () => !(await claimsOf(cell)).held);
  // Slurm begins what was put back after two minutes, counted from when its last process has ended; they need not be
  // waited for.
  const soon = () => cluster.command("scontrol", "update", `JobId=${task}`, "StartTime=now").catch(() => {});
  await within("the cell begun again", async () => {
    await soon();
    return (await claimsOf(cell)).claims === 2;
  });
  await cluster.command("scancel", task);
  await within("both cells done", async () => (await statesOf(folder)).join() === "done,done");
  const { claims, held, attempts } = await claimsOf(cell);
  assert.deepEqual({ claims, held, attempts }, { claims: 3, held: false, attempts: 0 });
  assert.match(await Deno.readTextFile(`${folder}/slurm/${array}_1.log`), /stopped/);
}

/** Slurm tells a cell ahead of its time limit; the lead is longer than this limit, so it does so at its first look. */
async function outOfTime({ cluster, array, cell, folder, within }: Submitted): Promise<void> {
  const task = `${array}_0`;
  const restarts = async () =>
    / Restarts=(\d+)/.exec(await cluster.command("scontrol", "show", "job", task))?.[1];
  await within("the cell put back by itself", async () => await restarts() === "1");
  await cluster.command("scancel", array);
  const { claims, held, attempts } = await claimsOf(cell);
  assert.deepEqual({ claims, held, attempts }, { claims: 1, held: false, attempts: 0 });
  assert.ok(await epochsOf(cell) >= 1);
  assert.doesNotMatch(await Deno.readTextFile(`${folder}/slurm/${task}.log`), /DUE TO TIME LIMIT/);
}

interface Asked {
  readonly cluster: Cluster;
  readonly temporary: string;
  readonly env: Readonly<Record<string, string>>;
  /** Of the cells: of the last, which is looked at, no other number. */
  readonly epochs: readonly number[];
  /** Time limit of a cell. */
  readonly minutes: number;
}

interface Submitted {
  readonly cluster: Cluster;
  /** Id of the job array. */
  readonly array: string;
  /** Folders of the study and of its last cell. */
  readonly folder: string;
  readonly cell: string;
  /** Waits for `isSo`; fails with all logs once it can no longer come, or comes too late. */
  within(what: string, isSo: () => Promise<boolean>): Promise<void>;
}

/** Submits a study, and removes it in the end. What fails in `body` says what Slurm, its tasks and its collector said. */
async function inStudy(
  { cluster, temporary, env, epochs, minutes }: Asked,
  body: (study: Submitted) => Promise<void>,
): Promise<void> {
  const name = `slurm-test-${crypto.randomUUID().slice(0, 8)}`;
  const folder = `${PROJECT}/runs/${name}`;
  const cell = epochs.length === 1 ? `${folder}/run` : `${folder}/epochs=${epochs.at(-1)}`;
  const file = `${temporary}/${name}.yaml`;
  await Deno.writeTextFile(file, studyText(name, { epochs, minutes }));
  const within = async (what: string, isSo: () => Promise<boolean>) => {
    const end = performance.now() + WITHIN;
    while (!await isSo()) {
      const { attempts, reason } = await claimsOf(cell);
      assert.ok(attempts === 0, `expected ${what}, found that the cell failed: ${reason}`);
      const idle = await cluster.command("squeue", "-h", `--name=${name},${name}-collect`) === "";
      // What ended between the two looks may have brought it about.
      assert.ok(!idle || await isSo(), `expected ${what}, found no job left`);
      assert.ok(performance.now() < end, `expected ${what} within ${WITHIN / 1000} s`);
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  };
  try {
    const [, array = ""] = /job array (\d+)/.exec(await submit(file, env)) ?? [];
    await body({ cluster, array, folder, cell, within });
  } catch (error) {
    const logs = await Array.fromAsync(Deno.readDir(`${folder}/slurm`)).catch(() => []);
    const texts = logs.map(({ name }) => lastLines(`${folder}/slurm/${name}`));
    throw new Error([error, await cluster.story(), ...await Promise.all(texts)].join("\n"), { cause: error });
  } finally {
    await removeOnceLeft(cluster, name, folder);
  }
}

/** Once no job writes into it. */
async function removeOnceLeft(cluster: Cluster, name: string, folder: string): Promise<void> {
  const jobs = `--name=${name},${name}-collect`;
  await cluster.command("scancel", jobs.replace(/,.*/, "")).catch(() => {});
  for (let tries = 0; tries < 60 && await cluster.command("squeue", "-h", jobs) !== ""; tries++) {
    await cluster.command("scancel", `--name=${name}-collect`).catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  await Deno.remove(folder, { recursive: true }).catch(() => {});
}

/** Of a machine on which Deno is not installed, as it is where npx brings it. */
async function pathWithoutDeno(temporary: string): Promise<string> {
  const folder = `${temporary}/bin`;
  await Deno.mkdir(folder);
  for (const name of ["sbatch", "scontrol"]) await Deno.symlink(`/usr/bin/${name}`, `${folder}/${name}`);
  return folder;
}

function studyText(name: string, { epochs, minutes }: Pick<Asked, "epochs" | "minutes">): string {
  return `
name: ${name}
dataset: Drawn10
parameters:
  epochs: {values: [${epochs}]}
  channels: {value: 16}
  per-class: {value: 2}
  lr: {value: 0.02}
  checkpoints: {value: [1]}
measure: false
slurm: {time: ${minutes}, concurrency: 2, cpus: 1, memory: 500M}
`;
}

async function claimsOf(cell: string) {
  return await claimState(cell, { lease: 90_000 });
}

async function epochsOf(cell: string): Promise<number> {
  const text = await Deno.readTextFile(`${cell}/log.csv`).catch(() => "");
  return Math.max(0, text.trim().split("\n").length - 1);
}

/** Of the table that the collecting job writes. */
async function statesOf(folder: string): Promise<string[]> {
  const text = await Deno.readTextFile(`${folder}/study.csv`).catch(() => "");
  return (parse(text, { columns: true }) as { state: string }[]).map(({ state }) => state);
}

async function submit(file: string, env: Readonly<Record<string, string>>): Promise<string> {
  const args = ["run", "-q", "-P=study", "src/cli/main.ts", "study", file, "--submit"];
  const { success, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: PROJECT, env: { ...env } })
    .output();
  const text = new TextDecoder().decode(stderr);
  assert.ok(success, text);
  return text;
}
