/** `train --measure`: the files of `validate`, written while training, and training as it is without. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { readLog } from "../../src/run/log.ts";
import { runPaths } from "../../src/run/paths.ts";
import { test, withTemporaryFolder } from "../support.ts";
import { filesBelow, type Finished, NARROW, start } from "./command.ts";
import { runWithin } from "./within.ts";

const NEEDS = ["read", "write", "run", "ffi", "env"] as const;
const ONE_THREAD = ["--threads", "1"];
const TRAIN = [
  ...["train", "Drawn10", "--per-class", "8", "--epochs", "2", "--checkpoints", "0,1,2", "--lr", "0.02"],
  ...NARROW,
  ...ONE_THREAD,
];

const FRAMES = [0, 1, 2].map((epoch) => `geometry/epoch_00${epoch}.json`);

function expectSuccess({ code, stderr }: Finished): void {
  assert.equal(code, 0, stderr);
}

/** Compares files below two folders byte by byte. */
async function expectEqual(one: string, other: string, files: readonly string[]): Promise<void> {
  assert.ok(files.length > 0);
  for (const file of files) {
    const [a, b] = await Promise.all([one, other].map((folder) => Deno.readFile(`${folder}/${file}`)));
    assert.ok(Buffer.from(a!).equals(b!), `${file} differs`);
  }
}

test("train --measure writes what train and validate write one after the other", NEEDS, async (t) => {
  await withTemporaryFolder(async (folder) => {
    const [measured, plain] = [`${folder}/runs/measured`, `${folder}/runs/plain`];
    const done = await runWithin(folder, [...TRAIN, "--run", "measured", "--measure"]);
    expectSuccess(done);

    await t.step("it says where the report is, which shows every checkpoint", async () => {
      assert.match(
        done.stderr,
        /3 checkpoints measured, 0 of them now; report: file:\/\/\/.*\/reports\/measured\/index\.html\n$/,
      );
      assert.match(done.stderr, /^epoch 1\/2 .* left {2}NC1 \S+ {2}NC2 \S+ \S+ {2}NC3 \S+ {2}NC4 \S+$/m);
      assert.match(done.stderr, /^test accuracy, % +\S+ +\S+$/m);
      const table = await Deno.readTextFile(`${folder}/reports/measured/metrics.csv`);
      assert.equal(table, await Deno.readTextFile(`${measured}/metrics.csv`));
    });

    await t.step("training ends in the same bytes as without", async () => {
      expectSuccess(await runWithin(folder, [...TRAIN, "--run", "plain"]));
      const trained = filesBelow(plain).filter((file) => file.endsWith(".pth"));
      assert.deepEqual(trained, [
        "checkpoints/resnet18_000.pth",
        "checkpoints/resnet18_001.pth",
        "checkpoints/resnet18_002.pth",
        "resume/previous.pth",
        "resume/state.pth",
      ]);
      await expectEqual(measured, plain, trained);
      const [log, expected] = await Promise.all([measured, plain].map((run) => readLog(runPaths(run).log)));
      assert.deepEqual(
        log!.map((row) => ({ ...row, seconds: 0 })),
        expected!.map((row) => ({ ...row, seconds: 0 })),
      );
    });

    await t.step("what is measured and drawn is that of validate, to the byte", async () => {
      expectSuccess(await runWithin(folder, ["validate", "Drawn10", "--run", "plain", ...ONE_THREAD]));
      await expectEqual(measured, plain, ["metrics.csv", "trust.json", ...FRAMES]);
      assert.deepEqual(filesBelow(measured), filesBelow(plain));
      assert.match(await Deno.readTextFile(`${folder}/reports/measured/index.html`), /class="stills"/);
    });

    await t.step("without geometry all is the same but the pictures", async () => {
      expectSuccess(await runWithin(folder, [...TRAIN, "--run", "blind", "--measure", "--no-geometry"]));
      const blind = `${folder}/runs/blind`;
      assert.deepEqual(filesBelow(blind), filesBelow(measured).filter((file) => !FRAMES.includes(file)));
      await expectEqual(measured, blind, ["metrics.csv", "trust.json"]);
    });
  });
});

test("what was trained without --measure is measured at the end of a resume with it", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    const running = start(folder, [
      ...TRAIN,
      "--run",
      "tiny",
      "--measure",
      "--metrics",
      "nc3_cosine_train",
      "--memory",
      "1.5M",
    ]);
    await running.saying("images, 2 epochs");
    running.process.kill("SIGINT");
    const { code, stderr } = await running.finished;
    assert.equal(code, 130, stderr);
    assert.match(
      stderr,
      /go on with: .* train Drawn10 --run tiny --measure --metrics nc3_cosine_train --memory 1536K --resume\n$/,
    );
    expectSuccess(await runWithin(folder, ["train", "Drawn10", "--run", "tiny", "--resume"]));
    const resume = ["train", "Drawn10", "--run", "tiny", "--measure", "--resume"];
    const { stderr: said } = await runWithin(folder, [...resume, "--metrics", "nc3_cosine_train"]);
    assert.match(
      said,
      /3 checkpoints measured, [123] of them now; report: file:\/\/\/.*\/reports\/tiny\/index\.html\n$/,
    );
    assert.deepEqual(filesBelow(`${folder}/runs/tiny/geometry`), FRAMES.map((file) => file.split("/")[1]));
    const refused = await runWithin(folder, [...resume, "--metrics", "all"]);
    assert.equal(refused.code, 1);
    assert.match(
      refused.stderr,
      /found none of \w+ and \d+ more; leave --metrics out, and measure others afterwards with .* validate --again\n$/,
    );
  });
});

test("--metrics, --memory and --no-geometry are refused without --measure", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    for (const option of [["--metrics", "all"], ["--memory", "1G"], ["--no-geometry"]]) {
      const { code, stderr } = await runWithin(folder, ["train", "Drawn10", ...option]);
      assert.equal(code, 2);
      assert.match(
        stderr,
        new RegExp(`^error: ${option[0]} needs --measure: expected both, found the one \\(--help`),
      );
    }
    assert.deepEqual(filesBelow(folder), []);
  });
});
