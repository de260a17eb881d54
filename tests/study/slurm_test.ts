/** Studies on Slurm: the scripts as text, and a real array that is requeued, cancelled and collected. */
import assert from "node:assert/strict";
import { parse } from "csv-parse/sync";
import { claimState } from "../../src/study/claims.ts";
import { arrayScript, ranges } from "../../src/study/slurm.ts";
import { ignoredStep, test, withTemporaryFolder } from "../support.ts";
import { noClusterBecause, startCluster } from "./slurm.ts";

const PROJECT = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");
const WITHIN = 300_000;
/** Of the cell that is disturbed: long enough to be found at work. */
const LONG = 20;

Deno.test("positions of cells are written as Slurm lists them", () => {
  assert.equal(ranges([0, 1, 2, 3, 7, 9, 10]), "0-3,7,9-10");
  assert.equal(ranges([5]), "5");
});

Deno.test("a script names one task to be put back, never the whole array, and quotes what shells would read", () => {
  const script = arrayScript({
    name: "rates",
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
  assert.match(script, /study 'my studies\/rates\.yaml' --threads 4 --index "\$SLURM_ARRAY_TASK_ID" &/);
});

test(
  "a task that is put back and one that is cancelled end as done: saved, resumed, submitted again",
  ["read", "write", "run", "ffi", "env", "net"],
  async (t) => {
    const whyNot = await noClusterBecause();
    if (whyNot !== null) return await ignoredStep(t, whyNot);
    const name = `slurm-test-${crypto.randomUUID().slice(0, 8)}`;
    const folder = `${PROJECT}/runs/${name}`;
    await withTemporaryFolder(async (temporary) => {
      const file = `${temporary}/study.yaml`;
      await Deno.writeTextFile(file, studyText(name));
      await using cluster = await startCluster(temporary);
      try {
        const [, array = ""] = /job array (\d+)/.exec(await submit(file, cluster.env)) ?? [];
        const long = `${array}_1`;
        await within(async () => (await epochsOf(folder)) >= 2);
        await cluster.command("scontrol", "requeue", long);
        await within(async () => (await claimsOf(folder)).claims === 1 && !(await claimsOf(folder)).held);
        // Slurm begins what was put back after two minutes; it need not be waited for.
        await cluster.command("scontrol", "update", `JobId=${long}`, "StartTime=now");
        await within(async () => (await claimsOf(folder)).claims === 2);
        await cluster.command("scancel", long);
        await within(async () => (await statesOf(folder)).join() === "done,done");
        assert.deepEqual(await claimsOf(folder), {
          ...await claimsOf(folder),
          claims: 3,
          held: false,
          attempts: 0,
        });
        assert.match(await Deno.readTextFile(`${folder}/slurm/${array}_1.log`), /stopped/);
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    });
  },
);

function studyText(name: string): string {
  return `
name: ${name}
dataset: Drawn10
parameters:
  epochs: {values: [1, ${LONG}]}
  per-class: {value: 2}
  lr: {value: 0.02}
  checkpoints: {value: [1]}
measure: false
slurm: {time: 10, concurrency: 2, cpus: 1, memory: 1G}
`;
}

function longCell(folder: string): string {
  return `${folder}/epochs=${LONG}`;
}

async function claimsOf(folder: string) {
  return await claimState(longCell(folder), { lease: 90_000 });
}

async function epochsOf(folder: string): Promise<number> {
  const text = await Deno.readTextFile(`${longCell(folder)}/log.csv`).catch(() => "");
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

async function within(isSo: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + WITHIN;
  while (!await isSo()) {
    assert.ok(performance.now() < end, `expected within ${WITHIN / 1000} s: ${isSo}`);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}
