/** The engine computes what PyTorch computes: the same loss, gradients, updates and features. */
import { ok } from "node:assert/strict";
import { Features } from "../../src/ffi/features.ts";
import type { Precision } from "../../src/ffi/handle.ts";
import { type ImageData, Images } from "../../src/ffi/images.ts";
import { Library } from "../../src/ffi/library.ts";
import { Trainer } from "../../src/ffi/trainer.ts";
import { decodeStateDict, encodeStateDict } from "../../src/formats/pth.ts";
import type { StateDict } from "../../src/formats/tensor.ts";
import type { Plan, Shape } from "../../src/models/plan.ts";
import { runOracle, testWithOracle } from "../oracle.ts";
import { withTemporaryFolder } from "../support.ts";
import {
  CIFAR,
  gradientsOf,
  largestOf,
  networkOf,
  noiseImages,
  planOf,
  relativeError,
  setResidualGain,
  stateOf,
} from "./native.ts";

const REFERENCE = new URL("./reference.py", import.meta.url);
/** Folder of the definition that the benchmark measures, too. */
const NETWORKS = `${import.meta.dirname}/../../bench/pytorch`;
const SGD = { momentum: 0.9, weightDecay: 5e-4 };

interface Case {
  readonly model: string;
  readonly stem?: "stock" | "small";
  readonly shape?: Shape;
  readonly rewrite?: boolean;
  readonly precision?: Precision;
  /** On both sides; PyTorch calls it autocast. */
  readonly activations?: "bfloat16";
  readonly batch: number;
  readonly steps: number;
  readonly learningRate: number;
  /** First value of the weights of each block's last batch norm, where it is not 1. */
  readonly residualGain?: number;
}

interface Outcome {
  readonly loss: number;
  readonly gradients: StateDict;
  readonly after: StateDict;
  readonly features: Float64Array;
  readonly evaluationLoss: number;
}

/** Images in a scrambled order, the last batch short. */
function orderOf({ batch, steps }: Case): number[] {
  const count = batch * steps - 3;
  return Array.from({ length: count }, (_, i) => (i * 7) % (2 * batch));
}

async function ours(
  library: Library,
  plan: Plan,
  images: ImageData,
  test: Case,
  folder: string,
): Promise<Outcome> {
  const { precision = "float64", batch, steps, learningRate } = test;
  using network = networkOf(library, plan, precision);
  if (test.residualGain !== undefined) setResidualGain(network, plan, test.residualGain);
  // PyTorch reads float64, whatever we compute in.
  const initial = [...stateOf(network, plan)].map(([name, tensor]) =>
    [
      name,
      tensor.dtype === "float32"
        ? { dtype: "float64", shape: tensor.shape, data: Float64Array.from(tensor.data) } as const
        : tensor,
    ] as const
  );
  await Deno.writeFile(`${folder}/state.pth`, encodeStateDict(new Map(initial)));
  using data = Images.create(library, images);
  using trainer = Trainer.create(library, network, data, { ...SGD, activations: test.activations });
  const order = BigInt64Array.from(orderOf(test), BigInt);
  const loss = await trainer.differentiate(order.slice(0, batch));
  const gradients = gradientsOf(trainer, plan, precision);
  // The pass above moved the running statistics, as a step does: start again from the initial state.
  for (const [name, tensor] of initial) {
    const values = precision === "float32" && tensor.dtype === "float64"
      ? Float32Array.from(tensor.data)
      : tensor.data;
    network.write(name, values as Float64Array<ArrayBuffer>);
  }
  const firstSteps = Math.ceil(steps / 3);
  await trainer.run(order, { batchSize: batch, firstStep: 0, steps: firstSteps, learningRate });
  await trainer.run(order, {
    batchSize: batch,
    firstStep: firstSteps,
    steps: steps - firstSteps,
    learningRate,
  });
  trainer.settle();
  const after = stateOf(network, plan);
  using features = await Features.extract(library, network, data, { batchSize: 24 });
  const rows: number[] = [];
  for await (const chunk of features.chunks()) rows.push(...chunk.features);
  return { loss, gradients, after, features: Float64Array.from(rows), evaluationLoss: features.totals!.loss };
}

async function pytorch(images: ImageData, test: Case, folder: string): Promise<StateDict> {
  const { model, stem = "stock", activations, batch, learningRate } = test;
  const job = {
    model,
    stem,
    batch,
    shape: images.shape,
    classes: images.classes,
    mean: images.mean,
    std: images.std,
    order: orderOf(test),
    learning_rate: learningRate,
    momentum: SGD.momentum,
    weight_decay: SGD.weightDecay,
    autocast: activations !== undefined,
  };
  await Deno.writeTextFile(`${folder}/job.json`, JSON.stringify(job));
  await Deno.writeFile(`${folder}/pixels.bin`, images.pixels);
  await Deno.writeFile(`${folder}/labels.bin`, new Uint8Array(images.labels.buffer));
  await runOracle(await Deno.readTextFile(REFERENCE), [folder, NETWORKS]);
  return decodeStateDict(await Deno.readFile(`${folder}/result.pth`));
}

/** Largest relative error of each part. */
async function compare(test: Case): Promise<Record<string, number>> {
  using library = Library.open();
  library.setThreads(1);
  const { model, rewrite = true, stem = "stock", shape = CIFAR } = test;
  const images = noiseImages(2 * test.batch, { shape });
  const plan = planOf(model, { rewrite, stem, shape });
  const errors: Record<string, number> = {};
  await withTemporaryFolder(async (folder) => {
    const mine = await ours(library, plan, images, test, folder);
    const theirs = await pytorch(images, test, folder);
    const expected = (name: string): ArrayLike<number | bigint> =>
      theirs.get(name)!.data as ArrayLike<number | bigint>;
    errors.loss = relativeError([mine.loss], expected("loss"));
    errors.evaluationLoss = relativeError([mine.evaluationLoss], expected("evaluation_loss"));
    errors.features = relativeError(mine.features, expected("features"));
    errors.gradients = largestOf(
      [...mine.gradients].map(([name, { data }]) => relativeError(data, expected(`gradient.${name}`))),
    );
    errors.after = largestOf(
      [...mine.after].map(([name, { data }]) => relativeError(data, expected(`after.${name}`))),
    );
  });
  return errors;
}

function agreesWithPyTorch(name: string, test: Case, tolerance: Record<string, number>): void {
  testWithOracle(name, async () => {
    const errors = await compare(test);
    for (const [part, limit] of Object.entries(tolerance)) {
      ok(errors[part] <= limit, `${part}: relative error ${errors[part]}, expected at most ${limit}`);
    }
  }, ["write", "ffi"]);
}

const EXACT = { loss: 1e-10, gradients: 1e-10, after: 1e-10, features: 1e-10, evaluationLoss: 1e-10 };
const short = { batch: 8, steps: 20, learningRate: 0.01 };

agreesWithPyTorch("resnet18, rewritten, float64: loss, gradients, 20 steps and features equal PyTorch's", {
  ...short,
  model: "resnet18",
}, EXACT);

agreesWithPyTorch("resnet18, plain plan, float64: loss, gradients, 20 steps and features equal PyTorch's", {
  ...short,
  model: "resnet18",
  rewrite: false,
}, EXACT);

// Twenty steps of a fresh ResNet-50 amplify any rounding a trillionfold, whoever computes them. With small residual
// branches (as torchvision's zero_init_residual has them, but not zero) the steps are well-conditioned.
agreesWithPyTorch("resnet50, rewritten, float64: loss, gradients, 20 steps and features equal PyTorch's", {
  ...short,
  model: "resnet50",
  residualGain: 0.1,
}, EXACT);

agreesWithPyTorch(
  "resnet34 with the small stem, float64: loss, gradients, 20 steps and features equal PyTorch's",
  {
    ...short,
    batch: 4,
    model: "resnet34",
    stem: "small",
  },
  EXACT,
);

// float32 runs other kernels; against PyTorch in float64 it can only agree to its own rounding.
agreesWithPyTorch("resnet18, rewritten, float32: loss and gradients equal PyTorch's to float32's rounding", {
  ...short,
  model: "resnet18",
  precision: "float32",
}, { loss: 1e-5, gradients: 1e-3 });

agreesWithPyTorch("resnet50, rewritten, float32: loss and gradients equal PyTorch's to float32's rounding", {
  ...short,
  model: "resnet50",
  precision: "float32",
  residualGain: 0.1,
}, { loss: 1e-5, gradients: 1e-2 });

// Both sides run the same kernels in the same memory layout, so that they round at the same places. In another layout
// PyTorch differs from itself by a third of the gradient: a fresh network amplifies bfloat16's rounding.
agreesWithPyTorch(
  "resnet18, plain plan, bfloat16: loss, gradients and steps equal those of PyTorch's autocast",
  {
    ...short,
    batch: 16,
    steps: 3,
    model: "resnet18",
    precision: "float32",
    activations: "bfloat16",
    rewrite: false,
  },
  { loss: 1e-6, gradients: 1e-6, after: 1e-6, features: 1e-6 },
);
