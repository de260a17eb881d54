/** What is in a run's folder already: another process at work, files that are gone, rows that are there. */
import assert from "node:assert/strict";
import { findRun } from "../../src/train/run_to_train.ts";
import { changedBy, protocolFrom } from "../../src/experiment/options.ts";
import { runPaths } from "../../src/run/paths.ts";
import { test, withTemporaryFolder } from "../support.ts";
import { NARROW, start } from "./command.ts";
import { runWithin } from "./within.ts";

const NEEDS = ["read", "write", "run", "ffi", "env"] as const;
const TINY = [...NARROW, "--threads", "1", "--per-class", "2", "--epochs", "2", "--checkpoints", "1,2"];
const train = (...options: string[]) => ["train", "Drawn10", "--run", "tiny", ...TINY, ...options];
const validate = (...options: string[]) => [
  ...["validate", "Drawn10", "--run", "tiny", "--threads", "1"],
  ...options,
];

test(
  "a run that another process began while the images were loaded is left as that process left it",
  NEEDS,
  async () => {
    await withTemporaryFolder(async (folder) => {
      const second = start(folder, train("--seed", "2"));
      await untilNativeIsOpen(second.process.pid);
      second.process.kill("SIGSTOP");
      const first = await runWithin(folder, train("--seed", "1"));
      assert.equal(first.code, 0, first.stderr);
      const left = await Deno.readTextFile(`${folder}/runs/tiny/run.json`);
      second.process.kill("SIGCONT");
      const { code, stderr } = await second.finished;
      assert.equal(code, 1);
      assert.match(stderr, /^error: runs\/tiny was trained by another protocol: expected --seed 1, found 2/m);
      assert.equal(await Deno.readTextFile(`${folder}/runs/tiny/run.json`), left);
    });
  },
);

test("rows outlive their checkpoints, and stand until they are measured anew", NEEDS, async (t) => {
  await withTemporaryFolder(async (folder) => {
    const run = `${folder}/runs/tiny`;
    const rows = async () =>
      (await Deno.readTextFile(`${run}/metrics.csv`)).trim().split("\n").slice(1).map((line) =>
        line.split(",")[0]
      );
    const trained = await runWithin(folder, train("--measure", "--metrics", "nc1_quotient_train"));
    assert.equal(trained.code, 0, trained.stderr);
    assert.deepEqual(await rows(), ["1", "2"]);

    for (const options of [["--again"], ["--bootstrap", "2"]]) {
      await t.step(
        `${options[0]} that breaks off after one checkpoint keeps the row of the other`,
        async () => {
          const sound = await Deno.readFile(`${run}/checkpoints/resnet18_002.pth`);
          await Deno.writeFile(`${run}/checkpoints/resnet18_002.pth`, sound.subarray(0, 1000));
          const { code, stderr } = await runWithin(folder, validate(...options));
          assert.equal(code, 1);
          assert.match(stderr, /measured epoch 1\n[^]*error: .*resnet18_002\.pth/);
          assert.deepEqual(await rows(), ["1", "2"]);
          await Deno.writeFile(`${run}/checkpoints/resnet18_002.pth`, sound);
        },
      );
    }

    await t.step("other metrics replace the table whole, or not at all", async () => {
      const before = await Deno.readTextFile(`${run}/metrics.csv`);
      const sound = await Deno.readFile(`${run}/checkpoints/resnet18_002.pth`);
      await Deno.writeFile(`${run}/checkpoints/resnet18_002.pth`, sound.subarray(0, 1000));
      const { code } = await runWithin(folder, validate("--again", "--metrics", "nc3_cosine_train"));
      assert.equal(code, 1);
      assert.equal(await Deno.readTextFile(`${run}/metrics.csv`), before);
      await Deno.writeFile(`${run}/checkpoints/resnet18_002.pth`, sound);
    });

    await t.step("a checkpoint that is gone keeps its row; validate and resume go on", async () => {
      const before = await Deno.readTextFile(`${run}/metrics.csv`);
      await Deno.remove(`${run}/checkpoints/resnet18_001.pth`);
      const validated = await runWithin(folder, validate());
      assert.equal(validated.code, 0, validated.stderr);
      assert.match(validated.stderr, /2 checkpoints measured, 0 of them now/);
      const resumed = await runWithin(folder, train("--measure", "--resume"));
      assert.equal(resumed.code, 0, resumed.stderr);
      assert.equal(await Deno.readTextFile(`${run}/metrics.csv`), before);
    });

    await t.step("a protocol in run.json that no option would give is refused, naming the file", async () => {
      const record = JSON.parse(await Deno.readTextFile(`${run}/run.json`));
      record.protocol.training.checkpoints = [];
      await Deno.writeTextFile(`${run}/run.json`, JSON.stringify(record));
      const { code, stderr } = await runWithin(folder, validate());
      assert.equal(code, 1);
      assert.match(
        stderr,
        /^error: runs\/tiny\/run\.json: protocol: --checkpoints: expected at least one epoch, found none\n$/,
      );
    });
  });
});

test("what a killed process left half-written is gone when the run goes on", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    const run = `${folder}/runs/tiny`;
    await Deno.mkdir(`${run}/checkpoints`, { recursive: true });
    await Deno.writeTextFile(`${run}/checkpoints/resnet18_001.pth.0a1b2c3d.partial`, "half");
    await Deno.writeTextFile(`${run}/log.csv.0a1b2c3d.partial`, "half");
    const { code, stderr } = await runWithin(folder, train());
    assert.equal(code, 0, stderr);
    const left = [...Deno.readDirSync(run), ...Deno.readDirSync(`${run}/checkpoints`)].map(({ name }) =>
      name
    );
    assert.deepEqual(left.filter((name) => name.endsWith(".partial")), []);
  });
});

test("options beside --resume are held against the run, not against the data set's protocol", [
  "read",
  "write",
], async () => {
  await withTemporaryFolder(async (folder) => {
    const paths = runPaths(`${folder}/longer`);
    // Longer than the data set's own protocol, which knows no epoch 40.
    const protocol = protocolFrom("Drawn10", { epochs: "40", checkpoints: "1,40" });
    const record = {
      format: 2,
      protocol,
      dataset: {
        ...{ name: "Drawn10", title: "Drawn10", digest: "0", classes: 10, trainImages: 10, testImages: 10 },
        shape: [3, 32, 32],
      },
      command: "",
      versions: { tool: "0", deno: "0", libtorch: "0" },
      device: "cpu",
      threads: 1,
      started: "",
    };
    await Deno.mkdir(paths.folder);
    await Deno.writeTextFile(paths.record, JSON.stringify(record));
    const resumed = (checkpoints: string) =>
      findRun(paths, { protocol: changedBy(protocol, { checkpoints }), resume: true }, { locked: true });
    assert.deepEqual((await resumed("1,40"))?.protocol, protocol);
    await assert.rejects(resumed("1,39"), /expected --checkpoints 1,40, found 1,39/);
  });
});

/** By then a process has looked at the run's folder, and has not loaded the images. */
async function untilNativeIsOpen(pid: number): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (performance.now() < deadline) {
    // Deno reads below /proc only where all is permitted; another program may.
    const { stdout } = await new Deno.Command("cat", { args: [`/proc/${pid}/maps`], stderr: "null" })
      .output();
    if (new TextDecoder().decode(stdout).includes("libnc.so")) return;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  throw new Error("the process did not open the native library");
}
