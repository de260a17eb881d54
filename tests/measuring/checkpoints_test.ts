import assert from "node:assert/strict";
import type { StateDict } from "../../src/formats/tensor.ts";
import { byEpoch, checkpointFile, identifyNetwork, originOf } from "../../src/measuring/checkpoints.ts";
import { makePlan } from "../../src/models/plan.ts";
import { resnet, RESNETS, type Stem } from "../../src/models/resnet.ts";
import { emptyTensor } from "../../src/train/checkpoint.ts";
import { test, withTemporaryFolder } from "../support.ts";

Deno.test("every network is told by the names and shapes of its entries", () => {
  for (const model of RESNETS) {
    for (const stem of ["stock", "small"] as const) {
      const state = emptyState(model, stem, { classes: 7, channels: 1 });
      assert.deepEqual(identifyNetwork(state, "some.pth"), { model, stem });
    }
  }
});

Deno.test("a state dict that nearly fits is compared with the network its file speaks of", () => {
  const state = emptyState("resnet18", "stock");
  state.delete("layer4.1.bn2.weight");
  const expected = /without layer4\.1\.bn2\.weight/;
  assert.throws(() => identifyNetwork(state, "checkpoints/ResNet18_005.pth"), expected);
  assert.throws(() => identifyNetwork(state, "best.pth", { model: "resnet18" }), expected);
  assert.throws(
    () => identifyNetwork(state, "best.pth"),
    /best\.pth: expected the state dict of one of resnet18, .*, found 121 entries \(conv1\.weight, bn1\.weight,/,
  );
});

Deno.test("a network that options contradict is refused, and so is one without a classifier", () => {
  const state = emptyState("resnet18", "stock");
  assert.throws(() => identifyNetwork(state, "x.pth", { model: "resnet34" }), /expected the 218 entries/);
  assert.throws(
    () => identifyNetwork(state, "x.pth", { stem: "small" }),
    /x\.pth: expected the state dict of one of/,
  );
  assert.throws(
    () => identifyNetwork(new Map(), "x.pth"),
    /x\.pth: expected the state dict .* found 0 entries/,
  );
});

Deno.test("the epoch of a checkpoint is the number that its name ends in, and no other", () => {
  const epochs = {
    "a/resnet18_005.pth": 5,
    "resnet50_350.pt": 350,
    "model-epoch12.pth": 12,
    "model_epoch_012.pth": 12,
    "resnet18.pth": null,
    "resnet18_005/best.pth": null,
  };
  for (const [path, epoch] of Object.entries(epochs)) {
    assert.deepEqual(checkpointFile(path), { path, epoch });
  }
});

Deno.test("the checkpoints of a folder come by epoch, two of one epoch are refused", () => {
  const { checkpoints, others } = byEpoch(["a_10.pth", "best.pth", "a_5.pth"]);
  assert.deepEqual(checkpoints.map(({ path }) => path), ["a_5.pth", "a_10.pth"]);
  assert.deepEqual(others, ["best.pth"]);
  assert.throws(
    () => byEpoch(["a_5.pth", "b_005.pth"]),
    /one checkpoint an epoch, found a_5.pth and b_005.pth/,
  );
});

test("the data set is as asked, else as the folder is named, else unknown", ["read", "write"], async () => {
  await withTemporaryFolder(async (folder) => {
    for (const [name, dataset] of [["checkpoints_CIFAR10", "CIFAR10"], ["cifar100-resnet50", "CIFAR100"]]) {
      await Deno.mkdir(`${folder}/${name}`);
      assert.deepEqual(await originOf(`${folder}/${name}`, undefined), { dataset, run: null });
      assert.deepEqual(await originOf(`${folder}/${name}`, "mnist"), { dataset: "MNIST", run: null });
    }
    await Deno.mkdir(`${folder}/checkpoints`);
    await assert.rejects(
      originOf(`${folder}/checkpoints`, undefined),
      /expected a data set in the name of the folder checkpoints, or the run\.json .*; name it with --dataset/,
    );
  });
});

function emptyState(model: string, stem: Stem, { classes = 10, channels = 3 } = {}): StateDict {
  const { entries } = makePlan(resnet(model, { classes, stem }), [channels, 32, 32]);
  return new Map(entries.map((entry) => [entry.name, emptyTensor(entry, "float32")]));
}
