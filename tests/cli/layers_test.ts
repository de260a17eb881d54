/** --layers: the table of layers, from training and from validating, and the law that is said in the end. */
import assert from "node:assert/strict";
import { readLayers } from "../../src/run/layers.ts";
import { test, withTemporaryFolder } from "../support.ts";
import type { Finished } from "./command.ts";
import { runWithin } from "./within.ts";

const NEEDS = ["read", "write", "run", "ffi", "env"] as const;
const ONE_THREAD = ["--threads", "1"];
const TRAIN = ["train", "Drawn10", "--model", "mlp", "--depth", "4", "--units", "16", "--per-class", "8"];
const TWICE = ["--epochs", "2", "--checkpoints", "1,2", "--lr", "0.02", ...ONE_THREAD];

function expectSuccess({ code, stderr }: Finished): void {
  assert.equal(code, 0, stderr);
}

test("layers are measured while training and afterwards to the same bytes", NEEDS, async (t) => {
  await withTemporaryFolder(async (folder) => {
    const read = async (path: string) => await Deno.readTextFile(`${folder}/${path}`);
    const validate = (...options: string[]) =>
      runWithin(folder, ["validate", "Drawn10", "--run", "plain", ...ONE_THREAD, ...options]);
    const own = await runWithin(folder, [...TRAIN, ...TWICE, "--run", "own", "--measure", "--layers"]);
    expectSuccess(own);
    assert.match(
      own.stderr,
      /^law of data separation, epoch 2: a layer multiplies the fuzziness by \S+ \(4 layers, correlation of its logarithm \S+\)$/m,
    );
    assert.match(
      own.stderr,
      /^start of the tunnel, epoch 2: layer \d of 4 at 95 %, layer \d of 4 at 98 % of the last probe's test accuracy$/m,
    );
    expectSuccess(await runWithin(folder, [...TRAIN, ...TWICE, "--run", "plain"]));

    await t.step(
      "what was measured without layers is measured again for them, and nothing else changes",
      async () => {
        expectSuccess(await validate());
        const metrics = await read("runs/plain/metrics.csv");
        await assert.rejects(read("runs/plain/layers.csv"));
        expectSuccess(await validate("--layers", "pooled"));
        assert.equal(await read("runs/plain/metrics.csv"), metrics);
        assert.equal(await read("runs/plain/metrics.csv"), await read("runs/own/metrics.csv"));
        assert.equal(await read("runs/plain/layers.csv"), await read("runs/own/layers.csv"));
        const rows = await readLayers(`${folder}/runs/plain/layers.csv`);
        assert.deepEqual(
          rows.map(({ epoch, layer, name }) => [epoch, layer, name]),
          [1, 2].flatMap((epoch) => [1, 2, 3, 4].map((layer) => [epoch, layer, `relu.${layer - 1}`])),
        );
        assert.match((await validate("--layers")).stderr, /2 checkpoints measured, 0 of them now/);
      },
    );

    await t.step("a report draws the epochs that are chosen, and names those there are", async () => {
      const report = (epochs: string) => runWithin(folder, ["report", "plain", "--layer-epochs", epochs]);
      expectSuccess(await report("1"));
      const picture = await read("reports/plain/layers.svg");
      assert.match(picture, />epoch 1</);
      assert.doesNotMatch(picture, />epoch 2</);
      const { code, stderr } = await report("2,3");
      assert.deepEqual(
        [code, stderr],
        [
          1,
          "error: --layer-epochs: expected epochs whose layers are in runs/plain/layers.csv (1, 2), found 3\n",
        ],
      );
      assert.equal((await report("")).code, 2);
    });

    await t.step("another form is refused, but for all anew", async () => {
      const { code, stderr } = await validate("--layers", "flattened");
      assert.equal(code, 1);
      assert.match(stderr, /layers\.csv: expected layers flattened, as asked for, found pooled; add --again/);
      expectSuccess(await validate("--layers", "flattened", "--again"));
      const rows = await readLayers(`${folder}/runs/plain/layers.csv`);
      assert.ok(rows.every(({ form }) => form === "flattened"));
    });

    await t.step("a run that starts over has no layers of the one before", async () => {
      expectSuccess(await runWithin(folder, [...TRAIN, ...TWICE, "--run", "own", "--overwrite"]));
      await assert.rejects(read("runs/own/layers.csv"));
    });
  });
});

test("layers that are none are refused with exit code 2", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    for (
      const [words, message] of [
        [["validate", "--layers", "Drawn10"], /Allowed choices are pooled, flattened/],
        [[...TRAIN, "--layers"], /--layers needs --measure/],
      ] as const
    ) {
      const { code, stderr } = await runWithin(folder, words);
      assert.equal(code, 2, stderr);
      assert.match(stderr, message);
    }
  });
});
