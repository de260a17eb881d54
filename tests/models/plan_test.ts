import { deepEqual, equal, ok, throws } from "node:assert/strict";
import { createHash } from "node:crypto";
import { NetworkBuilder } from "../../src/models/network.ts";
import { encodePlan } from "../../src/models/encode.ts";
import { multiplyAdds } from "../../src/models/kernels.ts";
import { makePlan } from "../../src/models/make_plan.ts";
import type { ConvStep, Plan, Shape } from "../../src/models/plan.ts";
import { rewritePlan } from "../../src/models/rewrite.ts";
import { chooseForms } from "../../src/models/rewrites/forms.ts";
import { fuseNorms } from "../../src/models/rewrites/fused_norms.ts";
import { keepLiveTaps } from "../../src/models/rewrites/live_taps.ts";
import { resnet, RESNETS } from "../../src/models/resnet.ts";
import { test } from "../support.ts";

const CIFAR: Shape = [3, 32, 32];

function plain(model: string, input: Shape = CIFAR, stem: "stock" | "small" = "stock"): Plan {
  return makePlan(resnet(model, { classes: 10, stem }), input);
}

function convolution(plan: Plan, weight: string): ConvStep {
  const found = plan.steps.find((step) => step.op === "conv2d" && step.weight === weight);
  if (found?.op !== "conv2d") throw new Error(`no convolution reads ${weight}`);
  return found;
}

function describeEntries(plan: Plan): string[] {
  return plan.entries.map((entry) =>
    `${entry.name} ${entry.kind === "counter" ? "scalar" : entry.shape.join("x") || "scalar"}`
  );
}

for (const model of ["resnet18", "resnet50"]) {
  test(`names, shapes and order of ${model}'s state dict are torchvision's`, ["read"], async () => {
    const file = new URL(`./torchvision_${model}.txt`, import.meta.url);
    const expected = (await Deno.readTextFile(file)).trim().split("\n");
    deepEqual(describeEntries(plain(model)), expected);
    deepEqual(describeEntries(rewritePlan(plain(model))), expected);
  });
}

Deno.test("every ResNet has the parameter count torchvision documents for 1000 classes", () => {
  const documented: Record<string, number> = {
    resnet18: 11_689_512,
    resnet34: 21_797_672,
    resnet50: 25_557_032,
    resnet101: 44_549_160,
    resnet152: 60_192_808,
  };
  for (const model of RESNETS) {
    const plan = makePlan(resnet(model, { classes: 1000 }), [3, 224, 224]);
    const parameters = plan.entries.reduce(
      (sum, entry) => sum + (entry.kind === "parameter" ? entry.shape.reduce((a, b) => a * b) : 0),
      0,
    );
    equal(parameters, documented[model], model);
  }
});

Deno.test("a ResNet of 16 channels has a quarter of each layer's, in the same order", () => {
  for (const model of RESNETS) {
    const usual = plain(model);
    const narrow = makePlan(resnet(model, { classes: 10, channels: 16 }), CIFAR);
    equal(narrow.width, usual.width / 4);
    const quartered = usual.entries.map((entry) => {
      if (entry.kind === "counter") return entry;
      const { name, shape } = entry;
      return {
        ...entry,
        shape: shape.map((size, axis) => isWhole(name, axis) ? size : size / 4),
      };
    });
    deepEqual(describeEntries(narrow), describeEntries({ ...usual, entries: quartered }));
  }
});

/** Whether this axis of an entry holds a kernel's positions, image channels or classes. */
function isWhole(name: string, axis: number): boolean {
  return axis >= 2 || (name === "conv1.weight" && axis === 1) || (/^fc\./.test(name) && axis === 0);
}

Deno.test("a stock ResNet-18 shrinks a 32×32 image to 1×1 before the mean, a small stem to 4×4", () => {
  const beforeMean = (plan: Plan): Shape => plan.shapes[plan.steps.at(-3)!.from[0]];
  deepEqual(beforeMean(plain("resnet18")), [512, 1, 1]);
  deepEqual(beforeMean(plain("resnet18", CIFAR, "small")), [512, 4, 4]);
});

Deno.test("the feature is what the classifier reads", () => {
  const plan = plain("resnet50");
  equal(plan.width, 2048);
  equal(plan.classes, 10);
  equal(plan.classifier, "fc");
  equal(rewritePlan(plan).width, 2048);
});

Deno.test("live taps keep the middle of a 3×3 kernel on a 1×1 map and a corner on a 2×2 map with stride 2", () => {
  const plan = keepLiveTaps(plain("resnet18"));
  const taps = (name: string) => {
    const entry = plan.entries.find((candidate) => candidate.name === name);
    return entry?.kind === "parameter" ? entry.taps : undefined;
  };
  deepEqual(taps("layer4.1.conv1.weight"), { r0: 1, r1: 2, c0: 1, c1: 2 });
  deepEqual(taps("layer4.0.conv1.weight"), { r0: 1, r1: 3, c0: 1, c1: 3 });
  equal(taps("layer3.1.conv1.weight"), undefined, "on a 2×2 map every tap meets data somewhere");
  deepEqual(convolution(plan, "layer4.1.conv1.weight").padding, [0, 0, 0, 0]);
});

Deno.test("live taps leave a network alone whose kernels all meet data", () => {
  const plan = plain("resnet18", CIFAR, "small");
  deepEqual(keepLiveTaps(plan), plan);
});

Deno.test("live taps keep the padding that is still needed", () => {
  const net = new NetworkBuilder();
  const map = net.conv2d("input", "conv", { channels: 4, kernel: 7, padding: 3 });
  net.linear(net.plain("flatten", "flatten", net.adaptiveAvgPool2d(map, "pool")), "fc", 2);
  const plan = keepLiveTaps(makePlan(net.build("seven", 2), [1, 2, 2]));
  // Output 0 reaches rows 0 and 1 by taps 3 and 4, output 1 by taps 2 and 3.
  deepEqual(convolution(plan, "conv.weight").padding, [1, 1, 1, 1]);
  deepEqual(plan.shapes[1], [4, 2, 2]);
});

Deno.test("a kernel that covers its map, and a pointwise kernel, become matrix products", () => {
  const plan = chooseForms(keepLiveTaps(plain("resnet50")));
  equal(convolution(plan, "layer4.0.conv2.weight").form, "matmul");
  equal(convolution(plan, "layer1.0.conv1.weight").form, "matmul");
  equal(convolution(plan, "layer2.0.downsample.0.weight").form, "positions", "its stride skips positions");
});

Deno.test("3×3 convolutions that keep the size of their map take the form with the fewest products", () => {
  const plan = chooseForms(keepLiveTaps(plain("resnet18")));
  equal(convolution(plan, "layer1.0.conv1.weight").form, "winograd", "8×8");
  equal(convolution(plan, "layer2.1.conv1.weight").form, "winograd", "4×4");
  equal(convolution(plan, "layer3.1.conv1.weight").form, "karatsuba", "2×2");
  equal(convolution(plan, "layer4.1.conv1.weight").form, "matmul", "1×1");
  equal(convolution(plan, "layer3.0.conv1.weight").form, "positions", "from 4×4 to 2×2");
});

Deno.test("on a map of 3×3, Winograd's 36 products are hardly fewer than the 49 of taps that meet data", () => {
  const plan = chooseForms(plain("resnet18", [3, 12, 12]));
  deepEqual(plan.shapes[convolution(plan, "layer1.0.conv1.weight").to], [64, 3, 3]);
  equal(convolution(plan, "layer1.0.conv1.weight").form, "positions");
});

/** A 3×3 convolution of 32 channels on a map of 8×8, which reads what `before` makes of such a map. */
function formAfter(before: (net: NetworkBuilder, input: string) => string): string {
  const net = new NetworkBuilder();
  const stem = net.batchNorm2d(net.conv2d("input", "stem", { channels: 32, kernel: 1 }), "stem.norm");
  const map = net.conv2d(before(net, stem), "conv", { channels: 32, kernel: 3, padding: 1 });
  net.linear(net.plain("flatten", "flatten", net.adaptiveAvgPool2d(map, "pool")), "fc", 2);
  return convolution(chooseForms(makePlan(net.build("one", 2), [3, 8, 8])), "conv.weight").form;
}

Deno.test("Winograd's form is chosen only where every way to its input passes a batch norm", () => {
  const conv = (net: NetworkBuilder, input: string, name: string) =>
    net.conv2d(input, name, { channels: 32, kernel: 1 });
  equal(formAfter((net, input) => net.plain("relu", "relu", input)), "winograd");
  equal(
    formAfter((net, input) => net.plain("add", "sum", net.plain("relu", "relu", input), input)),
    "winograd",
  );
  equal(
    formAfter((net, input) => net.maxPool2d(input, "max", { kernel: 3, stride: 1, padding: 1 })),
    "winograd",
  );
  equal(formAfter((net, input) => conv(net, input, "second")), "positions");
  equal(formAfter((net, input) => net.plain("relu", "relu", conv(net, input, "second"))), "positions");
  equal(formAfter((net, input) => net.plain("add", "sum", input, conv(net, input, "second"))), "positions");
  equal(formAfter((net, input) => net.batchNorm2d(conv(net, input, "second"), "second.norm")), "winograd");
});

// Their rounding, and so every published number, depends on what the plan says.
const DIGESTS = [
  ["resnet18", "stock", "af7bfde4ae0487dfbcf11a6384c3587b59fdb276d242332b5524ddcd557b8658"],
  ["resnet18", "small", "03ad538f528d39b7614785beadf3d11e54cac5693f9b6eb4e0765564814f9f23"],
  ["resnet34", "stock", "f42078b39efafa00780878f7f886ffe03e5678daee9dbe28e7bafb4a94a3d78c"],
  ["resnet34", "small", "aa1cb8ac7357aa683481a237a73048a322560ccde63c3257b419381bdbd4d983"],
  ["resnet50", "stock", "ebdd39151e8739a08ea6448e65673df4541e76b8c3f746156f1d48fca1560fe7"],
  ["resnet50", "small", "f5af81521f7a5a014763269abd670ec769a9dbcfa3d0d6c68ca08b86466e2024"],
] as const;

for (const [model, stem, expected] of DIGESTS) {
  Deno.test(`the rewritten plan of a ${stem} ${model} for CIFAR-10 is the recorded one, byte for byte`, () => {
    const text = encodePlan(rewritePlan(plain(model, CIFAR, stem)));
    equal(createHash("sha256").update(text).digest("hex"), expected);
  });
}

Deno.test("large maps, and channels that do not fill native's blocks, stay with libtorch", () => {
  const large = chooseForms(plain("resnet18", [3, 224, 224]));
  equal(convolution(large, "layer2.0.conv1.weight").form, "direct", "stride 2 from 56×56");
  equal(convolution(large, "layer1.0.conv1.weight").form, "winograd");
  const net = new NetworkBuilder();
  const map = net.conv2d("input", "conv", { channels: 24, kernel: 3, padding: 1 });
  net.linear(net.plain("flatten", "flatten", net.adaptiveAvgPool2d(map, "pool")), "fc", 2);
  equal(convolution(chooseForms(makePlan(net.build("narrow", 2), [32, 8, 8])), "conv.weight").form, "direct");
});

Deno.test("fusing leaves one op a convolution, and every value is read after it was written", () => {
  const plan = fuseNorms(plain("resnet50"));
  equal(
    plan.steps.filter((step) => step.op === "batch_norm2d" || step.op === "relu" || step.op === "add").length,
    0,
  );
  equal(plan.steps.filter((step) => step.op === "conv2d").length, 53);
  for (const step of plan.steps) ok(step.from.every((value) => value < step.to));
  const last = convolution(plan, "layer1.0.conv3.weight");
  equal(last.from.length, 2, "the sum with the shortcut is part of the block's last convolution");
  equal(convolution(plan, "layer1.0.downsample.0.weight").fused?.relu, false);
});

Deno.test("fusing keeps a norm apart whose input somebody else reads too", () => {
  const net = new NetworkBuilder();
  const map = net.conv2d("input", "conv", { channels: 3, kernel: 1 });
  const sum = net.plain("add", "sum", net.batchNorm2d(map, "norm"), map);
  net.linear(net.plain("flatten", "flatten", net.adaptiveAvgPool2d(sum, "pool")), "fc", 2);
  const plan = fuseNorms(makePlan(net.build("shared", 2), [3, 4, 4]));
  ok(plan.steps.some((step) => step.op === "batch_norm2d"));
  equal(convolution(plan, "conv.weight").fused, undefined);
});

Deno.test("a sum of three keeps all of its addends", () => {
  const net = new NetworkBuilder();
  const norm = (name: string) =>
    net.batchNorm2d(net.conv2d("input", name, { channels: 3, kernel: 1 }), `${name}.norm`);
  const sum = net.plain("relu", "relu", net.plain("add", "sum", norm("a"), norm("b"), "input"));
  net.linear(net.plain("flatten", "flatten", net.adaptiveAvgPool2d(sum, "pool")), "fc", 2);
  const plan = fuseNorms(makePlan(net.build("three", 2), [3, 4, 4]));
  deepEqual(plan.steps.find((step) => step.op === "add")?.from, [1, 2, 0]);
  equal(convolution(plan, "a.weight").fused?.norm, "a.norm");
});

Deno.test("an op that reads more or fewer values than it takes is refused", () => {
  const planOf = (op: "relu" | "add", ...inputs: string[]) => {
    const net = new NetworkBuilder();
    net.plain(op, "op", ...inputs);
    return () => makePlan(net.build("arity", 2), [3, 4, 4]);
  };
  throws(planOf("relu", "input", "input"), /op: expected 1 input for relu, found 2/);
  throws(planOf("add", "input"), /op: expected at least 2 inputs for add, found 1/);
});

Deno.test("maps of other heights or widths cannot be joined", () => {
  const net = new NetworkBuilder();
  net.plain("concat", "both", "input", net.maxPool2d("input", "pool", { kernel: 2, stride: 2, padding: 0 }));
  throws(
    () => makePlan(net.build("uneven", 2), [3, 4, 4]),
    /both: expected equal heights and widths to join, found 4×4 and 2×2/,
  );
});

Deno.test("a kernel whose taps all miss the map stays whole", () => {
  const net = new NetworkBuilder();
  const map = net.conv2d("input", "conv", { channels: 4, kernel: 1, padding: 1, stride: 4 });
  net.linear(net.plain("flatten", "flatten", net.adaptiveAvgPool2d(map, "pool")), "fc", 2);
  const plan = makePlan(net.build("blind", 2), [1, 2, 2]);
  deepEqual(keepLiveTaps(plan), plan);
});

Deno.test("multiply-adds count a tap where it meets data, whatever the plan was rewritten to", () => {
  const net = new NetworkBuilder();
  const map = net.conv2d("input", "conv", { channels: 5, kernel: 3, padding: 1 });
  net.linear(net.plain("flatten", "flatten", net.adaptiveAvgPool2d(map, "pool")), "fc", 2);
  // Along an axis of four positions, three taps meet data 2 + 3 + 3 + 2 times.
  equal(multiplyAdds(makePlan(net.build("one", 2), [7, 4, 4])), 7 * 5 * 10 * 10 + 5 * 2);
  const plan = plain("resnet18");
  equal(multiplyAdds(rewritePlan(plan)), multiplyAdds(plan));
});

Deno.test("the plan's text declares what its ops read", () => {
  const lines = encodePlan(rewritePlan(plain("resnet18"))).trim().split("\n");
  const declared = new Set(
    lines.filter((line) => line.startsWith("parameter")).map((line) => /name=(\S+)/.exec(line)![1]),
  );
  for (const line of lines) {
    const weight = /weight=(\S+)/.exec(line)?.[1];
    if (weight) ok(declared.has(weight), weight);
  }
  equal(lines[0], "input shape=3,32,32");
  ok(lines.at(-1)!.startsWith("output feature="));
});

Deno.test("an unknown model, too few classes and an image too small for the kernel are refused", () => {
  throws(() => resnet("resnet20", { classes: 10 }), /unknown model "resnet20": expected one of resnet18/);
  throws(() => resnet("resnet18", { classes: 1 }), /at least 2 classes, found 1/);
  throws(() => makePlan(resnet("resnet18", { classes: 10 }), [3, 0, 0]), /conv1: a 7×7 kernel does not fit/);
});

Deno.test("shapes that cannot be added, and a network without a classifier, are refused", () => {
  const net = new NetworkBuilder();
  net.plain("add", "sum", "input", net.conv2d("input", "conv", { channels: 4, kernel: 1 }));
  throws(
    () => makePlan(net.build("uneven", 2), [3, 4, 4]),
    /sum: expected equal shapes to add, found 3×4×4 and 4×4×4/,
  );
  const bare = new NetworkBuilder();
  bare.conv2d("input", "conv", { channels: 4, kernel: 1 });
  throws(
    () => makePlan(bare.build("bare", 2), [3, 4, 4]),
    /expected a linear layer \(the classifier\) as the last op/,
  );
});
