/** The engine beside plain PyTorch on the same parameters, images and order: what both compute, and how far apart it is. */
import { Features } from "../../src/ffi/features.ts";
import type { Precision } from "../../src/ffi/handle.ts";
import { Images, type LabelledImages } from "../../src/ffi/images.ts";
import { Library } from "../../src/ffi/library.ts";
import type { Buffer } from "../../src/ffi/network.ts";
import { decodeStateDict } from "../../src/formats/pth.ts";
import type { StateDict } from "../../src/formats/tensor.ts";
import type { Plan, Shape } from "../../src/models/plan.ts";
import { runOracle } from "../oracle.ts";
import { withTemporaryFolder } from "../support.ts";
import {
  CIFAR,
  distance,
  entryError,
  gradientsOf,
  keepFromKinks,
  largestOf,
  networkOf,
  noiseImages,
  parametersOf,
  planOf,
  relativeError,
  scrambledOrder,
  setResidualGain,
  stateOf,
  trainerOf,
} from "./native.ts";
import { encodeStateDict } from "../formats/whole_files.ts";

const REFERENCE = new URL("./reference.py", import.meta.url);
/** Folder of the definition that the benchmark measures, too. */
const NETWORKS = `${import.meta.dirname}/../../bench/pytorch`;
const SGD = { momentum: 0.9, weightDecay: 5e-4 };

export interface Case {
  readonly model: string;
  readonly stem?: "stock" | "small";
  /** Of the first stage. */
  readonly channels?: number;
  readonly shape?: Shape;
  readonly classes?: number;
  readonly rewrite?: boolean;
  readonly precision?: Precision;
  /** On both sides; PyTorch calls it autocast. */
  readonly activations?: "bfloat16";
  readonly threads?: number;
  readonly batch: number;
  /** Of each step; steps of one rate in a row are one call of ours. */
  readonly learningRates: readonly number[];
  /** First value of the weights of each block's last batch norm, where it is not 1. */
  readonly residualGain?: number;
  /** Batch norms whose outputs stay away from 0, where ReLUs have their kink. */
  readonly smooth?: boolean;
  /** Compares our gradients with PyTorch's own in float32, too: how much further from float64's they are. */
  readonly rounding?: boolean;
}

/** State dicts of gradients and momentum hold the parameters alone. */
interface Computed {
  readonly loss: number;
  readonly gradients: StateDict;
  readonly after: StateDict;
  readonly momentum: StateDict;
  readonly features: Float64Array;
  readonly evaluationLoss: number;
}

/**
 * What is compared; `entries` are gradients, parameters and momentum, each entry to its own size; `rounding` is, of the
 * tensor where it is largest, the distance of our gradient from PyTorch's in float64 over that of PyTorch's in float32.
 */
export type Part = keyof Computed | "entries" | "rounding";

export type Errors = { readonly [part in Part]?: number };

/** The largest error of each part. */
export async function compareWithPyTorch(test: Case): Promise<Errors> {
  using library = Library.open();
  library.setThreads(test.threads ?? 1);
  const { model, rewrite = true, stem = "stock", channels = 64, shape = CIFAR, classes = 10 } = test;
  const images = noiseImages(2 * test.batch, { shape, classes });
  const plan = planOf(model, { rewrite, stem, channels, shape, classes });
  let errors: Errors | undefined;
  await withTemporaryFolder(async (folder) => {
    const mine = await ours(library, plan, images, test, folder);
    errors = errorsOf(mine, await pytorch(images, test, folder), test);
  });
  return errors!;
}

function errorsOf(mine: Computed, theirs: StateDict, { rounding = false }: Case): Errors {
  const expected = (name: string) => theirs.get(name)!.data;
  const parts = { gradients: "gradient", after: "after", momentum: "momentum" } as const;
  const each = (measure: typeof relativeError, part: keyof typeof parts) => {
    const prefix = `${parts[part]}.`;
    const count = [...theirs.keys()].filter((name) => name.startsWith(prefix)).length;
    if (count !== mine[part].size) throw new Error(`expected ${count} ${part}, found ${mine[part].size}`);
    return largestOf([...mine[part]].map(([name, { data }]) => measure(data, expected(prefix + name))));
  };
  const names = Object.keys(parts) as (keyof typeof parts)[];
  const values = {
    loss: relativeError([mine.loss], expected("loss")),
    evaluationLoss: relativeError([mine.evaluationLoss], expected("evaluation_loss")),
    features: relativeError(mine.features, expected("features")),
  };
  const excess = rounding
    ? {
      rounding: largestOf([...mine.gradients].map(([name, { data }]) => {
        const exact = expected(`gradient.${name}`);
        return distance(data, exact) / distance(expected(`rounded.${name}`), exact);
      })),
    }
    : {};
  return {
    ...values,
    ...excess,
    gradients: each(relativeError, "gradients"),
    after: each(relativeError, "after"),
    momentum: each(relativeError, "momentum"),
    entries: largestOf(names.map((part) => each(entryError, part))),
  };
}

async function ours(
  library: Library,
  plan: Plan,
  images: LabelledImages,
  test: Case,
  folder: string,
): Promise<Computed> {
  const { precision = "float64", batch } = test;
  using network = networkOf(library, plan, precision);
  if (test.residualGain !== undefined) setResidualGain(network, plan, test.residualGain);
  if (test.smooth) keepFromKinks(network, plan);
  const initial = stateOf(network, plan);
  await Deno.writeFile(`${folder}/state.pth`, encodeStateDict(widened(initial)));
  using data = Images.create(library, images);
  using trainer = trainerOf(library, network, data, { ...SGD, activations: test.activations });
  const order = BigInt64Array.from(orderOf(test), BigInt);
  const loss = await trainer.differentiate(order.slice(0, batch));
  const gradients = gradientsOf(trainer, plan, precision);
  // The pass above moved the running statistics, as a step does: start again from the initial state.
  for (const [name, { data }] of initial) network.write(name, data as Buffer);
  for (const { firstStep, steps, learningRate } of callsOf(test)) {
    await trainer.run(order, { batchSize: batch, firstStep, steps, learningRate });
  }
  trainer.flush();
  const after = stateOf(network, plan);
  const momentum = parametersOf(plan, precision, (name, into) => trainer.read(`momentum.${name}`, into));
  using features = await Features.extract(library, network, data, { batchSize: 24 });
  const rows = await Array.fromAsync(features.chunks(), (chunk) => Array.from(chunk.features));
  return {
    loss,
    gradients,
    after,
    momentum,
    features: Float64Array.from(rows.flat()),
    evaluationLoss: features.totals!.loss,
  };
}

async function pytorch(images: LabelledImages, test: Case, folder: string): Promise<StateDict> {
  const { model, stem = "stock", channels = 64, activations, batch, learningRates, threads = 1 } = test;
  const job = {
    model,
    stem,
    width: channels,
    batch,
    threads,
    shape: images.shape,
    classes: images.classes,
    mean: images.mean,
    std: images.std,
    order: orderOf(test),
    learning_rates: learningRates,
    momentum: SGD.momentum,
    weight_decay: SGD.weightDecay,
    autocast: activations !== undefined,
    rounding: test.rounding ?? false,
  };
  await Deno.writeTextFile(`${folder}/job.json`, JSON.stringify(job));
  await Deno.writeFile(`${folder}/pixels.bin`, images.pixels);
  await Deno.writeFile(`${folder}/labels.bin`, new Uint8Array(images.labels.buffer));
  await runOracle(await Deno.readTextFile(REFERENCE), [folder, NETWORKS]);
  return decodeStateDict(await Deno.readFile(`${folder}/result.pth`));
}

function orderOf({ batch, learningRates: { length: steps } }: Case): number[] {
  return scrambledOrder({ batch, steps });
}

/** Steps of one rate, in calls that split an epoch: the first step is a call of its own. */
function callsOf({ learningRates }: Case): { firstStep: number; steps: number; learningRate: number }[] {
  const calls: { firstStep: number; steps: number; learningRate: number }[] = [];
  for (const [firstStep, learningRate] of learningRates.entries()) {
    const last = calls.at(-1);
    if (last !== undefined && last.firstStep > 0 && last.learningRate === learningRate) last.steps++;
    else calls.push({ firstStep, steps: 1, learningRate });
  }
  return calls;
}

/** PyTorch reads float64, whatever we compute in. */
function widened(state: StateDict): StateDict {
  return new Map(
    [...state].map(([name, tensor]) => [
      name,
      tensor.dtype === "float32"
        ? { dtype: "float64", shape: tensor.shape, data: Float64Array.from(tensor.data) }
        : tensor,
    ]),
  );
}
