/**
 * The engine computes on CUDA what it computes on the CPU in float64: images, loss, gradients, parameters after 20
 * steps, features and their statistics; with recorded steps as with single ones. CPU results are compared with
 * PyTorch's in pytorch_test.ts.
 */
import { deepEqual, equal, ok } from "node:assert/strict";
import { Features } from "../../src/ffi/features.ts";
import type { Precision } from "../../src/ffi/handle.ts";
import { Images, type LabelledImages } from "../../src/ffi/images.ts";
import { Library } from "../../src/ffi/library.ts";
import { Network } from "../../src/ffi/network.ts";
import type { StateDict } from "../../src/formats/tensor.ts";
import type { Trainer } from "../../src/ffi/trainer.ts";
import { encodePlan } from "../../src/models/encode.ts";
import type { Plan } from "../../src/models/plan.ts";
import { ignoredTest } from "../support.ts";
import {
  ALL_PIXELS,
  firstIndices,
  largestOf,
  nativeTest,
  noiseImages,
  normalised,
  planOf,
  readEntry,
  relativeError,
  setResidualGain,
  stateOf,
  trainerOf,
  type TrainerOptions,
} from "./native.ts";

const SGD = { momentum: 0.9, weightDecay: 5e-4 };
const BATCH = 8;
const STEPS = 20;
/** The last batch is short. */
const IMAGES = BATCH * STEPS - 3;
/** Steps of a batch size before one of them is recorded. */
const WARM_UP = 3;

interface Choices extends Partial<Pick<TrainerOptions, "activations" | "graphs">> {
  readonly device: string;
  readonly precision: Precision;
}

interface Computed {
  readonly loss: number;
  readonly gradients: StateDict;
  readonly after: StateDict;
  readonly trainingLoss: number;
  readonly recorded: ReturnType<Trainer["recorded"]>;
  readonly features: Float64Array;
  readonly scatter: Float64Array;
}

async function compute(
  library: Library,
  { plan, images }: { plan: Plan; images: LabelledImages },
  { device, precision, ...options }: Choices,
): Promise<Computed> {
  using network = Network.create(library, encodePlan(plan), { device, precision });
  network.initialise(3);
  setResidualGain(network, plan, 0.1);
  using data = Images.create(library, images, { device });
  using trainer = trainerOf(library, network, data, { ...SGD, ...options });
  const loss = await trainer.differentiate(firstIndices(BATCH));
  const gradients: StateDict = new Map();
  for (const entry of plan.entries) {
    if (entry.kind !== "parameter") continue;
    gradients.set(entry.name, readEntry(entry, precision, (name, into) => trainer.readGradient(name, into)));
  }
  const schedule = { batchSize: BATCH, learningRate: 0.01 };
  const calls = [[0, 1], [1, 5], [6, STEPS - 6]] as const;
  let trainingLoss = 0;
  for (const [firstStep, steps] of calls) {
    trainingLoss += (await trainer.run(firstIndices(IMAGES), { ...schedule, firstStep, steps })).loss;
  }
  trainer.flush();
  using features = await Features.extract(library, network, data, { batchSize: 24 });
  const { counts, sums } = await features.classSums();
  const means = sums.map((sum, i) => sum / counts[Math.floor(i / features.width)]!);
  return {
    loss,
    gradients,
    after: stateOf(network, plan),
    trainingLoss,
    recorded: trainer.recorded(),
    features: await rowsOf(features),
    scatter: await features.withinClassScatter(means),
  };
}

async function rowsOf(features: Features): Promise<Float64Array> {
  const rows: number[] = [];
  for await (const chunk of features.chunks()) rows.push(...chunk.features);
  return Float64Array.from(rows);
}

/** Largest relative error of each part. */
function errorsOf(found: Computed, expected: Computed): Record<string, number> {
  const largest = (part: "gradients" | "after") =>
    largestOf(
      [...found[part]].map(([name, { data }]) => relativeError(data, expected[part].get(name)!.data)),
    );
  return {
    loss: relativeError([found.loss], [expected.loss]),
    gradients: largest("gradients"),
    after: largest("after"),
    trainingLoss: relativeError([found.trainingLoss], [expected.trainingLoss]),
    features: relativeError(found.features, expected.features),
    scatter: relativeError(found.scatter, expected.scatter),
  };
}

function within(errors: Record<string, number>, limits: Record<string, number>): void {
  for (const [part, limit] of Object.entries(limits)) {
    ok(errors[part]! <= limit, `${part}: relative error ${errors[part]}, expected at most ${limit}`);
  }
}

function cudaTest(name: string, body: (library: Library) => Promise<void>): void {
  if (!permitted() || hasCuda()) return nativeTest(name, body);
  ignoredTest(name, "no CUDA device that this libtorch can use");
}

function permitted(): boolean {
  return (["ffi", "read"] as const).every((name) => Deno.permissions.querySync({ name }).state === "granted");
}

/** True, too, where the library cannot be opened: the test then fails and says why. */
function hasCuda(): boolean {
  try {
    using library = Library.open();
    return library.describe().cuda > 0;
  } catch {
    return true;
  }
}

function agreesWithCpu(
  title: string,
  { model, ...choices }: { model: string } & Omit<Choices, "device">,
  limits: Record<string, number>,
): void {
  cudaTest(`${model} on CUDA in ${title} computes what the CPU computes in float64`, async (library) => {
    const input = { plan: planOf(model), images: noiseImages(IMAGES) };
    const expected = await compute(library, input, { device: "cpu", precision: "float64" });
    const found = await compute(library, input, { device: "cuda", ...choices });
    within(errorsOf(found, expected), limits);
  });
}

cudaTest("images on CUDA are normalised to the CPU's bits", async (library) => {
  for (const precision of ["float32", "float64"] as const) {
    const [cpu, cuda] = [
      await normalised(library, ALL_PIXELS, { precision }),
      await normalised(library, ALL_PIXELS, { precision, device: "cuda" }),
    ];
    deepEqual(cuda, cpu);
  }
});

const EXACT = { loss: 1e-9, gradients: 1e-9, after: 1e-9, trainingLoss: 1e-9, features: 1e-9, scatter: 1e-9 };
agreesWithCpu("float64", { model: "resnet18", precision: "float64" }, EXACT);
agreesWithCpu("float64, step by step,", { model: "resnet18", precision: "float64", graphs: false }, EXACT);
agreesWithCpu("float64", { model: "resnet50", precision: "float64" }, EXACT);
// This network amplifies rounding 70 to 300 times on its way to the worst of the gradients: on the CPU, float32 (2⁻²⁴) is
// off by 4e-6 there and bfloat16 (2⁻⁹) by 0.6; 0 and 3e-4 of the loss. TF32 rounds what convolutions read to 2⁻¹²: at
// most 300 times that is 0.07. Both may be off by three times as much on other hardware, bfloat16's gradient by less,
// since one that has nothing to do with the expected one is off by about 2.
agreesWithCpu("float32", { model: "resnet18", precision: "float32" }, { loss: 1e-3, gradients: 0.2 });
agreesWithCpu(
  "bfloat16",
  { model: "resnet18", precision: "float32", activations: "bfloat16" },
  { loss: 1e-3, gradients: 1.2 },
);

cudaTest("features in float32 on CUDA are not shortened to TF32", async (library) => {
  const plan = planOf("resnet18");
  const rows = [];
  for (const [device, precision] of [["cpu", "float64"], ["cuda", "float32"]] as const) {
    using network = Network.create(library, encodePlan(plan), { device, precision });
    network.initialise(3);
    using images = Images.create(library, noiseImages(64), { device });
    // Training first: its settings must not stay.
    using trainer = trainerOf(library, network, images, SGD);
    await trainer.differentiate(firstIndices(BATCH));
    network.initialise(3);
    using features = await Features.extract(library, network, images);
    rows.push(await rowsOf(features));
  }
  // float32 rounds by 2⁻²⁴ = 6e-8, TF32 by 2⁻¹² = 2.4e-4; twenty layers add up ten times that.
  within({ features: relativeError(rows[1]!, rows[0]!) }, { features: 1e-5 });
});

for (const precision of ["float64", "float32"] as const) {
  cudaTest(
    `recorded and single steps on CUDA are equal to the bit in ${precision}, where algorithms are deterministic`,
    async (library) => {
      library.setDeterministic(true);
      using _restored = { [Symbol.dispose]: () => library.setDeterministic(false) };
      const input = { plan: planOf("resnet18"), images: noiseImages(IMAGES) };
      const [recorded, single] = [
        await compute(library, input, { device: "cuda", precision }),
        await compute(library, input, { device: "cuda", precision, graphs: false }),
      ];
      deepEqual({ ...recorded, recorded: null }, { ...single, recorded: null });
      equal(recorded.after.get("bn1.num_batches_tracked")!.data[0], BigInt(STEPS + 1));
      equal(single.recorded.steps, 0);
      const { cudaGraphs } = library.describe();
      deepEqual(
        recorded.recorded,
        cudaGraphs === "yes"
          ? { steps: STEPS - 1 - WARM_UP, whyNot: null }
          : { steps: 0, whyNot: cudaGraphs },
      );
    },
  );
}

cudaTest("deterministic runs on CUDA are equal to the bit", async (library) => {
  library.setDeterministic(true);
  using _restored = { [Symbol.dispose]: () => library.setDeterministic(false) };
  const input = { plan: planOf("resnet18"), images: noiseImages(IMAGES) };
  const run = async (activations?: "bfloat16") =>
    await compute(library, input, { device: "cuda", precision: "float32", activations });
  deepEqual(await run(), await run());
  deepEqual(await run("bfloat16"), await run("bfloat16"));
});
