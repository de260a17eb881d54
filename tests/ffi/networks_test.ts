/** Networks of every op, plain and rewritten, beside the same ops of PyTorch in float64. */
import { ok } from "node:assert/strict";
import { readState, saveStateDict } from "../../src/engine/checkpoint.ts";
import { Features } from "../../src/ffi/features.ts";
import { Images } from "../../src/ffi/images.ts";
import { Library } from "../../src/ffi/library.ts";
import type { Buffer } from "../../src/ffi/network.ts";
import { decodeStateDict } from "../../src/formats/pth.ts";
import type { StateDict, TensorData } from "../../src/formats/tensor.ts";
import { densenet, smallDensenet } from "../../src/models/densenet.ts";
import { mlp } from "../../src/models/mlp.ts";
import { resnet9 } from "../../src/models/resnet9.ts";
import { type Architecture, NetworkBuilder } from "../../src/models/network.ts";
import { makePlan } from "../../src/models/make_plan.ts";
import { encodeReads } from "../../src/models/reads.ts";
import { rewritePlan } from "../../src/models/rewrite.ts";
import { runOracle, testWithOracle } from "../oracle.ts";
import { withTemporaryFolder } from "../support.ts";
import {
  gradientsOf,
  largestDifference,
  networkOf,
  noiseImages,
  relativeError,
  scrambledOrder,
  trainerOf,
} from "./native.ts";

const REFERENCE = new URL("./networks.py", import.meta.url);
/** Where the modules are that the benchmark measures, too. */
const MODULES = new URL("../../bench/pytorch", import.meta.url).pathname;
const SHAPE = [3, 32, 32] as const;
const CLASSES = 5;
const BATCH = 8;
const STEPS = 5;
/** Of networks that take long; the second step has momentum. */
const FEW_STEPS = 2;
const LEARNING_RATE = 0.01;
const LOSS = "loss kind=cross_entropy label_smoothing=0";

/**
 * As a VGG is built, narrower: biased convolutions, with and without norms, and a map of 2×2, or of one position after as
 * many stages as a VGG has, spread over 3×3 positions.
 */
function narrowVGG(norms: boolean, stages: readonly number[] = [32, 64, 64, 32]): Architecture {
  const net = new NetworkBuilder();
  let value = "input";
  for (const [i, channels] of stages.entries()) {
    value = net.conv2d(value, `features.${i}.conv`, {
      channels,
      kernel: 3,
      padding: 1,
      bias: true,
      fan: "in",
    });
    if (norms) value = net.batchNorm2d(value, `features.${i}.norm`);
    value = net.plain("relu", `features.${i}.relu`, value);
    value = net.maxPool2d(value, `features.${i}.pool`, { kernel: 2, stride: 2, padding: 0 });
  }
  value = net.plain("flatten", "flatten", net.adaptiveAvgPool2d(value, "avgpool", 3));
  value = net.plain("relu", "classifier.1", net.linear(value, "classifier.0", 16));
  net.linear(value, "classifier.2", CLASSES, { bias: false });
  return net.build("narrow", CLASSES);
}

/** Means of overlapping windows with padding, parts of a map that overlap, and three maps joined. */
function pooling(): Architecture {
  const net = new NetworkBuilder();
  const conv = (input: string, name: string, channels: number) =>
    net.batchNorm2d(net.conv2d(input, name, { channels, kernel: 3, padding: 1 }), `${name}.norm`);
  const map = net.plain("relu", "relu", conv("input", "first", 6));
  const means = net.avgPool2d(map, "means", { kernel: 3, stride: 2, padding: 1 });
  const most = net.maxPool2d(map, "most", { kernel: 3, stride: 2, padding: 1 });
  const all = net.plain("concat", "all", means, most, conv(means, "second", 3));
  const parts = net.adaptiveAvgPool2d(net.plain("relu", "relu2", all), "parts", 5);
  net.linear(net.plain("flatten", "flatten", parts), "fc", CLASSES);
  return net.build("pooling", CLASSES);
}

/** With the module of networks.py that it is held against, where that is more than its ops; {@link STEPS} steps by default. */
const NETWORKS: { network: Architecture; module?: object; steps?: number }[] = [
  { network: narrowVGG(false) },
  { network: narrowVGG(true) },
  { network: narrowVGG(false, [8, 12, 12, 12, 12]) },
  { network: narrowVGG(true, [8, 12, 12, 12, 12]) },
  { network: pooling() },
  {
    network: smallDensenet({ classes: CLASSES, depth: 10, growth: 6, bottleneck: false }),
    module: { classes: CLASSES, blocks: [2, 2, 2], growth: 6, bottleneck: false, large: false },
  },
  {
    network: smallDensenet({ classes: CLASSES, depth: 16, growth: 32, bottleneck: true }),
    module: { classes: CLASSES, blocks: [2, 2, 2], growth: 32, bottleneck: true, large: false },
  },
  {
    network: densenet("densenet121", { classes: CLASSES }),
    module: { classes: CLASSES, blocks: [6, 12, 24, 16], growth: 32, bottleneck: true, large: true },
    steps: FEW_STEPS,
  },
  { network: mlp({ classes: CLASSES, depth: 2, width: 32 }) },
  { network: resnet9({ classes: CLASSES }), steps: FEW_STEPS },
];
/** Under the names of networks.py. */
async function ours(
  library: Library,
  network: Architecture,
  { steps, initial, data, rewrite }: { steps: number; initial: StateDict; data: Images; rewrite: boolean },
): Promise<Map<string, TensorData["data"]>> {
  const plain = makePlan(network, SHAPE);
  const plan = rewrite ? rewritePlan(plain) : plain;
  using native = networkOf(library, plan);
  const restore = () => initial.forEach(({ data }, name) => native.write(name, data as Buffer));
  restore();
  using trainer = trainerOf(library, native, data, { momentum: 0.9, weightDecay: 0.01 });
  const order = BigInt64Array.from(scrambledOrder({ batch: BATCH, steps }), BigInt);
  const loss = await trainer.differentiate(order.slice(0, BATCH));
  const result = new Map<string, TensorData["data"]>([["loss", Float64Array.of(loss)]]);
  for (const [name, { data }] of gradientsOf(trainer, plan, "float64")) result.set(`gradient.${name}`, data);
  restore();
  await trainer.run(order, { batchSize: BATCH, firstStep: 0, steps, learningRate: LEARNING_RATE });
  trainer.flush();
  for (const [name, { data }] of readState(native)) result.set(`after.${name}`, data);
  const reads = encodeReads(plan, LOSS, [{ value: "logits", form: "flattened" }]);
  const [logits] = await Features.extractAll(library, native, data, reads);
  result.set("logits", (await logits!.chunks().next()).value!.features);
  logits!.free();
  return result;
}

testWithOracle(
  "networks of every op: loss, gradients, steps and logits equal PyTorch's",
  async (t) => {
    using library = Library.open();
    library.setThreads(1);
    const images = noiseImages(2 * BATCH, { shape: SHAPE, classes: CLASSES });
    using data = Images.create(library, images);
    const initial = NETWORKS.map(({ network }) => {
      using native = networkOf(library, makePlan(network, SHAPE));
      return readState(native);
    });
    let expected: StateDict | undefined;
    await withTemporaryFolder(async (folder) => {
      const { shape, mean, std } = images;
      const networks = NETWORKS.map(({ network: { ops }, module = { ops } }) => module);
      const orders = NETWORKS.map(({ steps = STEPS }) => scrambledOrder({ batch: BATCH, steps }));
      const job = { shape, mean, std, networks, orders, batch: BATCH, learning_rate: LEARNING_RATE };
      await Deno.writeTextFile(`${folder}/job.json`, JSON.stringify(job));
      for (const [number, state] of initial.entries()) {
        await saveStateDict(`${folder}/state-${number}.pth`, state);
      }
      await Deno.writeFile(`${folder}/pixels.bin`, images.pixels);
      await Deno.writeFile(`${folder}/labels.bin`, new Uint8Array(images.labels.buffer));
      await runOracle(await Deno.readTextFile(REFERENCE), [folder, MODULES]);
      expected = decodeStateDict(await Deno.readFile(`${folder}/result.pth`));
    });
    for (const [number, { network, steps = STEPS }] of NETWORKS.entries()) {
      for (const rewrite of [false, true]) {
        await t.step(`${number}, ${network.name}, ${rewrite ? "rewritten" : "plain"}`, async () => {
          const found = await ours(library, network, { steps, initial: initial[number]!, data, rewrite });
          const theirs = [...expected!].filter(([name]) => name.startsWith(`${number}.`));
          ok(theirs.length === found.size, `${theirs.length} values of PyTorch's, ${found.size} of ours`);
          for (const [full, { data }] of theirs) {
            const name = full.slice(`${number}.`.length);
            const mine = found.get(name)!;
            // What a norm takes away again, as a bias before it, has a gradient of nothing but rounding.
            const error = Math.min(relativeError(mine, data), 100 * largestDifference(mine, data));
            ok(error < 1e-10, `${name}: relative error ${error}`);
          }
        });
      }
    }
  },
  ["write", "ffi"],
);
