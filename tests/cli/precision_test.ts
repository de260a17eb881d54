/** train --precision bf16 and --deterministic, as a user gives them. */
import assert from "node:assert/strict";
import { loadStateDict } from "../../src/engine/checkpoint.ts";
import { readRun } from "../../src/run/run_json.ts";
import { runPaths } from "../../src/run/paths.ts";
import { test, withTemporaryFolder } from "../support.ts";
import { NARROW } from "./command.ts";
import { runWithin } from "./within.ts";

const NEEDS = ["read", "write", "run", "ffi", "env"] as const;
const TRAIN = [
  "train",
  "Drawn10",
  ...NARROW,
  "--per-class",
  "4",
  "--batch-size",
  "16",
  "--lr",
  "0.02",
  "--threads",
  "2",
];
const CHECKPOINT = "checkpoints/resnet18_001.pth";

test("a run in bf16 says so, leaves float32 and goes on in bf16 alone", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    const run = ["--run", "narrow"];
    const trained = await runWithin(folder, [...TRAIN, ...run, "--precision", "bf16", "--epochs", "1"]);
    assert.equal(trained.code, 0, trained.stderr);
    const paths = runPaths(`${folder}/runs/narrow`);
    const record = await readRun(paths);
    assert.equal(record?.protocol.training.precision, "bf16");
    assert.equal(record?.deterministic, false);
    const state = await loadStateDict(`${paths.folder}/${CHECKPOINT}`);
    assert.equal(state.get("conv1.weight")?.dtype, "float32");
    const resume = ["train", "Drawn10", ...run, "--resume"];
    const other = await runWithin(folder, [...resume, "--precision", "float32"]);
    assert.equal(other.code, 1);
    assert.match(other.stderr, /expected --precision bf16, found float32; leave these options out/);
    const stricter = await runWithin(folder, [...resume, "--deterministic"]);
    assert.equal(stricter.code, 1);
    assert.match(stricter.stderr, /was begun without --deterministic, found it now; leave it out/);
    const measured = await runWithin(folder, ["validate", "Drawn10", ...run]);
    assert.equal(measured.code, 0, measured.stderr);
  });
});

test("two deterministic runs leave the same bytes, and say that they are deterministic", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    const checkpoints = [];
    for (const name of ["first", "second"]) {
      const done = await runWithin(folder, [...TRAIN, "--run", name, "--deterministic", "--epochs", "1"]);
      assert.equal(done.code, 0, done.stderr);
      const paths = runPaths(`${folder}/runs/${name}`);
      assert.equal((await readRun(paths))?.deterministic, true);
      checkpoints.push(await Deno.readFile(`${paths.folder}/${CHECKPOINT}`));
    }
    assert.deepEqual(checkpoints[0], checkpoints[1]);
  });
});
