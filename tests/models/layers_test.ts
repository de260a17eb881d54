/** Which values of a network are its layers. */
import assert from "node:assert/strict";
import { densenet } from "../../src/models/densenet.ts";
import { layersOf } from "../../src/models/layers.ts";
import { makePlan } from "../../src/models/make_plan.ts";
import { mlp } from "../../src/models/mlp.ts";
import { resnet } from "../../src/models/resnet.ts";
import { rewritePlan } from "../../src/models/rewrite.ts";
import { vgg } from "../../src/models/vgg.ts";

const INPUT = [3, 32, 32] as const;
const classes = 10;
const namesOf = (network: Parameters<typeof makePlan>[0]) =>
  layersOf(makePlan(network, INPUT)).map(({ name }) => name);

Deno.test("the layers of a ResNet are its stem and blocks, none within a shortcut", () => {
  const blocks = [1, 2, 3, 4].flatMap((stage) => [0, 1].map((block) => `layer${stage}.${block}.add.relu`));
  assert.deepEqual(namesOf(resnet("resnet18", { classes })), ["relu", ...blocks]);
});

Deno.test("those of a perceptron and of a VGG are the outputs of its ReLUs, those of a DenseNet its layers", () => {
  assert.deepEqual(namesOf(mlp({ classes, depth: 3, width: 8 })), ["relu.0", "relu.1", "relu.2"]);
  assert.equal(namesOf(vgg("vgg13_bn", { classes })).length, 12);
  const dense = namesOf(densenet("densenet121", { classes }));
  assert.equal(dense.filter((name) => name.endsWith(".concat")).length, 58);
  assert.ok(dense.every((name) => name.endsWith(".concat") || name.includes("relu")), dense.join());
  assert.ok(!dense.some((name) => /denselayer\d+\.relu/.test(name)));
});

Deno.test("a rewritten plan has the layers of the plain one", () => {
  for (const network of [resnet("resnet50", { classes }), vgg("vgg11_bn", { classes })]) {
    const plain = makePlan(network, INPUT);
    assert.deepEqual(layersOf(rewritePlan(plain)), layersOf(plain));
  }
});
