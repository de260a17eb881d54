/** --keep removes checkpoints once they are measured; --overwrite starts over. */
import assert from "node:assert/strict";
import { test, withTemporaryFolder } from "../support.ts";
import { filesBelow, NARROW } from "./command.ts";
import { runWithin } from "./within.ts";

const TRAIN = [
  "train",
  "Drawn10",
  ...NARROW,
  "--run",
  "tiny",
  "--per-class",
  "2",
  "--batch-size",
  "10",
  "--threads",
  "1",
];

test("a run without its checkpoints is a whole run, until it is overwritten", [
  "read",
  "write",
  "run",
  "ffi",
  "env",
], async (t) => {
  await withTemporaryFolder(async (folder) => {
    const measured = [...TRAIN, "--measure", "--keep", "none"];
    const rows = async (name: string) =>
      (await Deno.readTextFile(`${folder}/runs/tiny/${name}`)).trim().split("\n").length - 1;
    const checkpoints = () => filesBelow(folder).filter((name) => /checkpoints\/.*\.pth$/.test(name));

    await t.step("each checkpoint goes once it is measured", async () => {
      const { code, stderr } = await runWithin(folder, [
        ...measured,
        "--epochs",
        "2",
        "--checkpoints",
        "1,2",
      ]);
      assert.equal(code, 0, stderr);
      assert.match(stderr, /^disk: up to 20 MB for 2 checkpoints and what resuming needs, .* free$/m);
      assert.match(stderr, /2 checkpoints measured, 0 of them now/);
      assert.deepEqual(checkpoints(), []);
      assert.deepEqual([await rows("metrics.csv"), await rows("log.csv")], [2, 2]);
    });

    await t.step("its rows stand when it is measured again", async () => {
      const { code, stderr } = await runWithin(folder, ["validate", "Drawn10", "--run", "tiny", "--again"]);
      assert.equal(code, 0, stderr);
      assert.match(stderr, /2 checkpoints measured, 0 of them now/);
      assert.equal(await rows("metrics.csv"), 2);
      const other = await runWithin(folder, [
        ...["validate", "Drawn10", "--run", "tiny", "--again", "--metrics", "nc3_cosine_train"],
      ]);
      assert.equal(other.code, 1);
      assert.match(other.stderr, /^error: .*found none of epoch 1, 2; keep to the metrics that are there/);
      assert.equal(await rows("metrics.csv"), 2);
    });

    await t.step("rows that its log has lost are missed by a report, and put back by a resume", async () => {
      const log = await Deno.readTextFile(`${folder}/runs/tiny/log.csv`);
      await Deno.writeTextFile(`${folder}/runs/tiny/log.csv`, log.replace(/^2,.*\n/m, ""));
      assert.match(
        (await runWithin(folder, ["report", "tiny"])).stderr,
        /^note: runs\/tiny\/log\.csv: expected a row for each epoch up to 2.*found 1; .*--resume$/m,
      );
      const { stderr } = await runWithin(folder, ["train", "Drawn10", "--run", "tiny", "--resume"]);
      assert.match(stderr, /^note: .*found 1; the others were restored from/m);
      assert.equal(await Deno.readTextFile(`${folder}/runs/tiny/log.csv`), log);
    });

    await t.step("it is overwritten only where that is asked for, and not beside --resume", async () => {
      const again = [...TRAIN, "--epochs", "1"];
      assert.match((await runWithin(folder, again)).stderr, /^error: .*(--overwrite|another protocol)/);
      const both = await runWithin(folder, [...again, "--resume", "--overwrite"]);
      assert.equal(both.code, 2);
      assert.match(both.stderr, /'--overwrite' cannot be used with option '--resume'/);
      assert.equal(await rows("log.csv"), 2);
      const { code, stderr } = await runWithin(folder, [...again, "--overwrite"]);
      assert.equal(code, 0, stderr);
      assert.equal(await rows("log.csv"), 1);
      assert.deepEqual(checkpoints(), ["runs/tiny/checkpoints/resnet18_001.pth"]);
      assert.ok(!filesBelow(`${folder}/runs`).includes("tiny/metrics.csv"));
    });

    await t.step("one from before it was measured goes at the end of a resume that keeps none", async () => {
      const { code, stderr } = await runWithin(folder, [...measured, "--epochs", "1", "--resume"]);
      assert.equal(code, 0, stderr);
      assert.deepEqual([await rows("metrics.csv"), checkpoints()], [1, []]);
    });

    await t.step(
      "validate tells a run's name in another folder from a data set's, with words that work",
      async () => {
        await Deno.rename(`${folder}/runs`, `${folder}/disk`);
        const { stderr } = await runWithin(folder, ["validate", "tiny", "--runs", "disk"]);
        const [, words] = /^error: .*found the name of a run; write (.*)$/m.exec(stderr)!;
        const { code } = await runWithin(folder, ["validate", ...words!.split(" ")]);
        assert.deepEqual([words, code], ["Drawn10 --run tiny --runs disk", 0]);
      },
    );
  });
});
