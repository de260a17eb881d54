/** Which weights stand on either side of a layer, and how they become matrices. */
import assert from "node:assert/strict";
import { densenet } from "../../src/models/densenet.ts";
import { layersOf } from "../../src/models/layers.ts";
import { layerWeights, unfolded } from "../../src/models/layer_weights.ts";
import { makePlan } from "../../src/models/make_plan.ts";
import { mlp } from "../../src/models/mlp.ts";
import { resnet } from "../../src/models/resnet.ts";
import { rewritePlan } from "../../src/models/rewrite.ts";
import { vgg } from "../../src/models/vgg.ts";

const INPUT = [3, 32, 32] as const;
const classes = 10;
const around = (plan: ReturnType<typeof makePlan>) =>
  layersOf(plan).map(({ name }) => {
    const { own, next } = layerWeights(plan, name);
    return [own?.name ?? null, next?.name ?? null];
  });

Deno.test("around a block of a ResNet are its last convolution and the first of the next block", () => {
  const plan = makePlan(resnet("resnet18", { classes }), INPUT);
  assert.deepEqual(around(plan), [
    ["conv1.weight", "layer1.0.conv1.weight"],
    ["layer1.0.conv2.weight", "layer1.1.conv1.weight"],
    ["layer1.1.conv2.weight", "layer2.0.conv1.weight"],
    ["layer2.0.conv2.weight", "layer2.1.conv1.weight"],
    ["layer2.1.conv2.weight", "layer3.0.conv1.weight"],
    ["layer3.0.conv2.weight", "layer3.1.conv1.weight"],
    ["layer3.1.conv2.weight", "layer4.0.conv1.weight"],
    ["layer4.0.conv2.weight", "layer4.1.conv1.weight"],
    ["layer4.1.conv2.weight", "fc.weight"],
  ]);
});

Deno.test("those of a perceptron follow each other, and nothing writes a concatenation", () => {
  assert.deepEqual(around(makePlan(mlp({ classes, depth: 2, width: 8 }), INPUT)), [
    ["hidden.0.weight", "hidden.1.weight"],
    ["hidden.1.weight", "fc.weight"],
  ]);
  const dense = around(makePlan(densenet("densenet121", { classes }), INPUT));
  assert.deepEqual(dense[1], [null, "features.denseblock1.denselayer2.conv1.weight"]);
  assert.ok(dense.every(([, next]) => next !== null));
});

Deno.test("rewriting changes neither the weights nor the taps that are live", () => {
  for (const network of [resnet("resnet18", { classes }), vgg("vgg11_bn", { classes })]) {
    const plain = makePlan(network, INPUT);
    const rewritten = rewritePlan(plain);
    for (const { name } of layersOf(plain)) {
      assert.deepEqual(layerWeights(rewritten, name), layerWeights(plain, name), name);
    }
  }
  const { own, next } = layerWeights(makePlan(resnet("resnet18", { classes }), INPUT), "layer4.1.add.relu");
  // A map of one position: only the middle of a kernel meets data.
  assert.deepEqual(own!.taps, { r0: 1, r1: 2, c0: 1, c1: 2 });
  assert.equal(next!.taps, undefined);
});

Deno.test("a kernel unfolds by its outputs or by its inputs, its live taps only", () => {
  const values = Float64Array.from({ length: 2 * 3 * 2 * 2 }, (_, i) => i);
  const kernel = { name: "w", shape: [2, 3, 2, 2] };
  const out = unfolded(kernel, values, { channels: "out" });
  assert.deepEqual(out, { values, rows: 2, columns: 12 });
  const input = unfolded(kernel, values, { channels: "in", inputs: 3 });
  assert.deepEqual([input.rows, input.columns], [8, 3]);
  assert.deepEqual(Array.from(input.values.slice(0, 6)), [0, 4, 8, 1, 5, 9]);
  const live = { ...kernel, taps: { r0: 0, r1: 1, c0: 1, c1: 2 } };
  assert.deepEqual(Array.from(unfolded(live, values, { channels: "in", inputs: 3 }).values), [
    1,
    5,
    9,
    13,
    17,
    21,
  ]);
  assert.deepEqual(Array.from(unfolded(live, values, { channels: "out" }).values), [1, 5, 9, 13, 17, 21]);
});

Deno.test("a linear layer behind a flattened map reads several values of a channel", () => {
  const values = Float64Array.from({ length: 2 * 6 }, (_, i) => i);
  const found = unfolded({ name: "w", shape: [2, 6] }, values, { channels: "in", inputs: 3 });
  assert.deepEqual([found.rows, found.columns], [4, 3]);
  assert.deepEqual(Array.from(found.values), [0, 2, 4, 1, 3, 5, 6, 8, 10, 7, 9, 11]);
});
