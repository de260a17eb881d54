/** Linear layers behind a mean that repeats one position read each channel once. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { encodePlan } from "../../src/models/encode.ts";
import { multiplyAdds } from "../../src/models/kernels.ts";
import { makePlan } from "../../src/models/make_plan.ts";
import { type Linear, NetworkBuilder } from "../../src/models/network.ts";
import type { Plan, Shape } from "../../src/models/plan.ts";
import { rewritePlan } from "../../src/models/rewrite.ts";
import { readRepeatsOnce } from "../../src/models/rewrites/repeated_inputs.ts";
import { resnet } from "../../src/models/resnet.ts";
import { vgg } from "../../src/models/vgg.ts";

/** A map of 5 channels, spread over `side` × `side` parts and read by a hidden layer of 4; `also` reads more of it. */
function spread(
  { shape = [3, 1, 1], side = 3, hidden = {}, also = (_net, last) => last }: {
    shape?: Shape;
    side?: number;
    hidden?: Partial<Linear>;
    also?: (net: NetworkBuilder, last: string) => string;
  } = {},
): Plan {
  const net = new NetworkBuilder();
  const map = net.conv2d("input", "conv", { channels: 5, kernel: 1 });
  const flat = net.plain("flatten", "flat", net.adaptiveAvgPool2d(map, "pool", side));
  net.linear(also(net, net.linear(flat, "hidden", 4)), "fc", 2);
  const network = net.build("spread", 2);
  const ops = network.ops.map((op) => op.name === "hidden" ? { ...op, ...hidden } as typeof op : op);
  return makePlan({ ...network, ops }, shape);
}

const repeatsOf = (plan: Plan) =>
  plan.entries.flatMap((entry) =>
    entry.kind === "parameter" && entry.repeat !== undefined ? [[entry.name, entry.repeat]] : []
  );

Deno.test("the layer reads as many numbers as there are channels, by a weight of its old shape", () => {
  for (let side = 2; side <= 7; side++) {
    const plain = spread({ side });
    const plan = readRepeatsOnce(plain);
    deepEqual(repeatsOf(plan), [["hidden.weight", side ** 2]]);
    deepEqual(plan.entries.map(({ name }) => name), plain.entries.map(({ name }) => name));
    deepEqual(plan.steps.map(({ op }) => op), ["conv2d", "flatten", "linear", "linear"]);
    deepEqual(plan.shapes, [[3, 1, 1], [5, 1, 1], [5, 1, 1], [4, 1, 1], [2, 1, 1]]);
    deepEqual(
      [...plan.names.keys()],
      ["input", "conv", "hidden", "fc"],
      "nothing of the old name is another value",
    );
    equal(multiplyAdds(plain) - multiplyAdds(plan), (side ** 2 - 1) * 5 * 4);
    ok(encodePlan(plan).includes(`parameter name=hidden.weight shape=4,${5 * side ** 2} `));
    ok(encodePlan(plan).includes(` repeat=${side ** 2}\n`));
  }
});

Deno.test("a VGG's first layer reads 512 numbers where an image of 32×32 ends in one position", () => {
  for (const name of ["vgg13", "vgg11_bn"] as const) {
    const small = rewritePlan(makePlan(vgg(name, { classes: 10 }), [3, 32, 32]));
    deepEqual(repeatsOf(small), [["classifier.0.weight", 49]]);
    equal(small.width, 4096);
    const adam = rewritePlan(makePlan(vgg(name, { classes: 10 }), [3, 32, 32]), () => false);
    deepEqual(repeatsOf(adam), [], "training that it would change");
    deepEqual(repeatsOf(rewritePlan(makePlan(vgg(name, { classes: 10 }), [3, 64, 64]))), []);
  }
});

Deno.test("all else stays as it is", () => {
  const asItIs = (plan: Plan, why: string) => equal(readRepeatsOnce(plan), plan, why);
  asItIs(spread({ shape: [3, 2, 2] }), "parts of a map of 2×2 are not all equal");
  asItIs(spread({ side: 1 }), "nothing is repeated");
  asItIs(spread({ hidden: { frozen: true } }), "training leaves a frozen weight alone");
  asItIs(spread({ hidden: { temperature: 0.5 } }), "rows of whole length");
  asItIs(
    spread({ also: (net, last) => net.plain("add", "sum", last, net.linear("flat", "other", 4)) }),
    "two readers",
  );
  const pooled = (net: NetworkBuilder, last: string) =>
    net.plain("add", "sum", last, net.linear(net.plain("flatten", "apart", "pool"), "other", 4));
  asItIs(spread({ also: pooled }), "two readers of the map");
  asItIs(makePlan(resnet("resnet18", { classes: 10 }), [3, 32, 32]), "a mean");
  const feature = new NetworkBuilder();
  feature.linear(feature.plain("flatten", "flat", feature.adaptiveAvgPool2d("input", "pool", 3)), "fc", 2);
  asItIs(makePlan(feature.build("feature", 2), [3, 1, 1]), "features have their whole length");
});
