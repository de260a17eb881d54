/** --ood: the columns of foreign images, from training, from validating and from files of features. */
import assert from "node:assert/strict";
import { encodeNpy } from "../../src/formats/npy.ts";
import type { TensorData } from "../../src/formats/tensor.ts";
import { type Case, gaussianCase } from "../collapse/features.ts";
import { test, withTemporaryFolder } from "../support.ts";
import { type Finished, NARROW, runTool } from "./command.ts";
import { runWithin } from "./within.ts";

const NEEDS = ["read", "write", "run", "ffi", "env"] as const;
const ONE_THREAD = ["--threads", "1"];
const TRAIN = [
  ...NARROW,
  "--per-class",
  "2",
  "--epochs",
  "2",
  "--checkpoints",
  "1,2",
  "--batch-size",
  "10",
  ...ONE_THREAD,
];

function expectSuccess({ code, stderr }: Finished): void {
  assert.equal(code, 0, stderr);
}

test("foreign images are measured while training and afterwards to the same bytes", NEEDS, async (t) => {
  await withTemporaryFolder(async (folder) => {
    const read = async (path: string) => await Deno.readTextFile(`${folder}/${path}`);
    const validate = (...options: string[]) =>
      runWithin(folder, ["validate", "Drawn10", "--run", "plain", ...ONE_THREAD, ...options]);
    const ood = ["--ood", "Drawn100"];
    expectSuccess(
      await runWithin(folder, ["train", "Drawn10", "--run", "own", ...TRAIN, "--measure", ...ood]),
    );
    expectSuccess(await runWithin(folder, ["train", "Drawn10", "--run", "plain", ...TRAIN]));
    expectSuccess(await validate(...ood));
    for (const file of ["metrics.csv", "trust.json"]) {
      assert.equal(await read(`runs/own/${file}`), await read(`runs/plain/${file}`));
    }

    await t.step("the set is in the names of its columns, in trust.json and in the report", async () => {
      const [header, ...rows] = (await read("runs/own/metrics.csv")).trim().split("\n");
      const columns = header!.split(",");
      const foreign = columns.filter((name) => name.includes("_ood"));
      assert.equal(foreign.length, 10);
      assert.ok(foreign.every((name) => name.endsWith("_ood_Drawn100")));
      for (const row of rows) {
        const cells = row.split(",");
        assert.notEqual(cells[columns.indexOf("nc5_softmax_auroc_ood_Drawn100")], "");
      }
      const [set, ...others] = JSON.parse(await read("runs/own/trust.json")).ood;
      assert.deepEqual(others, []);
      assert.match(set.digest, /^[0-9a-f]{64}$/);
      assert.deepEqual({ ...set, digest: "" }, {
        set: "Drawn100",
        title: "Drawn-100",
        digest: "",
        images: 2000,
      });
      assert.match(await read("reports/own/definitions.html"), /OOD Drawn100/);
      const described = JSON.parse(await read("reports/own/columns.json")).columns;
      assert.ok(described.some(({ name }: { name: string }) => name === "nc5_neco_ood_Drawn100"));
      expectSuccess(await runTool(folder, ["compare", "own", "plain"]));
    });

    await t.step("the run's own data set is none of them", async () => {
      const { code, stderr } = await validate("--again", "--ood", "Drawn100,drawn-10");
      assert.equal(code, 1);
      assert.match(
        stderr,
        /^error: --ood Drawn10: expected another data set .*, found the same; name another/m,
      );
    });

    await t.step("without the option the sets of the table are measured again", async () => {
      const before = await read("runs/plain/metrics.csv");
      const [header, first] = before.split("\n");
      await Deno.writeTextFile(`${folder}/runs/plain/metrics.csv`, `${header}\n${first}\n`);
      expectSuccess(await validate());
      assert.equal(await read("runs/plain/metrics.csv"), before);
    });

    await t.step("--again without the option leaves them out", async () => {
      expectSuccess(await validate("--again"));
      assert.doesNotMatch(await read("runs/plain/metrics.csv"), /_ood/);
      assert.doesNotMatch(await read("runs/plain/trust.json"), /"ood"/);
      const { code, stderr } = await validate(...ood);
      assert.equal(code, 1);
      assert.match(stderr, /found none of nc5_orthogonality_ood_Drawn100 and 9 more; add --again/);
    });
  });
});

test("features of several foreign sets have a column each", NEEDS, async () => {
  const trainCase = gaussianCase({ counts: [30, 20, 25, 6], width: 7, spread: 0.3 });
  const testCase = gaussianCase({ seed: 2, counts: [5, 6, 7, 8], width: 7, spread: 0.3 });
  const near = matrixOf(gaussianCase({ seed: 3, counts: [9], width: 7 }));
  const far = matrixOf(gaussianCase({ seed: 4, counts: [4, 8], width: 7, spread: 4 }));
  await withTemporaryFolder(async (folder) => {
    const write = async (path: string, tensor: TensorData) =>
      await Deno.writeFile(`${folder}/${path}`, encodeNpy(tensor));
    for (const name of ["own", "far"]) await Deno.mkdir(`${folder}/${name}`);
    await write("own/train_features.npy", matrixOf(trainCase));
    await write("own/train_labels.npy", labelsOf(trainCase));
    await write("own/test_features.npy", matrixOf(testCase));
    await write("own/test_labels.npy", labelsOf(testCase));
    await write("own/weight.npy", {
      dtype: "float64",
      shape: [4, 7],
      data: Float64Array.from(trainCase.weight),
    });
    await write("near.npy", near);
    await write("far/test_features.npy", far);
    const measured = async (...options: string[]) => {
      const done = await runWithin(folder, ["measure", "own", "--json", ...ONE_THREAD, ...options]);
      expectSuccess(done);
      return JSON.parse(done.stdout)[0];
    };
    const { values, notes } = await measured("--ood", "near.npy,other=far");
    assert.deepEqual(notes, [
      "out-of-distribution: near, 9 samples of near.npy",
      "out-of-distribution: other, 12 samples of far",
    ]);
    const alone = { near: "near.npy", other: "far/test_features.npy" };
    for (const [set, path] of Object.entries(alone)) {
      const expected = await measured("--ood-features", path, "--metrics", "NC5");
      const names = Object.keys(expected.values).filter((name) => name.endsWith("_ood"));
      assert.equal(names.length, 10);
      for (const name of names) assert.equal(values[`${name}_${set}`], expected.values[name], name);
    }
    const refused = async (words: string, message: RegExp, code = 1) => {
      const done = await runWithin(folder, ["measure", "own", "--ood", words]);
      assert.equal(done.code, code);
      assert.match(done.stderr, message);
    };
    await refused("gone", /^error: --ood gone: expected a file or folder of features gone, found none$/m);
    await refused(
      "near.npy,near=far",
      /^error: --ood: expected each set once, found near twice; name them NAME=PATH$/m,
    );
    await refused(
      "near.npy,mine=own",
      /^error: --ood mine: expected features of other samples than those of own\/test_features\.npy, found the same; name others$/m,
    );
    await write("copy.npy", matrixOf(trainCase));
    await refused(
      "copy.npy",
      /^error: --ood copy: expected features of other samples than those of own\/train_features\.npy, found the same/m,
    );
    await refused("a b=far", /^error: --ood far: expected letters, digits and \. _ -/m);
  });
});

test("sets that are none are refused with exit code 2", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    for (
      const [words, message] of [
        [["train", "Drawn10", "--measure", "--ood", "Drawn11"], /unknown data set "Drawn11"/],
        [["train", "Drawn10", "--ood", "Drawn100"], /--ood needs --measure/],
        [["validate", "Drawn10", "--ood", "Drawn100,Drawn100"], /Expected each set once/],
      ] as const
    ) {
      const { code, stderr } = await runWithin(folder, words);
      assert.equal(code, 2, stderr);
      assert.match(stderr, message);
    }
  });
});

function matrixOf({ features, width }: Case): TensorData {
  return { dtype: "float64", shape: [features.length / width, width], data: Float64Array.from(features) };
}

function labelsOf({ labels }: Case): TensorData {
  return { dtype: "int64", shape: [labels.length], data: BigInt64Array.from(labels, BigInt) };
}
