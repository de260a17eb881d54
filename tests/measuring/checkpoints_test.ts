import assert from "node:assert/strict";
import type { StateDict } from "../../src/formats/tensor.ts";
import { architectureOf, USUAL_CLASSIFIER } from "../../src/experiment/architecture.ts";
import type { Protocol } from "../../src/experiment/parts.ts";
import {
  byEpoch,
  checkpointFile,
  identifyClassifier,
  identifyNetwork,
  originOf,
} from "../../src/measuring/checkpoints.ts";
import { completed, renamed } from "../../src/measuring/state_names.ts";
import { kindOf, type KindValue } from "../../src/kind.ts";
import { DENSENETS } from "../../src/models/densenet.ts";
import { makePlan } from "../../src/models/make_plan.ts";
import { NETWORKS } from "../../src/models/registry.ts";
import { VGGS } from "../../src/models/vgg.ts";
import { resnet, RESNETS, type Stem } from "../../src/models/resnet.ts";
import { resnet9 } from "../../src/models/resnet9.ts";
import { emptyTensor } from "../../src/engine/checkpoint.ts";
import { test, withTemporaryFolder } from "../support.ts";

Deno.test("every network is told by the names and shapes of its entries", () => {
  for (const model of RESNETS) {
    for (const stem of ["stock", "small"] as const) {
      const state = emptyState(model, stem, { classes: 7, channels: 1 });
      assert.deepEqual(identifyNetwork(state, "some.pth"), { kind: model, stem, channels: 64 });
    }
  }
});

Deno.test("ResNets of any width, VGGs, DenseNets, the ResNet9 and perceptrons of any size are told by their entries", () => {
  const values: KindValue[] = [
    { kind: "resnet18", stem: "small", channels: 5 },
    { kind: "resnet50", stem: "stock", channels: 128 },
    ...VGGS.map((kind) => ({ kind })),
    ...DENSENETS.map((kind) => ({ kind })),
    { kind: "densenet", depth: 40, growth: 12 },
    { kind: "densenet", depth: 22, growth: 7 },
    { kind: "densenet_bc", depth: 100, growth: 12 },
    { kind: "densenet_bc", depth: 16, growth: 24 },
    { kind: "resnet9" },
    { kind: "mlp", depth: 1, units: 9 },
    { kind: "mlp", depth: 4, units: 30 },
  ];
  for (const value of values) {
    const kind = kindOf(NETWORKS, value);
    const { entries } = makePlan(kind.make(value, { classes: 7 }), [3, 32, 32]);
    // Names and shapes are all that tells: a VGG's numbers would be half a gigabyte.
    const state: StateDict = new Map(
      entries.map((entry) => [
        entry.name,
        entry.kind === "counter"
          ? { dtype: "int64", shape: [], data: new BigInt64Array() }
          : { dtype: "float32", shape: entry.shape, data: new Float32Array() },
      ]),
    );
    assert.deepEqual(identifyNetwork(state, "some.pth"), value);
  }
});

Deno.test("the width of the features is told by the entries, a temperature by what is said", () => {
  const network = { kind: "mlp", depth: 2, units: 30 };
  const stateOf = (classifier: Protocol["classifier"]): StateDict => {
    const { entries } = makePlan(architectureOf({ network, classifier }, { classes: 7 }), [1, 4, 4]);
    return new Map(entries.map((entry) => [entry.name, emptyTensor(entry, "float32")]));
  };
  const narrow = { ...USUAL_CLASSIFIER, width: 4 };
  assert.deepEqual(identifyClassifier(stateOf(USUAL_CLASSIFIER), null), USUAL_CLASSIFIER);
  assert.deepEqual(identifyClassifier(stateOf(narrow), null), narrow);
  const cosine = { ...narrow, noBias: true, temperature: 0.1 };
  assert.deepEqual(identifyClassifier(stateOf(cosine), 0.1), cosine);
  for (const classifier of [narrow, { ...narrow, noBias: true }]) {
    assert.deepEqual(identifyNetwork(stateOf(classifier), "some.pth"), network);
  }
  assert.deepEqual(identifyNetwork(stateOf(cosine), "some.pth", {}, cosine), network);
  assert.throws(
    () => identifyNetwork(stateOf(narrow), "some.pth", {}, cosine),
    /some\.pth, compared with mlp, .* with the unknown fc\.bias/,
  );
});

Deno.test("a state dict that nearly fits is compared with the network its file speaks of", () => {
  const state = emptyState("resnet18", "stock");
  state.delete("layer4.1.bn2.weight");
  const expected = /without layer4\.1\.bn2\.weight/;
  assert.throws(() => identifyNetwork(state, "checkpoints/ResNet18_005.pth"), expected);
  assert.throws(() => identifyNetwork(state, "best.pth", { model: "resnet18" }), expected);
  assert.throws(() => identifyNetwork(state, "best.pth"), expected);
  state.set("layer5.0.conv1.weight", state.get("conv1.weight")!);
  assert.throws(
    () => identifyNetwork(state, "best.pth"),
    /best\.pth, compared with resnet18, .* without layer4\.1\.bn2\.weight, and with the unknown layer5\.0\.conv1/,
  );
});

Deno.test("a network that options contradict is refused, and so is one without a classifier", () => {
  const state = emptyState("resnet18", "stock");
  assert.throws(
    () => identifyNetwork(state, "x.pth", { model: "resnet34" }),
    /compared with resnet34, .* expected the 218 entries .*, without layer1\.2\.conv1\.weight, .* more\)/,
  );
  assert.throws(
    () => identifyNetwork(state, "x.pth", { stem: "small" }),
    /x\.pth, compared with resnet18, .* with conv1\.weight of shape 64×3×7×7 instead of 64×3×3×3/,
  );
  assert.throws(
    () => identifyNetwork(new Map(), "x.pth"),
    /x\.pth: expected the state dict .* found 0 entries/,
  );
});

Deno.test("a network is told whatever the order of its entries", () => {
  const state = emptyState("resnet18", "small");
  const reversed = new Map([...state].reverse());
  assert.deepEqual(identifyNetwork(reversed, "x.pth"), { kind: "resnet18", stem: "small", channels: 64 });
});

Deno.test("wrappers' prefixes and the names of small-image networks become torchvision's", () => {
  const state = emptyState("resnet18", "small");
  const rename = (change: (name: string) => string): StateDict =>
    new Map([...state].map(([name, tensor]) => [change(name), tensor]));
  const small = (name: string) => name.replace(".downsample.", ".shortcut.").replace(/^fc\./, "linear.");
  const variants: ((name: string) => string)[] = [
    (name) => `module.${name}`,
    (name) => `_orig_mod.module.${name}`,
    (name) => `model.net.${name}`,
    small,
    (name) => `module.${small(name)}`,
    (name) => name.startsWith("fc.") ? name : `backbone.${name}`,
    (name) => name.startsWith("fc.") ? name.replace("fc", "model.head") : `model.encoder.${name}`,
    (name) => name.replace(/^fc\./, "classifier."),
  ];
  for (const variant of variants) {
    const found = renamed(rename(variant), "x.pth");
    assert.deepEqual([...found.state.keys()], [...state.keys()], variant("conv1.weight"));
    assert.deepEqual(found.notes, []);
  }
});

Deno.test("the published ResNet9 has its last batch norm once, under the name of its place", () => {
  const plan = makePlan(resnet9({ classes: 10 }), [3, 32, 32]);
  const own = plan.entries.map((entry) => [entry.name, emptyTensor(entry, "float32")] as const);
  const second = own.filter(([name]) => name.startsWith("res2.1.1."))
    .map(([name, tensor]) => [name.replace("res2.1.1.", "llBN."), tensor] as const);
  assert.equal(second.length, 5);
  const { state } = renamed(new Map([...second, ...own]), "x.pth");
  assert.deepEqual([...state.keys()], own.map(([name]) => name));
  assert.deepEqual(identifyNetwork(state, "x.pth"), { kind: "resnet9" });
  const alone = renamed(new Map(second), "x.pth").state;
  assert.equal(alone.size, 5, "without the entries that it repeats it is kept, and refused");
});

Deno.test("weights come before their averages in one state dict; two networks are refused", () => {
  const state = [...emptyState("resnet18", "small")];
  const under = (...prefixes: string[]): StateDict =>
    new Map(prefixes.flatMap((prefix) => state.map(([name, tensor]) => [`${prefix}.${name}`, tensor])));
  const { state: found, notes } = renamed(under("ema_model", "model"), "x.ckpt");
  assert.equal(found.size, state.length);
  assert.deepEqual(notes, [
    "left out, as no part of the network: ema_model.conv1.weight, ema_model.bn1.weight, ema_model.bn1.bias and " +
    "119 more",
  ]);
  assert.equal(renamed(under("ema_model"), "x.ckpt").state.size, state.length);
  assert.throws(
    () => renamed(under("a", "b"), "x.ckpt"),
    /x\.ckpt: expected one network, found several: a, b; choose one with --key/,
  );
});

Deno.test("counters and types are made the network's, a last layer without a bias gets zeros", () => {
  const whole = emptyState("resnet18", "small");
  const plan = makePlan(resnet("resnet18", { classes: 10, stem: "small" }), [3, 32, 32]);
  const state: StateDict = new Map(whole);
  state.delete("fc.bias");
  state.delete("bn1.num_batches_tracked");
  state.set("layer1.0.bn1.num_batches_tracked", { dtype: "float32", shape: [], data: Float32Array.of(300) });
  state.set("bn1.weight", { dtype: "float64", shape: [64], data: new Float64Array(64).fill(0.5) });
  assert.deepEqual(identifyNetwork(state, "x.pth"), { kind: "resnet18", stem: "small", channels: 64 });
  const { state: complete, notes } = completed(state, plan, "float64");
  assert.deepEqual(new Set(complete.keys()), new Set(whole.keys()));
  assert.deepEqual(complete.get("layer1.0.bn1.num_batches_tracked")!.data, BigInt64Array.of(300n));
  assert.deepEqual(notes, ["the last layer has no bias: fc.bias is taken as zeros"]);
  for (const [name, { dtype }] of complete) {
    assert.equal(dtype, name.endsWith("num_batches_tracked") ? "int64" : "float64", name);
  }
});

Deno.test("the epoch of a checkpoint is the number that its name ends in, and no other", () => {
  const epochs = {
    "a/resnet18_005.pth": 5,
    "resnet50_350.pt": 350,
    "model-epoch12.pth": 12,
    "model_epoch_012.pth": 12,
    "net-7.ckpt": 7,
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
