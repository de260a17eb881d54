/** --runs: every task that knows runs by name finds them in the folder that is named, and leaves runs/ alone. */
import assert from "node:assert/strict";
import { isThere } from "../../src/files.ts";
import { test, withTemporaryFolder } from "../support.ts";
import { filesBelow, NARROW, start } from "./command.ts";
import { runWithin } from "./within.ts";

const NEEDS = ["read", "write", "run", "ffi", "env", "net"] as const;
const TINY = [...NARROW, "--threads", "1", "--per-class", "2", "--epochs", "1", "--checkpoints", "1"];
const MEASURE = ["--measure", "--metrics", "nc1_quotient_train"];
const STUDY = `
name: rates
dataset: Drawn10
parameters:
  lr: {values: [0.02, 0.05]}
  channels: {value: 16}
  per-class: {value: 2}
  epochs: {value: 1}
  checkpoints: {value: [1]}
measure: [nc1_quotient_train]
slurm: {time: 10}
`;

test("runs may lie on another disk: --runs names their folder in every task", NEEDS, async (t) => {
  await withTemporaryFolder(async (disk) => {
    await withTemporaryFolder(async (folder) => {
      const runs = `${disk}/all runs`;
      const there = ["--runs", runs];
      const succeed = async (...args: string[]) => {
        const { code, stdout, stderr } = await runWithin(folder, [...args, ...there]);
        assert.equal(code, 0, stderr);
        return stdout + stderr;
      };
      await t.step("train, and the commands that it names", async () => {
        const said = await succeed("train", "Drawn10", "--run", "one", ...TINY);
        assert.ok(said.includes(`task validate Drawn10 --run one --runs '${runs}'`), said);
        await succeed("train", "Drawn10", "--run", "two", ...TINY, ...MEASURE, "--seed", "2", "--watch");
        await succeed("train", "Drawn10", "--run", "one", "--resume");
      });
      await t.step("validate, report, compare", async () => {
        await succeed("validate", "Drawn10", "--run", "one", "--metrics", "nc1_quotient_train");
        await succeed("report", "one");
        assert.match(await succeed("compare", "one", "two", "--text"), /one, 2 seeds/);
      });
      await t.step("watch takes the one written last", async () => {
        const watching = start(folder, ["watch", ...there]);
        await watching.saying(`watching ${runs}/one: `);
        watching.process.kill("SIGKILL");
        await watching.finished;
      });
      await t.step("study, its workers and its job array", async () => {
        await Deno.writeTextFile(`${folder}/rates.yaml`, STUDY);
        await succeed("study", "rates.yaml", "--slurm");
        const script = await Deno.readTextFile(`${runs}/rates/slurm/array.sh`);
        assert.ok(script.includes(`#SBATCH --output='${runs}/rates/slurm/%A_%a.log'\n`), script);
        assert.ok(script.includes(` study rates.yaml --threads 2 --runs '${runs}' --index `), script);
        await succeed("study", "rates.yaml", "--workers", "2");
      });
      await t.step("a run that is not there", async () => {
        const { code, stderr } = await runWithin(folder, ["report", "three", ...there]);
        assert.equal(code, 1);
        assert.match(
          stderr,
          /^error: expected a run in .*\/all runs\/three, found the runs one, rates\/lr=0\.02, /,
        );
      });
      const names = filesBelow(runs);
      for (const run of ["one", "two", "rates/lr=0.02", "rates/lr=0.05"]) {
        assert.ok(names.includes(`${run}/metrics.csv`), run);
      }
      assert.ok(!await isThere(`${folder}/runs`));
    });
  });
});
