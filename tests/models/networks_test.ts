/** Names, shapes, order and counts of the networks' state dicts. */
import { deepEqual, equal, ok, throws } from "node:assert/strict";
import { densenet, DENSENETS, smallDensenet } from "../../src/models/densenet.ts";
import { kindOf } from "../../src/kind.ts";
import { mlp } from "../../src/models/mlp.ts";
import type { Architecture } from "../../src/models/network.ts";
import { makePlan } from "../../src/models/make_plan.ts";
import type { Plan, Shape } from "../../src/models/plan.ts";
import { NETWORKS } from "../../src/models/registry.ts";
import { rewritePlan } from "../../src/models/rewrite.ts";
import { vgg, VGGS } from "../../src/models/vgg.ts";
import { test } from "../support.ts";

const CIFAR: Shape = [3, 32, 32];

function entriesOf(plan: Plan): string[] {
  return plan.entries.map((entry) =>
    `${entry.name} ${entry.kind === "counter" ? "scalar" : entry.shape.join("x")}`
  );
}

function parametersOf(plan: Plan): number {
  return plan.entries.reduce(
    (sum, entry) => sum + (entry.kind === "parameter" ? entry.shape.reduce((a, b) => a * b) : 0),
    0,
  );
}

const TORCHVISIONS: [name: string, network: Architecture, parameters: number][] = [
  ...VGGS.map((name): [string, Architecture, number] => [
    name,
    vgg(name, { classes: 1000 }),
    {
      vgg11: 132_863_336,
      vgg11_bn: 132_868_840,
      vgg13: 133_047_848,
      vgg13_bn: 133_053_736,
      vgg16: 138_357_544,
      vgg16_bn: 138_365_992,
      vgg19: 143_667_240,
      vgg19_bn: 143_678_248,
    }[name],
  ]),
  ...DENSENETS.map((name): [string, Architecture, number] => [
    name,
    densenet(name, { classes: 1000 }),
    {
      densenet121: 7_978_856,
      densenet169: 14_149_480,
      densenet201: 20_013_928,
    }[name],
  ]),
];

for (const [name, network, parameters] of TORCHVISIONS) {
  test(`names, shapes, order and number of ${name}'s parameters are torchvision's`, ["read"], async () => {
    const file = new URL(`./torchvision_${name}.txt`, import.meta.url);
    const expected = (await Deno.readTextFile(file)).trim().split("\n");
    for (const shape of [CIFAR, [3, 224, 224]] as const) {
      const plan = makePlan(network, shape);
      deepEqual(entriesOf(plan), expected);
      deepEqual(entriesOf(rewritePlan(plan)), expected);
      equal(parametersOf(plan), parameters);
    }
  });
}

Deno.test("DenseNets for small images have the number of parameters that their paper states", () => {
  const millions = (depth: number, growth: number, bottleneck: boolean) =>
    parametersOf(makePlan(smallDensenet({ classes: 10, depth, growth, bottleneck }), CIFAR)) / 1e6;
  // Huang et al. 2017, table 2: 1.0, 7.0, 0.8, 15.3 and 25.6 million.
  equal(millions(40, 12, false).toFixed(1), "1.0");
  equal(millions(100, 12, false).toFixed(1), "7.0");
  equal(millions(100, 12, true).toFixed(1), "0.8");
  equal(millions(250, 24, true).toFixed(1), "15.3");
  equal(millions(190, 40, true).toFixed(1), "25.6");
});

test("networks that are not torchvision's have the names and shapes of their lists", ["read"], async () => {
  let found = 0;
  for await (const { name } of Deno.readDir(new URL(".", import.meta.url))) {
    const [, kind] = /^names_(\w+)\.txt$/.exec(name) ?? [];
    if (kind === undefined) continue;
    const network = kindOf(NETWORKS, { kind });
    const values = Object.fromEntries(
      Object.entries(network.fields).map(([key, { default: value }]) => [key, value]),
    );
    const expected = (await Deno.readTextFile(new URL(name, import.meta.url))).trim().split("\n");
    const plan = makePlan(network.make(values, { classes: 10 }), CIFAR);
    deepEqual(entriesOf(plan), expected, kind);
    deepEqual(entriesOf(rewritePlan(plan)), expected, kind);
    found++;
  }
  ok(found > 0);
});

Deno.test("a perceptron has its depth and width, and reads the images as they are", () => {
  const plan = makePlan(mlp({ classes: 10, depth: 2, width: 7 }), [1, 28, 28]);
  deepEqual(entriesOf(plan), [
    "hidden.0.weight 7x784",
    "hidden.0.bias 7",
    "hidden.1.weight 7x7",
    "hidden.1.bias 7",
    "fc.weight 10x7",
    "fc.bias 10",
  ]);
  equal(plan.width, 7);
});

Deno.test("what the classifiers of VGGs and DenseNets read has torchvision's width", () => {
  equal(makePlan(vgg("vgg11", { classes: 10 }), CIFAR).width, 4096);
  equal(makePlan(densenet("densenet121", { classes: 10 }), CIFAR).width, 1024);
  equal(makePlan(smallDensenet({ classes: 10, depth: 40, growth: 12, bottleneck: false }), CIFAR).width, 448);
});

Deno.test("the norms before a DenseNet's convolutions, and the ReLUs after them, are one step each", () => {
  const plan = rewritePlan(makePlan(densenet("densenet121", { classes: 10 }), CIFAR));
  ok(!plan.steps.some(({ op }) => op === "relu"));
  // One norm a layer stands before a convolution that others do not precede, one a transition, and the last.
  equal(plan.steps.filter((step) => step.op === "batch_norm2d" && step.relu).length, 58 + 3 + 1);
  ok(plan.steps.every((step) => step.from.every((value) => value < step.to)));
});

Deno.test("depths, growths and widths that make no network are refused", () => {
  const small = { classes: 10, growth: 12 };
  throws(
    () => smallDensenet({ ...small, depth: 41, bottleneck: false }),
    /a depth of 4 and a multiple of 3 .*, found 41/,
  );
  throws(() => smallDensenet({ ...small, depth: 43, bottleneck: true }), /a multiple of 6 .*, found 43/);
  throws(() => smallDensenet({ ...small, depth: 4, bottleneck: true }), /found 4/);
  throws(
    () => smallDensenet({ ...small, growth: 0, depth: 40, bottleneck: false }),
    /a growth of at least 1 channel, found 0/,
  );
  throws(() => mlp({ classes: 10, depth: 0, width: 3 }), /a depth of at least 1, found 0/);
  throws(() => mlp({ classes: 10, depth: 1, width: 0.5 }), /a width of at least 1, found 0.5/);
  for (const make of [() => vgg("vgg11", { classes: 1 }), () => mlp({ classes: 1, depth: 1, width: 1 })]) {
    throws(make, /at least 2 classes, found 1/);
  }
  throws(() => makePlan(vgg("vgg11", { classes: 10 }), [1, 8, 8]), /a 2×2 kernel does not fit a map of/);
});
