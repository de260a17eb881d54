/**
 * The engine computes on CUDA what it computes on the CPU in float64: loss, gradients, parameters after 20 steps,
 * features and their statistics. CPU results are compared with PyTorch's in pytorch_test.ts.
 */
import { ok } from "node:assert/strict";
import { Features } from "../../src/ffi/features.ts";
import type { Precision } from "../../src/ffi/handle.ts";
import { type ImageData, Images } from "../../src/ffi/images.ts";
import { Library } from "../../src/ffi/library.ts";
import { Network } from "../../src/ffi/network.ts";
import { Trainer } from "../../src/ffi/trainer.ts";
import type { StateDict } from "../../src/formats/tensor.ts";
import { encodePlan, type Plan } from "../../src/models/plan.ts";
import {
  firstIndices,
  nativeTest,
  noiseImages,
  planOf,
  readEntry,
  relativeError,
  stateOf,
} from "./native.ts";

const SGD = { momentum: 0.9, weightDecay: 5e-4 };
const BATCH = 8;
const STEPS = 20;
/** The last batch is short. */
const IMAGES = BATCH * STEPS - 3;

interface Computed {
  readonly loss: number;
  readonly gradients: StateDict;
  readonly after: StateDict;
  readonly trainingLoss: number;
  readonly features: Float64Array;
  readonly scatter: Float64Array;
}

async function compute(
  library: Library,
  { plan, images, device, precision }: {
    plan: Plan;
    images: ImageData;
    device: string;
    precision: Precision;
  },
): Promise<Computed> {
  using network = Network.create(library, encodePlan(plan), { device, precision });
  network.initialise(3);
  using data = Images.create(library, images, { device });
  using trainer = Trainer.create(library, network, data, SGD);
  const loss = await trainer.differentiate(firstIndices(BATCH));
  const gradients: StateDict = new Map();
  for (const entry of plan.entries) {
    if (entry.kind !== "parameter") continue;
    gradients.set(entry.name, readEntry(entry, precision, (name, into) => trainer.readGradient(name, into)));
  }
  const schedule = { batchSize: BATCH, firstStep: 0, steps: STEPS, learningRate: 0.01 };
  const totals = await trainer.run(firstIndices(IMAGES), schedule);
  trainer.settle();
  using features = await Features.extract(library, network, data, { batchSize: 24 });
  const rows: number[] = [];
  for await (const chunk of features.chunks()) rows.push(...chunk.features);
  const { counts, sums } = await features.classSums();
  const means = sums.map((sum, i) => sum / counts[Math.floor(i / features.width)]!);
  return {
    loss,
    gradients,
    after: stateOf(network, plan),
    trainingLoss: totals.loss,
    features: Float64Array.from(rows),
    scatter: await features.withinClassScatter(means),
  };
}

/** Largest relative error of each part on CUDA, against the CPU in float64. */
async function compare(
  library: Library,
  model: string,
  precision: Precision,
): Promise<Record<string, number>> {
  const plan = planOf(model);
  const images = noiseImages(IMAGES);
  const expected = await compute(library, { plan, images, device: "cpu", precision: "float64" });
  const found = await compute(library, { plan, images, device: "cuda", precision });
  const largest = (part: "gradients" | "after") =>
    Math.max(
      ...[...found[part]].map(([name, { data }]) => relativeError(data, expected[part].get(name)!.data)),
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

function cudaTest(name: string, body: (library: Library) => Promise<void>): void {
  if (!permitted() || hasCuda()) return nativeTest(name, body);
  Deno.test({
    name: `${name} [ignored: no CUDA device that this libtorch can use]`,
    ignore: true,
    fn: () => {},
  });
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

function agreesWithCpu(model: string, precision: Precision, limits: Record<string, number>): void {
  cudaTest(`${model} on CUDA in ${precision} computes what the CPU computes in float64`, async (library) => {
    const errors = await compare(library, model, precision);
    for (const [part, limit] of Object.entries(limits)) {
      ok(errors[part]! <= limit, `${part}: relative error ${errors[part]}, expected at most ${limit}`);
    }
  });
}

const EXACT = { loss: 1e-9, gradients: 1e-9, after: 1e-9, trainingLoss: 1e-9, features: 1e-9, scatter: 1e-9 };
agreesWithCpu("resnet18", "float64", EXACT);
agreesWithCpu("resnet50", "float64", EXACT);
// Training convolves in TF32, with 10 bits of fraction: a wrong kernel is off by far more than this.
agreesWithCpu("resnet18", "float32", { loss: 0.05, gradients: 0.5 });
