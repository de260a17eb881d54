/** What the tests of the native engine share: the library, small random images, networks, state dicts. */
import { throws } from "node:assert/strict";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { Library } from "../../src/ffi/library.ts";
import { Features } from "../../src/ffi/features.ts";
import { newValues, type Precision } from "../../src/ffi/handle.ts";
import { Images, type LabelledImages } from "../../src/ffi/images.ts";
import { type Buffer, Network } from "../../src/ffi/network.ts";
import type { Protocol } from "../../src/experiment/parts.ts";
import { recipeOf } from "../../src/experiment/recipe.ts";
import { Trainer } from "../../src/ffi/trainer.ts";
import type { StateDict, TensorData } from "../../src/formats/tensor.ts";
import { encodePlan } from "../../src/models/encode.ts";
import { NetworkBuilder } from "../../src/models/network.ts";
import { makePlan } from "../../src/models/make_plan.ts";
import type { Plan, PlanEntry, Shape } from "../../src/models/plan.ts";
import { rewritePlan } from "../../src/models/rewrite.ts";
import { resnet } from "../../src/models/resnet.ts";
import { test } from "../support.ts";

export const CIFAR: Shape = [3, 32, 32];

/** A test that needs the native library; gets it opened, and fails if it leaves native objects alive. */
export function nativeTest(name: string, body: (library: Library) => void | Promise<void>): void {
  test(name, ["ffi", "read"], async () => {
    using library = Library.open();
    library.setThreads(2);
    await body(library);
    const alive = library.liveHandles();
    if (alive !== 0) throw new Error(`the test left ${alive} native objects alive`);
  });
}

/** `count` images of noise with labels 0, 1, 2, … in turn. */
export function noiseImages(count: number, { shape = CIFAR, classes = 10, seed = 1 } = {}): LabelledImages {
  const random = xoroshiro128plus(seed);
  const pixels = Uint8Array.from(
    { length: count * shape[0] * shape[1] * shape[2] },
    () => random.next() & 255,
  );
  const labels = Int32Array.from({ length: count }, (_, i) => i % classes);
  const channels = shape[0];
  const mean = [0.49, 0.48, 0.44].slice(0, channels);
  const std = [0.2, 0.21, 0.22].slice(0, channels);
  return { pixels, labels, shape, classes, mean, std };
}

/** Two images with each pixel value once in each channel. */
export const ALL_PIXELS: LabelledImages = {
  ...noiseImages(2, { shape: [3, 16, 16] }),
  pixels: Uint8Array.from({ length: 2 * 3 * 256 }, (_, i) => i),
};

/** The images as a network gets them, row-major: the features of one that only flattens. */
export async function normalised(
  library: Library,
  data: LabelledImages,
  { device = "cpu", precision }: { device?: string; precision: Precision },
): Promise<number[]> {
  const net = new NetworkBuilder();
  net.linear(net.plain("flatten", "flat", "input"), "fc", data.classes);
  const plan = makePlan(net.build("pixels", data.classes), data.shape);
  using images = Images.create(library, data, { device });
  using network = Network.create(library, encodePlan(plan), { device, precision });
  using features = await Features.extract(library, network, images);
  const rows: number[] = [];
  for await (const chunk of features.chunks()) rows.push(...chunk.features);
  return rows;
}

/**
 * Sets the weights of each block's last batch norm: small ones, as torchvision's zero_init_residual has them, but not
 * zero, make a fresh network well-conditioned.
 */
export function setResidualGain(network: Network, plan: Plan, gain: number): void {
  const bottlenecks = plan.entries.some(({ name }) => name.endsWith(".bn3.weight"));
  const last = bottlenecks ? ".bn3.weight" : ".bn2.weight";
  for (const entry of plan.entries) {
    if (entry.kind !== "parameter" || !entry.name.endsWith(last)) continue;
    network.write(entry.name, newValues(network.precision, entry.shape[0]).fill(gain));
  }
}

/**
 * Lets each batch norm give 1 ± 0.1: no value comes near a ReLU's kink, where rounding would decide between two gradients.
 */
export function keepFromKinks(network: Network, plan: Plan): void {
  for (const entry of plan.entries) {
    const [, , part] = /(^|\.)(?:bn\d|downsample\.1)\.(weight|bias)$/.exec(entry.name) ?? [];
    if (entry.kind !== "parameter" || part === undefined) continue;
    network.write(entry.name, newValues(network.precision, entry.shape[0]).fill(part === "weight" ? 0.1 : 1));
  }
}

export function planOf(
  model: string,
  { classes = 10, stem = "stock", channels = 64, shape = CIFAR, rewrite = true }: {
    classes?: number;
    stem?: "stock" | "small";
    channels?: number;
    shape?: Shape;
    rewrite?: boolean;
  } = {},
): Plan {
  const plan = makePlan(resnet(model, { classes, stem, channels }), shape);
  return rewrite ? rewritePlan(plan) : plan;
}

export function networkOf(library: Library, plan: Plan, precision: Precision = "float64", seed = 3): Network {
  const network = Network.create(library, encodePlan(plan), { precision });
  network.initialise(seed);
  return network;
}

type Apart<T, K extends string> = T extends unknown ? Omit<T, K> : never;

/** How a network is trained, with what all optimizers share beside the optimizer. */
export interface Recipe extends Pick<Protocol["optimizer"], "weightDecay" | "decayOn"> {
  readonly augmentation?: Protocol["augmentation"];
  readonly loss: Protocol["loss"];
  readonly optimizer: Apart<
    Protocol["optimizer"],
    "learningRate" | "weightDecay" | "decayOn" | "featureDecay"
  >;
  readonly featureDecay?: number;
  readonly activations: "float32" | "float64" | "bfloat16";
  readonly graphs: boolean;
}

/** The text native reads. */
export function encodeRecipe(
  {
    augmentation = { kind: "none" },
    loss,
    optimizer,
    weightDecay,
    decayOn,
    featureDecay = 0,
    activations,
    graphs,
  }: Recipe,
): string {
  const whole = {
    ...optimizer,
    learningRate: 1,
    weightDecay,
    decayOn,
    featureDecay,
  } as Protocol["optimizer"];
  const precision = activations === "bfloat16" ? "bf16" : activations;
  return recipeOf({ augmentation, loss, optimizer: whole, training: { precision } }, { graphs });
}

/** What differs from SGD without momentum or weight decay on the cross-entropy, in the network's precision. */
export interface TrainerOptions extends Partial<Omit<Recipe, "activations">> {
  readonly momentum?: number;
  readonly activations?: Recipe["activations"] | undefined;
}

export function trainerOf(
  library: Library,
  network: Network,
  images: Images,
  { momentum = 0, activations = network.precision, ...recipe }: TrainerOptions,
): Trainer {
  const text = encodeRecipe({
    loss: { kind: "cross_entropy", labelSmoothing: 0 },
    optimizer: { kind: "sgd", momentum, nesterov: false },
    weightDecay: 0,
    decayOn: "all",
    graphs: true,
    activations,
    ...recipe,
  });
  return Trainer.create(library, network, images, text);
}

export function readEntry(
  entry: PlanEntry,
  precision: Precision,
  read: (name: string, data: Buffer) => void,
): TensorData {
  if (entry.kind === "counter") {
    const data = new BigInt64Array(1);
    read(entry.name, data);
    return { dtype: "int64", shape: [], data };
  }
  const length = entry.shape.reduce((a, b) => a * b, 1);
  const shape = [...entry.shape];
  if (precision === "float64") {
    const data = new Float64Array(length);
    read(entry.name, data);
    return { dtype: "float64", shape, data };
  }
  const data = new Float32Array(length);
  read(entry.name, data);
  return { dtype: "float32", shape, data };
}

export function stateOf(network: Pick<Network, "precision" | "read">, plan: Plan): StateDict {
  return new Map(
    plan.entries.map((
      entry,
    ) => [entry.name, readEntry(entry, network.precision, (n, d) => network.read(n, d))]),
  );
}

/** What the trainer's last `differentiate` left, in the shapes of the state dict. */
export function gradientsOf(trainer: Trainer, plan: Plan, precision: Precision): StateDict {
  return parametersOf(plan, precision, (name, into) => trainer.readGradient(name, into));
}

/** What `read` gives for each parameter that is trained, in the shapes of the state dict. */
export function parametersOf(
  plan: Plan,
  precision: Precision,
  read: (name: string, data: Buffer) => void,
): StateDict {
  const parameters = plan.entries.filter((entry) => entry.kind === "parameter" && !entry.frozen);
  return new Map(parameters.map((entry) => [entry.name, readEntry(entry, precision, read)]));
}

export function firstIndices(count: number): BigInt64Array<ArrayBuffer> {
  return BigInt64Array.from({ length: count }, (_, i) => BigInt(i));
}

/** Of `steps` batches, each image of two several times in a scrambled order; the last batch is short. */
export function scrambledOrder({ batch, steps }: { batch: number; steps: number }): number[] {
  return Array.from({ length: batch * steps - 3 }, (_, i) => (i * 7) % (2 * batch));
}

/** max |a − b| / max |b|; NaN or infinite where a value is. Throws where there is nothing to compare. */
export function relativeError(a: ArrayLike<number | bigint>, b: ArrayLike<number | bigint>): number {
  const difference = largestDifference(a, b);
  let scale = 0;
  for (let i = 0; i < b.length; i++) scale = Math.max(scale, Math.abs(Number(b[i])));
  return scale === 0 ? difference : difference / scale;
}

/** max |a − b|; NaN or infinite where a value is. Throws where there is nothing to compare. */
export function largestDifference(a: ArrayLike<number | bigint>, b: ArrayLike<number | bigint>): number {
  if (a.length !== b.length) throw new Error(`expected ${b.length} values, found ${a.length}`);
  if (b.length === 0) throw new Error("expected values to compare, found none");
  let difference = 0;
  // Math.max keeps NaN, as a comparison would not.
  for (let i = 0; i < a.length; i++) difference = Math.max(difference, Math.abs(Number(a[i]) - Number(b[i])));
  return difference;
}

/**
 * max |a − b| / (|b| + floor), where the floor is a thousandth of max |b|: small entries beside large ones are held to
 * their own size, but not below what sums of large terms leave. NaN or infinite where a value is.
 */
export function entryError(a: ArrayLike<number | bigint>, b: ArrayLike<number | bigint>): number {
  if (a.length !== b.length) throw new Error(`expected ${b.length} values, found ${a.length}`);
  if (b.length === 0) throw new Error("expected values to compare, found none");
  let scale = 0;
  for (let i = 0; i < b.length; i++) scale = Math.max(scale, Math.abs(Number(b[i])));
  const floor = 1e-3 * scale;
  let largest = 0;
  for (let i = 0; i < b.length; i++) {
    const expected = Number(b[i]);
    const difference = Math.abs(Number(a[i]) - expected);
    if (difference !== 0) largest = Math.max(largest, difference / (Math.abs(expected) + floor));
  }
  return largest;
}

/** The Euclidean distance; NaN or infinite where a value is. */
export function distance(a: ArrayLike<number | bigint>, b: ArrayLike<number | bigint>): number {
  if (a.length !== b.length) throw new Error(`expected ${b.length} values, found ${a.length}`);
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (Number(a[i]) - Number(b[i])) ** 2;
  return Math.sqrt(sum);
}

/** The largest of some errors; NaN where one is. Throws where there is none: nothing compared is nothing shown. */
export function largestOf(errors: Iterable<number>): number {
  // Math.max keeps NaN, as a comparison would not.
  let largest = -Infinity;
  for (const error of errors) largest = Math.max(largest, error);
  if (largest === -Infinity) throw new Error("expected errors to choose the largest of, found none");
  return largest;
}

/** Holds that a network refuses to read or write a parameter whole, `buffer` its size, while steps of a trainer are put off. */
export function refusesUntilFlushed(network: Network, name: string, buffer: Buffer): void {
  throws(
    () => network.read(name, buffer),
    new RegExp(`${name}: steps of a trainer are not yet applied .*flush it first`),
  );
  throws(() => network.write(name, buffer), /flush it first/);
  throws(() => network.initialise(1), /flush it first/);
}
