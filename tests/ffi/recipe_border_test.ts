/** Native refuses, with the line, every text of training or reading that says what it does not know. */
import { deepEqual, equal, throws } from "node:assert/strict";
import { meets } from "../../src/experiment/recipe.ts";
import { Features } from "../../src/ffi/features.ts";
import { Images } from "../../src/ffi/images.ts";
import { Trainer } from "../../src/ffi/trainer.ts";
import { makePlan } from "../../src/models/make_plan.ts";
import { NetworkBuilder } from "../../src/models/network.ts";
import { encodeReads } from "../../src/models/reads.ts";
import { rewritePlan } from "../../src/models/rewrite.ts";
import {
  encodeRecipe,
  nativeTest,
  networkOf,
  noiseImages,
  planOf,
  type Recipe,
  relativeError,
} from "./native.ts";

const SOUND: Recipe = {
  loss: { kind: "cross_entropy", labelSmoothing: 0.1 },
  optimizer: { kind: "sgd", momentum: 0.9, nesterov: true },
  weightDecay: 0.0005,
  decayOn: "weights",
  activations: "float64",
  graphs: true,
};

const MUON =
  "kind=muon momentum=0.9 nesterov=1 adjust=original on=hidden others_rate=1 beta1=0 beta2=0 eps=1e-8";

/** What becomes of the text, and what must be said of it. */
const RECIPES: [from: string | RegExp, to: string, message: RegExp][] = [
  [/^compute.*\n/m, "", /trainer: expected a line that begins with 'compute', found none/],
  [/^loss.*\n/m, "", /begins with 'loss', found none/],
  [/^optimizer.*\n/m, "", /begins with 'optimizer', found none/],
  [/^group.*\n/gm, "", /begins with 'group', found none/],
  [/^loss.*\n/m, "$&$&", /expected one loss, found another: 'loss kind=cross_entropy/],
  [/^optimizer.*\n/m, "$&$&", /expected one optimizer, found another/],
  [/^group parameters=weights.*\n/m, "$&$&", /every parameter in one group, found first.weight in 2/],
  [/^group parameters=others.*\n/m, "", /every parameter in one group, found first.norm.weight in 0/],
  ["loss ", "losses ", /one word of augment, compute, group, loss, optimizer, penalty, found 'losses'/],
  ["cross_entropy", "hinge", /one loss of cross_entropy, focal, mse, found 'hinge' in 'loss kind=hinge/],
  ["kind=cross_entropy ", "", /'kind=' is missing in 'loss label_smoothing=0.1'/],
  ["label_smoothing=0.1", "label_smoothing=1.5", /a number from 0 to 1 for 'label_smoothing', found '1.5'/],
  ["label_smoothing=0.1", "label_smoothing=nan", /found 'nan' in 'loss/],
  ["label_smoothing=0.1", "", /'label_smoothing=' is missing/],
  ["label_smoothing=0.1", "label_smoothing=0.1 gamma=2", /unknown field 'gamma'/],
  ["label_smoothing=0.1", "label_smoothing=0 label_smoothing=0", /'label_smoothing=' once, found it again/],
  ["kind=cross_entropy label_smoothing=0.1", "kind=focal gamma=-1", /'gamma', found '-1'/],
  ["kind=cross_entropy label_smoothing=0.1", "kind=mse scale=1 target=1e7", /'target', found '1e7'/],
  ["kind=sgd", "kind=lion", /one optimizer of adam, adamw, muon, sgd, sgdw, found 'lion'/],
  ["momentum=0.9", "momentum=1", /a momentum from 0 to below 1, found 1/],
  ["momentum=0.9", "momentum=0", /Nesterov's step takes a momentum above 0, found 0/],
  ["nesterov=1", "nesterov=2", /integers from 0 to 1 for 'nesterov', found '2'/],
  [
    "kind=sgd momentum=0.9 nesterov=1",
    "kind=adam beta1=1 beta2=0.9 eps=0",
    /betas from 0 to below 1, found 1/,
  ],
  ["kind=sgd momentum=0.9 nesterov=1", "kind=adamw beta1=0 beta2=0 eps=-1", /'eps', found '-1'/],
  ["kind=sgd momentum=0.9 nesterov=1", MUON.replace("0.9 ", "1 "), /a momentum from 0 to below 1, found 1/],
  [
    "kind=sgd momentum=0.9 nesterov=1",
    MUON.replace("original", "spectral"),
    /one adjustment of match_rms_adamw, original, found 'spectral'/,
  ],
  [
    "kind=sgd momentum=0.9 nesterov=1",
    MUON.replace("hidden", "all"),
    /one choice of matrices of hidden, weights, found 'all'/,
  ],
  ["kind=sgd momentum=0.9 nesterov=1", MUON.replace("others_rate=1 ", ""), /'others_rate=' is missing/],
  [
    "kind=sgd momentum=0.9 nesterov=1",
    MUON.replace("beta2=0", "beta2=1"),
    /betas from 0 to below 1, found 0 and 1/,
  ],
  [
    "parameters=weights",
    "parameters=kernels",
    /one choice of parameters of all, others, weights, found 'kernels'/,
  ],
  ["weight_decay=0.0005", "weight_decay=-1", /'weight_decay', found '-1'/],
  ["weight_decay=0.0005", "weight_decay=inf", /'weight_decay', found 'inf'/],
  [/$/, "penalty features=-1\n", /a number from 0 to .* for 'features', found '-1'/],
  [/$/, "penalty features=1\npenalty features=1\n", /expected one penalty, found another/],
  [/$/, "penalty weights=1\n", /'features=' is missing in 'penalty weights=1'/],
  ["activations=float64", "activations=float16", /one type of bfloat16, float32, float64, found 'float16'/],
  ["activations=float64", "activations=float32", /in the network's precision, .* found Float beside Double/],
  ["loss ", "augment kind=cutout\nloss ", /one augmentation of crop_flip, found 'cutout'/],
  ["loss ", "augment kind=crop_flip padding=65\nloss ", /integers from 0 to 64 for 'padding', found '65'/],
  ["loss ", "augment kind=crop_flip\nloss ", /'padding=' is missing/],
  [
    "loss ",
    "augment kind=crop_flip padding=1\naugment kind=crop_flip padding=1\nloss ",
    /expected one augment, found another/,
  ],
  ["graphs=1", "graphs=x", /integers from 0 to 1 for 'graphs', found 'x'/],
  ["graphs=1", "graphs", /expected key=value, found 'graphs'/],
];

function tinyPlan() {
  const net = new NetworkBuilder();
  const conv = (input: string, name: string) =>
    net.batchNorm2d(
      net.conv2d(input, name, { channels: 4, kernel: 3, padding: 1, stride: 2 }),
      `${name}.norm`,
    );
  const map = net.plain("relu", "relu", conv(net.plain("relu", "one", conv("input", "first")), "second"));
  net.linear(net.plain("flatten", "flat", net.adaptiveAvgPool2d(map, "mean")), "fc", 3);
  return makePlan(net.build("tiny", 3), [3, 4, 4]);
}

nativeTest("a text of training in which one thing does not fit is refused, with the line", (library) => {
  using images = Images.create(library, noiseImages(4, { shape: [3, 4, 4], classes: 3 }));
  using network = networkOf(library, tinyPlan());
  const text = encodeRecipe(SOUND);
  Trainer.create(library, network, images, text).free();
  for (const [from, to, message] of RECIPES) {
    const changed = text.replace(from, to);
    const create = () => Trainer.create(library, network, images, changed);
    throws(create, { name: "NativeError", code: 1, message }, changed);
  }
});

nativeTest(
  "an optimizer that dead taps would need more of than a linear map is refused on them",
  (library) => {
    const adam = encodeRecipe({ ...SOUND, optimizer: { kind: "adam", betas: [0.9, 0.999], eps: 1e-8 } });
    using images = Images.create(library, noiseImages(4, { shape: [3, 4, 4], classes: 3 }));
    using rewritten = networkOf(library, rewritePlan(tinyPlan()));
    throws(() => Trainer.create(library, rewritten, images, adam), /run the network without the rewrite/);
    equal(meets(adam, "linear decay"), false);
    equal(meets(encodeRecipe(SOUND), "linear decay"), true);
    using kept = networkOf(library, rewritePlan(tinyPlan(), (precondition) => meets(adam, precondition)));
    Trainer.create(library, kept, images, adam).free();
  },
);

const READS: [text: string, message: RegExp][] = [
  ["read value=feature form=flattened\n", /reads: expected a line that begins with 'loss', found none/],
  ["loss kind=focal gamma=1\n", /begins with 'read', found none/],
  ["loss kind=focal gamma=1\nloss kind=focal gamma=1\n", /expected one loss, found another/],
  ["write value=1 form=pooled\n", /one word of loss, read, found 'write'/],
  ["loss kind=focal gamma=1\nread value=99 form=pooled\n", /integers from 0 to \d+ for 'value', found '99'/],
  ["loss kind=focal gamma=1\nread value=-1 form=pooled\n", /'value', found '-1'/],
  ["loss kind=focal gamma=1\nread value=first form=pooled\n", /'value', found 'first'/],
  ["loss kind=focal gamma=1\nread value=1 form=mean\n", /one form of flattened, pooled, found 'mean'/],
  ["loss kind=focal gamma=1\nread form=pooled\n", /'value=' is missing/],
  ["loss kind=focal gamma=1\nread value=1 form=pooled stride=1\n", /unknown field 'stride'/],
];

nativeTest("a text of reading in which one thing does not fit is refused, with the line", async (library) => {
  using images = Images.create(library, noiseImages(4, { shape: [3, 4, 4], classes: 3 }));
  using network = networkOf(library, tinyPlan());
  for (const [text, message] of READS) {
    const error = await Features.extractAll(library, network, images, text).catch((error) => error);
    equal(error.name, "NativeError", text);
    equal(message.test(error.message), true, `${text}: ${error.message}`);
  }
});

nativeTest("every value can be read, pooled or flattened, kept or computed again", async (library) => {
  const plan = planOf("resnet18");
  using images = Images.create(library, noiseImages(5));
  using network = networkOf(library, plan);
  const loss = "loss kind=cross_entropy label_smoothing=0";
  const reads = encodeReads(plan, loss, [
    { value: "layer2.1.add.relu", form: "flattened" },
    { value: "layer2.1.add.relu", form: "pooled" },
    { value: "feature", form: "pooled" },
    { value: "logits", form: "flattened" },
    { value: "input", form: "flattened" },
  ]);
  const [map, pooled, feature, logits, input] = await rowsOf(reads, {});
  deepEqual([map, pooled, feature, logits, input].map((rows) => rows!.length / 5), [
    2048,
    128,
    512,
    10,
    3072,
  ]);
  const means = Float64Array.from(pooled!, (_, i) => {
    const values = map!.subarray(16 * i, 16 * i + 16);
    return values.reduce((sum, value) => sum + value, 0) / 16;
  });
  equal(relativeError(pooled!, means) < 1e-14, true);
  using plain = await Features.extract(library, network, images);
  const chunk = (await plain.chunks().next()).value!;
  deepEqual(feature, chunk.features);
  const again = await rowsOf(reads, { batchSize: 2, keepBytes: 0 });
  [map, pooled, feature, logits, input].forEach((rows, i) =>
    equal(relativeError(again[i]!, rows!) < 1e-12, true)
  );
  throws(
    () => encodeReads(plan, loss, [{ value: "layer2.1.bn1", form: "pooled" }]),
    /a value to read of feature, logits, input, .*; found "layer2.1.bn1"/,
  );

  async function rowsOf(text: string, options: { batchSize?: number; keepBytes?: number }) {
    const all = await Features.extractAll(library, network, images, text, options);
    const rows: Float64Array[] = [];
    for (const features of all) {
      rows.push((await features.chunks().next()).value!.features as Float64Array);
      features.free();
    }
    return rows;
  }
});
