/** The options of validate: which metrics, with what intervals, and what becomes of those that are there. */
import assert from "node:assert/strict";
import { FIRST_METRICS } from "../../src/collapse/catalogue.ts";
import { readTrust } from "../../src/run/trust.ts";
import { test, withTemporaryFolder } from "../support.ts";
import { NARROW } from "./command.ts";
import { runWithin } from "./within.ts";

const NEEDS = ["read", "write", "run", "ffi", "env"] as const;
const TRAIN = [...NARROW, "--per-class", "2", "--epochs", "2", "--checkpoints", "1,2", "--batch-size", "10"];

test(
  "validate measures the metrics that are chosen, and keeps what there is to know about them",
  NEEDS,
  async (t) => {
    await withTemporaryFolder(async (folder) => {
      const run = `${folder}/runs/tiny`;
      const validate = (...options: string[]) =>
        runWithin(folder, ["validate", "Drawn10", "--run", "tiny", "--threads", "1", ...options]);
      const columns = async () => (await Deno.readTextFile(`${run}/metrics.csv`)).split("\n")[0]!.split(",");
      const trained = await runWithin(folder, [
        "train",
        "Drawn10",
        "--run",
        "tiny",
        "--threads",
        "1",
        ...TRAIN,
      ]);
      assert.equal(trained.code, 0, trained.stderr);

      const chosen = ["epoch", ...FIRST_METRICS, "nc3_cosine_train", "mse_total_train"];
      await t.step("names are added to the first columns", async () => {
        const { code, stderr } = await validate("--metrics", "mse_total_train, nc3_cosine_train");
        assert.equal(code, 0, stderr);
        assert.deepEqual(await columns(), chosen);
      });

      await t.step("the weight decay of the run makes the MSE loss defined", async () => {
        const [, first] = (await Deno.readTextFile(`${run}/metrics.csv`)).split("\n");
        assert.match(first!, /,\d[\d.e-]*$/);
      });

      await t.step(
        "trust.json has an entry for every checkpoint, beside the run and in its report",
        async () => {
          const trust = await readTrust(`${run}/trust.json`);
          assert.equal(trust!.width, 128);
          assert.deepEqual(trust!.checkpoints.map(({ epoch }) => epoch), [1, 2]);
          for (const { metrics } of trust!.checkpoints) {
            assert.equal(metrics.within_class_variation!.rank!.of, 9);
          }
          const files = ["trust.json", "metrics.csv"];
          for (const file of files) {
            assert.equal(
              await Deno.readTextFile(`${folder}/reports/tiny/${file}`),
              await Deno.readTextFile(`${run}/${file}`),
            );
          }
        },
      );

      await t.step("without a choice, the columns that are there stay", async () => {
        const { stderr } = await validate();
        assert.match(stderr, /2 checkpoints measured, 0 of them now/);
        assert.deepEqual(await columns(), chosen);
      });

      await t.step(
        "geometry that is missing is kept where it is asked for, once, and shown in the report",
        async () => {
          await Deno.remove(`${run}/geometry`, { recursive: true });
          assert.match((await validate()).stderr, /2 checkpoints measured, 0 of them now/);
          assert.ok(
            !(await Deno.readTextFile(`${folder}/reports/tiny/index.html`)).includes('class="stills"'),
          );
          const before = await Deno.readTextFile(`${run}/metrics.csv`);
          assert.match((await validate("--geometry")).stderr, /2 checkpoints measured, 2 of them now/);
          assert.match((await validate("--geometry")).stderr, /2 checkpoints measured, 0 of them now/);
          assert.equal(await Deno.readTextFile(`${run}/metrics.csv`), before);
          const frame = JSON.parse(await Deno.readTextFile(`${run}/geometry/epoch_002.json`));
          assert.deepEqual(
            [frame.epoch, frame.classes.length, frame.samples.length, frame.samples[0].length],
            [
              2,
              10,
              10,
              2,
            ],
          );
          assert.equal(frame.cosines.means.length, 10);
          assert.match(await Deno.readTextFile(`${folder}/reports/tiny/index.html`), /Collapse seen/);
          assert.ok((await Deno.stat(`${folder}/reports/tiny/geometry.png`)).size > 1000);
        },
      );

      await t.step("metrics that are not there are refused, with what to do", async () => {
        const before = await Deno.readTextFile(`${run}/metrics.csv`);
        const { code, stderr } = await validate("--metrics", "nc3_cosine_train,nc1_quotient_train");
        assert.equal(code, 1);
        assert.match(
          stderr,
          /^error: expected all metrics asked for in runs\/tiny\/metrics\.csv, found none of nc1_quotient_train; add --again to measure every checkpoint anew\n$/,
        );
        assert.match(
          (await validate("--metrics", "all")).stderr,
          /found none of nc1_svd_test and \d+ more; add --again/,
        );
        assert.equal(await Deno.readTextFile(`${run}/metrics.csv`), before);
      });

      await t.step("an unknown metric is a usage error that names the nearest one", async () => {
        const { code, stderr } = await validate("--metrics", "nc3_cosin_train");
        assert.equal(code, 2);
        assert.match(stderr, /found "nc3_cosin_train"; did you mean nc3_cosine_train\?/);
      });

      await t.step("a checkpoint without its entry in trust.json is measured again", async () => {
        const path = `${run}/trust.json`;
        const before = await Deno.readTextFile(path);
        await Deno.writeTextFile(
          path,
          before.replace(/^ {4}\{"epoch":2.*\n/m, "").replace(/,\n {2}\]/, "\n  ]"),
        );
        assert.match((await validate()).stderr, /2 checkpoints measured, 1 of them now/);
        assert.equal(await Deno.readTextFile(path), before);
      });

      await t.step("intervals are made on request, and once", async () => {
        const asked = ["--bootstrap", "2", "--seed", "5"];
        assert.match((await validate(...asked)).stderr, /2 of them now/);
        const [first] = (await readTrust(`${run}/trust.json`))!.checkpoints;
        assert.deepEqual(first!.bootstrap, { replicates: 2, seed: 5, confidence: 0.95 });
        const { low, high, replicates } = first!.metrics.nc3_cosine_train!.interval!;
        assert.ok(low <= high && replicates === 2);
        assert.match((await validate(...asked)).stderr, /0 of them now/);
      });

      await t.step("--again takes up other metrics", async () => {
        const { code, stderr } = await validate("--metrics", "nc1_quotient_train", "--again");
        assert.equal(code, 0, stderr);
        assert.deepEqual(await columns(), ["epoch", ...FIRST_METRICS, "nc1_quotient_train"]);
      });
    });
  },
);
