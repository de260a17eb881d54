import { deepEqual, equal, notDeepEqual, ok, rejects, throws } from "node:assert/strict";
import { NativeError } from "../../src/ffi/error.ts";
import { Features } from "../../src/ffi/features.ts";
import { Images } from "../../src/ffi/images.ts";
import { Library } from "../../src/ffi/library.ts";
import { Network } from "../../src/ffi/network.ts";
import type { Precision } from "../../src/ffi/handle.ts";
import type { LabelledImages } from "../../src/ffi/images.ts";
import type { StateDict } from "../../src/formats/tensor.ts";
import { NetworkBuilder } from "../../src/models/network.ts";
import { readState } from "../../src/engine/checkpoint.ts";
import type { Trainer } from "../../src/ffi/trainer.ts";
import { encodePlan } from "../../src/models/encode.ts";
import { makePlan } from "../../src/models/make_plan.ts";
import type { Plan } from "../../src/models/plan.ts";
import { rewritePlan } from "../../src/models/rewrite.ts";
import { test } from "../support.ts";
import {
  ALL_PIXELS,
  CIFAR,
  firstIndices,
  gradientsOf,
  largestOf,
  nativeTest,
  networkOf,
  noiseImages,
  normalised,
  planOf,
  readEntry,
  relativeError,
  stateOf,
  trainerOf,
  type TrainerOptions,
} from "./native.ts";

const SGD = { momentum: 0.9, weightDecay: 5e-4 };

nativeTest("the same seed gives the same parameters, another seed others", (library) => {
  const plan = planOf("resnet18");
  using first = networkOf(library, plan, "float32", 7);
  using again = networkOf(library, plan, "float32", 7);
  using other = networkOf(library, plan, "float32", 8);
  deepEqual(stateOf(first, plan), stateOf(again, plan));
  notDeepEqual(stateOf(first, plan).get("conv1.weight"), stateOf(other, plan).get("conv1.weight"));
});

nativeTest("initial parameters follow torchvision's rules", (library) => {
  const plan = planOf("resnet18", { rewrite: false });
  using network = networkOf(library, plan, "float64");
  const state = stateOf(network, plan);
  const values = (name: string) => state.get(name)!.data as Float64Array;
  // layer4.0.conv2: fan_out 512·9, two million draws.
  const weights = values("layer4.0.conv2.weight");
  const variance = weights.reduce((sum, w) => sum + w * w, 0) / weights.length;
  ok(Math.abs(variance * 512 * 9 / 2 - 1) < 0.01, `He normal by fan-out, found ${variance}`);
  ok(values("bn1.weight").every((value) => value === 1));
  ok(values("bn1.running_var").every((value) => value === 1));
  const bound = 1 / Math.sqrt(512);
  const classifier = values("fc.weight");
  ok(classifier.every((w) => Math.abs(w) <= bound) && classifier.some((w) => Math.abs(w) > 0.99 * bound));
});

nativeTest("a state dict that is written is read back bit for bit, dead taps included", (library) => {
  const plan = planOf("resnet18");
  using source = networkOf(library, plan, "float32", 1);
  using target = networkOf(library, plan, "float32", 2);
  const state = stateOf(source, plan);
  for (const [name, { data }] of state) target.write(name, data as Float32Array<ArrayBuffer>);
  deepEqual(stateOf(target, plan), state);
});

nativeTest("training in one call and in many gives the same bits", async (library) => {
  const plan = planOf("resnet18");
  using images = Images.create(library, noiseImages(40));
  const order = firstIndices(40);
  const states = [];
  for (const cuts of [[0, 5], [0, 1, 3, 5]]) {
    using network = networkOf(library, plan, "float32");
    using trainer = trainerOf(library, network, images, SGD);
    let samples = 0;
    for (let i = 1; i < cuts.length; i++) {
      const span = { batchSize: 8, firstStep: cuts[i - 1], steps: cuts[i] - cuts[i - 1], learningRate: 0.05 };
      samples += (await trainer.run(order, span)).samples;
    }
    equal(samples, 40);
    trainer.flush();
    states.push(stateOf(network, plan));
  }
  deepEqual(states[0], states[1]);
});

nativeTest(
  "a trainer restored from all that another lists continues bit for bit",
  async (library) => {
    const plan = planOf("resnet18");
    using images = Images.create(library, noiseImages(40));
    const order = firstIndices(40);
    const span = { batchSize: 8, learningRate: 0.05 };

    using whole = networkOf(library, plan, "float32");
    using trainer = trainerOf(library, whole, images, SGD);
    await trainer.run(order, { ...span, firstStep: 0, steps: 2 });
    const state = readState(trainer);
    await trainer.run(order, { ...span, firstStep: 2, steps: 3 });
    trainer.flush();

    using resumed = networkOf(library, plan, "float32", 99);
    using second = trainerOf(library, resumed, images, SGD);
    for (const [name, { data }] of state) second.write(name, data as Float32Array<ArrayBuffer>);
    deepEqual(state.get("steps")!.data, BigInt64Array.of(2n));
    await second.run(order, { ...span, firstStep: 2, steps: 3 });
    second.flush();
    deepEqual(stateOf(resumed, plan), stateOf(whole, plan));
  },
);

nativeTest("a network and a trainer list what the plan declares, in its order", (library) => {
  const plan = planOf("resnet18");
  using images = Images.create(library, noiseImages(4));
  using network = networkOf(library, plan, "float32");
  const expected = plan.entries.map((entry) =>
    entry.kind === "counter"
      ? { name: entry.name, dtype: "int64", shape: [], values: "count" }
      : { name: entry.name, dtype: "float32", shape: [...entry.shape], values: "any" }
  );
  deepEqual(network.entries(), expected);
  using trainer = trainerOf(library, network, images, SGD);
  const parameters = expected.filter((_, i) => plan.entries[i]!.kind === "parameter");
  deepEqual(trainer.entries(), [
    ...expected,
    ...parameters.map((entry) => ({ ...entry, name: `momentum.${entry.name}` })),
    { name: "lazy_decay.map", dtype: "float64", shape: [2, 2], values: "finite" },
    { name: "steps", dtype: "int64", shape: [], values: "count" },
  ]);
});

nativeTest("rewritten and plain plans give the same features", async (library) => {
  using images = Images.create(library, noiseImages(24));
  for (const model of ["resnet18", "resnet50"]) {
    const rows: Float64Array[] = [];
    for (const rewrite of [true, false]) {
      using network = networkOf(library, planOf(model, { rewrite }), "float64");
      using features = await Features.extract(library, network, images);
      for await (const chunk of features.chunks()) rows.push(chunk.features as Float64Array);
    }
    ok(relativeError(rows[0], rows[1]) < 1e-12, model);
  }
});

nativeTest("in float32, rewriting costs less than a digit of the features' accuracy", async (library) => {
  using images = Images.create(library, noiseImages(64));
  const featuresOf = async (precision: Precision, rewrite: boolean): Promise<number[]> => {
    using network = networkOf(library, planOf("resnet18", { rewrite }), precision);
    using features = await Features.extract(library, network, images);
    const rows: number[] = [];
    for await (const chunk of features.chunks()) rows.push(...chunk.features);
    return rows;
  };
  const exact = await featuresOf("float64", false);
  const plain = relativeError(await featuresOf("float32", false), exact);
  const rewritten = relativeError(await featuresOf("float32", true), exact);
  ok(rewritten < 10 * plain && rewritten < 1e-5, `${rewritten} rewritten, ${plain} plain`);
});

/** The largest relative difference of a gradient between the plan as it is and rewritten, in float64. */
async function effectOfRewriting(library: Library, plan: Plan, images: LabelledImages): Promise<number> {
  const indices = firstIndices(images.labels.length);
  using data = Images.create(library, images);
  const gradients: StateDict[] = [];
  for (const variant of [plan, rewritePlan(plan)]) {
    using network = networkOf(library, variant, "float64");
    using trainer = trainerOf(library, network, data, SGD);
    await trainer.differentiate(indices);
    gradients.push(gradientsOf(trainer, plan, "float64"));
  }
  const [expected, found] = gradients;
  return largestOf([...expected].map(([name, { data }]) => relativeError(found.get(name)!.data, data)));
}

// Maps of 14×10, 7×5, 4×3 and 2×2, and of 16×16, 8×8, 4×4 and 2×2: windows that end outside the map, too.
for (const shape of [[3, 56, 40], [3, 64, 64]] as const) {
  const name = `rewritten and plain plans give the same gradients for images of ${shape.join("×")}`;
  nativeTest(name, async (library) => {
    const plan = planOf("resnet18", { shape, rewrite: false });
    ok(await effectOfRewriting(library, plan, noiseImages(7, { shape })) < 1e-10);
  });
}

nativeTest(
  "rewritten and plain plans give the same gradients where native works in parts",
  async (library) => {
    const net = new NetworkBuilder();
    const first = net.conv2d("input", "first", { channels: 32, kernel: 3, padding: 1 });
    const normalised = net.batchNorm2d(first, "norm");
    const map = net.conv2d(normalised, "second", { channels: 32, kernel: 3, padding: 1 });
    net.linear(net.plain("flatten", "flatten", net.adaptiveAvgPool2d(map, "pool")), "fc", 10);
    const plan = makePlan(net.build("two", 10), CIFAR);
    // 64 windows of 36 slots and 32 channels, twice: 1.2 MB an image in float64, of which native holds 64 MB at a time.
    ok(await effectOfRewriting(library, plan, noiseImages(100)) < 1e-10);
  },
);

// libtorch and native choose by the processor; the variable makes both take narrower vectors.
for (const capability of ["avx2", "default"]) {
  const needs = ["read", "run", "env", "ffi"] as const;
  test(
    `rewritten and plain plans give the same gradients with vectors of "${capability}"`,
    needs,
    async () => {
      const { success, stdout } = await new Deno.Command(Deno.execPath(), {
        args: ["test", "-q", "-P=tests", "--no-check", "--filter=same gradients where", import.meta.url],
        env: { ATEN_CPU_CAPABILITY: capability, NO_COLOR: "1" },
        stderr: "null",
      }).output();
      const printed = new TextDecoder().decode(stdout);
      ok(success && / 1 passed/.test(printed), printed);
    },
  );
}

nativeTest("every ResNet, both stems and both precisions run forward and backward", async (library) => {
  const shape = [1, 8, 8] as const;
  using images = Images.create(library, noiseImages(4, { shape, classes: 3 }));
  for (const model of ["resnet18", "resnet34", "resnet50", "resnet101", "resnet152"]) {
    for (const stem of ["stock", "small"] as const) {
      const plan = planOf(model, { shape, classes: 3, stem });
      using network = networkOf(library, plan, stem === "stock" ? "float32" : "float64");
      using trainer = trainerOf(library, network, images, SGD);
      ok(Number.isFinite(await trainer.differentiate(firstIndices(4))), `${model}, ${stem}`);
    }
  }
});

nativeTest(
  "features that are computed again in each pass give the same statistics as features that are kept",
  async (library) => {
    const data = noiseImages(50);
    using images = Images.create(library, data);
    using network = networkOf(library, planOf("resnet18"), "float32");
    using kept = await Features.extract(library, network, images, { batchSize: 16 });
    using streamed = await Features.extract(library, network, images, { batchSize: 16, keepBytes: 0 });
    const close = (a: ArrayLike<number>, b: ArrayLike<number>) => ok(relativeError(a, b) < 1e-12);
    deepEqual(kept.totals, streamed.totals);
    const sums = await kept.classSums();
    close(sums.sums, (await streamed.classSums()).sums);
    const means = sums.sums.map((sum, i) => sum / sums.counts[Math.floor(i / kept.width)]);
    const basis = new Float64Array(2 * kept.width);
    basis[0] = basis[kept.width + 1] = 1;
    const [within, again] = [await kept.withinClass(means, basis), await streamed.withinClass(means, basis)];
    close(within.scatter, again.scatter);
    close(within.deviations, again.deviations);
    const firstChunk = async (features: Features) => (await features.chunks().next()).value!;
    deepEqual(await firstChunk(kept), await firstChunk(streamed));
  },
);

nativeTest(
  "native errors arrive as errors that say what was expected and found, and change nothing",
  async (library) => {
    const plan = planOf("resnet18");
    throws(() => Network.create(library, "input shape=3,8,8\nconv2d to=1 from=0"), {
      name: "NativeError",
      message: /'weight=' is missing/,
    });
    throws(() => Network.create(library, encodePlan(plan) + "relu to=1 from=0\n"), /a line after the output/);
    throws(
      () => Network.create(library, encodePlan(plan), { device: "tpu" }),
      /expected device cpu, cuda or cuda:<index>, found 'tpu'/,
    );
    using network = networkOf(library, plan, "float32");
    throws(() => network.read("fc.wait", new Float32Array(1)), /no parameter or buffer 'fc.wait'/);
    throws(
      () => network.read("fc.bias", new Float32Array(9)),
      /fc.bias: expected a buffer of 40 bytes, found 36/,
    );
    throws(() => network.write("fc.bias", new Float32Array(11)), /fc.bias: expected 40 bytes, found 44/);
    const wrongLabel = { ...noiseImages(4), labels: Int32Array.of(0, 1, 10, 2) };
    throws(() => Images.create(library, wrongLabel), /label 2: expected 0 to 9, found 10/);
    using gray = Images.create(library, noiseImages(4, { shape: [1, 32, 32] }));
    throws(() => trainerOf(library, network, gray, SGD), /expected images of 3×32×32/);
    using images = Images.create(library, noiseImages(4));
    throws(
      () => trainerOf(library, network, images, { ...SGD, momentum: 1 }),
      /momentum from 0 to below 1, found 1 in 'optimizer kind=sgd momentum=1 nesterov=0'/,
    );
    using trainer = trainerOf(library, network, images, SGD);
    const span = { batchSize: 2, firstStep: 0, steps: 2, learningRate: 0.1 };
    await rejects(trainer.run(BigInt64Array.of(0n, 4n), span), /image index 1: expected 0 to 3, found 4/);
    await rejects(
      trainer.run(firstIndices(4), { ...span, steps: 3 }),
      /expected steps within 0 to 1, found 3 from 0 on/,
    );
    await rejects(trainer.run(firstIndices(4), { ...span, batchSize: 0 }), NativeError);
    throws(() => trainer.readGradient("fc.bias", new Float32Array(10)), /no gradient yet/);
  },
);

nativeTest("an object that was freed is an error when used again, and freeing twice is none", (library) => {
  const plan = planOf("resnet18");
  const network = networkOf(library, plan, "float32");
  equal(library.liveHandles(), 1);
  network.free();
  network.free();
  equal(library.liveHandles(), 0);
  throws(() => network.initialise(1), /this Network was freed/);
});

nativeTest(
  "what is borrowed cannot be missed: a trainer whose network was freed is an error, not a crash",
  async (library) => {
    using images = Images.create(library, noiseImages(8));
    const network = networkOf(library, planOf("resnet18"), "float32");
    using trainer = trainerOf(library, network, images, SGD);
    using features = await Features.extract(library, network, images, { keepBytes: 0 });
    const running = trainer.differentiate(firstIndices(8));
    throws(() => network.free(), /this Network is at work and cannot be freed: await its call first/);
    await running;
    network.free();
    await rejects(trainer.differentiate(firstIndices(8)), /this Network was freed/);
    await rejects(features.classSums(), /this Network was freed/);
  },
);

nativeTest("while images are evaluated, how many are done is known and rises", async (library) => {
  const plan = planOf("resnet18");
  using network = networkOf(library, plan, "float32", 1);
  const count = 400;
  using images = Images.create(library, noiseImages(count));
  const seen: number[] = [];
  const onImages = (done: number) => void seen.push(done);
  using _ = await Features.extract(library, network, images, { batchSize: 1, onImages });
  equal(seen.at(-1), count);
  ok(seen.length > 2, `looked at ${seen.length} times`);
  ok(seen.every((done, i) => done >= (seen[i - 1] ?? 0)), seen.join());
  ok(seen.some((done) => done > 0 && done < count), seen.join());
});

nativeTest("timers run while native trains", async (library) => {
  using images = Images.create(library, noiseImages(128));
  using network = networkOf(library, planOf("resnet18"), "float32");
  using trainer = trainerOf(library, network, images, SGD);
  let ticks = 0;
  const timer = setInterval(() => ticks++, 5);
  await trainer.run(firstIndices(128), { batchSize: 32, firstStep: 0, steps: 4, learningRate: 0.01 });
  clearInterval(timer);
  ok(ticks >= 3, `${ticks} ticks`);
});

nativeTest(
  "a library that is closed during a call ends the call first, and refuses others",
  async (library) => {
    using images = Images.create(library, noiseImages(64));
    using network = networkOf(library, planOf("resnet18"), "float32");
    using trainer = trainerOf(library, network, images, SGD);
    const other = Library.open();
    const loss = new Float64Array(1);
    const running = other.callLong("nc_trainer_differentiate", trainer.address, firstIndices(64), 64n, loss);
    other.close();
    await running;
    ok(loss[0] > 0);
    throws(() => other.describe(), /this Library was closed and cannot be used any more/);
  },
);

test("a library that is not there is an error that names set-up", ["ffi", "read"], () => {
  throws(
    () => Library.open("/nowhere/libnc.so"),
    /cannot open the native library \/nowhere\/libnc.so .*deno task setup/,
  );
});

nativeTest("a network for another image shape is planned, not assumed", (library) => {
  const plan = planOf("resnet18", { shape: [1, 28, 28] });
  using network = networkOf(library, plan, "float32");
  equal(stateOf(network, plan).get("conv1.weight")!.shape[1], 1);
});

nativeTest(
  "every pixel value of every channel is normalised to the very bits of (value / 255 − mean) / std",
  async (library) => {
    for (const [precision, round] of [["float32", Math.fround], ["float64", Number]] as const) {
      // Rounding a float64 quotient of two float32 numbers to float32 gives their float32 quotient.
      const expected = Array.from(ALL_PIXELS.pixels, (value, i) => {
        const channel = Math.floor(i / 256) % 3;
        const [mean, std] = [round(ALL_PIXELS.mean[channel]), round(ALL_PIXELS.std[channel])];
        return round(round(round(value / 255) - mean) / std);
      });
      deepEqual(await normalised(library, ALL_PIXELS, { precision }), expected);
    }
  },
);

/** Loss and parameters of three epochs of five steps, the last of which is short. */
async function trained(
  library: Library,
  { deterministic = false, ...options }: Partial<TrainerOptions> & { deterministic?: boolean },
): Promise<{ loss: number; state: StateDict; recorded: ReturnType<Trainer["recorded"]> }> {
  const plan = planOf("resnet18");
  using images = Images.create(library, noiseImages(38));
  using network = networkOf(library, plan, "float32");
  library.setDeterministic(deterministic);
  using _restored = { [Symbol.dispose]: () => library.setDeterministic(false) };
  using trainer = trainerOf(library, network, images, { ...SGD, ...options });
  let loss = 0;
  for (let epoch = 1; epoch <= 3; epoch++) {
    const schedule = { batchSize: 8, firstStep: 0, steps: 5, learningRate: 0.02 / epoch };
    loss = (await trainer.run(firstIndices(38), schedule)).loss / 38;
  }
  trainer.flush();
  return { loss, state: stateOf(network, plan), recorded: trainer.recorded() };
}

nativeTest("recorded steps are the steps taken one by one, to the bit", async (library) => {
  const [recorded, single] = [await trained(library, {}), await trained(library, { graphs: false })];
  // Of each batch size three are taken before one is recorded: twelve full batches, three short ones.
  deepEqual(recorded.recorded, { steps: 9, whyNot: null });
  deepEqual(single.recorded, { steps: 0, whyNot: null });
  equal(recorded.loss, single.loss);
  deepEqual(recorded.state, single.state);
  equal(recorded.state.get("bn1.num_batches_tracked")!.data[0], 15n);
});

nativeTest("a trainer takes other batch sizes and orders in between", async (library) => {
  const plan = planOf("resnet18");
  using images = Images.create(library, noiseImages(40));
  const states = [];
  for (const graphs of [true, false]) {
    using network = networkOf(library, plan, "float32");
    using trainer = trainerOf(library, network, images, { ...SGD, graphs });
    for (const [count, batchSize] of [[40, 4], [30, 10], [40, 2 ** 31 - 1], [40, 4]] as const) {
      const steps = Math.ceil(count / batchSize);
      const schedule = { batchSize, firstStep: 0, steps, learningRate: 0.01 };
      await trainer.run(firstIndices(40).slice(40 - count), schedule);
    }
    trainer.flush();
    states.push(stateOf(network, plan));
  }
  deepEqual(states[0], states[1]);
});

nativeTest("recorded steps are repeated again after epochs of other lengths and batches", async (library) => {
  const shape = [3, 8, 8] as const;
  using images = Images.create(library, noiseImages(40, { shape }));
  using network = networkOf(library, planOf("resnet18", { shape }), "float32");
  using trainer = trainerOf(library, network, images, SGD);
  const repeated: number[] = [];
  for (const [count, batchSize] of [[40, 10], [30, 6], [20, 20], [40, 10], [30, 6]] as const) {
    const schedule = { batchSize, firstStep: 0, steps: count / batchSize, learningRate: 0.01 };
    await trainer.run(firstIndices(count), schedule);
    repeated.push(trainer.recorded().steps);
  }
  // Three of each batch size go before: one of four steps of ten images, two of five of six, none of one; then all.
  deepEqual(repeated, [1, 3, 3, 7, 12]);
});

nativeTest("deterministic runs on two threads are equal to the bit", async (library) => {
  library.setThreads(2);
  equal(library.describe().deterministic, false);
  const [first, second] = [
    await trained(library, { deterministic: true }),
    await trained(library, { deterministic: true }),
  ];
  deepEqual(first, second);
  library.setDeterministic(true);
  equal(library.describe().deterministic, true);
  library.setDeterministic(false);
});

nativeTest("the deterministic gradient of max-pooling is libtorch's", async (library) => {
  // Windows that overlap, with padding, on maps that they do not fill evenly.
  const shape = [3, 15, 14] as const;
  const plan = planOf("resnet18", { shape });
  using images = Images.create(library, noiseImages(6, { shape }));
  const gradients = [];
  for (const deterministic of [true, false]) {
    library.setDeterministic(deterministic);
    using network = networkOf(library, plan);
    using trainer = trainerOf(library, network, images, SGD);
    await trainer.differentiate(firstIndices(6));
    const gradient = new Float64Array(64 * 3 * 7 * 7);
    trainer.readGradient("conv1.weight", gradient);
    gradients.push(gradient);
  }
  ok(relativeError(gradients[0], gradients[1]) < 1e-12);
});

nativeTest("activations in bfloat16 train as float32 does, up to their rounding", async (library) => {
  library.setThreads(1);
  const plan = planOf("resnet18", { channels: 32 });
  using images = Images.create(library, noiseImages(32));
  const losses = [];
  for (const activations of ["bfloat16", undefined] as const) {
    using network = networkOf(library, plan, "float32");
    using trainer = trainerOf(library, network, images, { ...SGD, activations });
    const first = await trainer.differentiate(firstIndices(32));
    const schedule = { batchSize: 16, firstStep: 0, steps: 2, learningRate: 0.01 };
    let last = first;
    for (let epoch = 0; epoch < 12; epoch++) last = (await trainer.run(firstIndices(32), schedule)).loss / 32;
    losses.push([first, last]);
  }
  const [[narrowFirst, narrowLast], [first, last]] = losses;
  // Twenty layers round about three times each by up to 2⁻⁹, at random: √60 · 2⁻⁹ = 1.5 % of the logits, and as much
  // of the loss; twice that is allowed. It is not zero, or bfloat16 was not used.
  const error = relativeError([narrowFirst], [first]);
  ok(1e-6 < error && error < 0.03, `first loss ${narrowFirst} and ${first}`);
  ok(last < 0.1 * first && narrowLast < 0.1 * first, `last loss ${narrowLast} and ${last}`);
});

nativeTest("bfloat16 beside float64 is refused", (library) => {
  using images = Images.create(library, noiseImages(4));
  using network = networkOf(library, planOf("resnet18"), "float64");
  throws(
    () => trainerOf(library, network, images, { ...SGD, activations: "bfloat16" }),
    /bfloat16 beside float32, found BFloat16 beside Double/,
  );
});

nativeTest("without momentum a step is p − rate · (g + decay · p)", async (library) => {
  const plan = planOf("resnet18", { rewrite: false });
  using images = Images.create(library, noiseImages(8));
  using network = networkOf(library, plan, "float64");
  using trainer = trainerOf(library, network, images, { momentum: 0, weightDecay: 0.1 });
  const before = stateOf(network, plan);
  await trainer.differentiate(firstIndices(8));
  const expected = plan.entries.flatMap((entry) => {
    if (entry.kind !== "parameter") return [];
    const { data } = readEntry(entry, "float64", (name, into) => trainer.readGradient(name, into));
    const values = before.get(entry.name)!.data as Float64Array;
    return Array.from(values, (value, i) => value - 0.5 * (Number(data[i]) + 0.1 * value));
  });
  await trainer.run(firstIndices(8), { batchSize: 8, firstStep: 0, steps: 1, learningRate: 0.5 });
  trainer.flush();
  const after = stateOf(network, plan);
  const found = plan.entries.flatMap((entry) =>
    entry.kind === "parameter" ? Array.from(after.get(entry.name)!.data as Float64Array) : []
  );
  ok(relativeError(found, expected) < 1e-14);
});
