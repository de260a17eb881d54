/** What training and measuring hold in native: the network, both splits as images, and what frees them. */
import { type Dataset, releasePixels, type Split } from "../data/dataset.ts";
import { Images } from "../ffi/images.ts";
import type { Library } from "../ffi/library.ts";
import { Network } from "../ffi/network.ts";
import { encodePlan } from "../models/encode.ts";
import { makePlan } from "../models/make_plan.ts";
import type { Plan, PlanStep, Shape } from "../models/plan.ts";
import { type Precondition, rewritePlan } from "../models/rewrite.ts";
import { architectureOf, type NetworkProtocol } from "../experiment/architecture.ts";
import type { Protocol } from "../experiment/parts.ts";
import { meets } from "../experiment/recipe.ts";

export interface Session extends Disposable {
  readonly library: Library;
  readonly plan: Plan;
  readonly network: Network;
  /** The super-class of each class, where the data set has them. */
  readonly superclasses?: readonly number[];
  readonly train: Images;
  readonly test: Images;
  /** Whether `plan` is the rewritten one; its sums round differently from the plain one's. */
  readonly rewrite: boolean;
}

/** What of a protocol decides what is held: the network and the type of its numbers. */
export interface SessionProtocol extends NetworkProtocol {
  readonly training: Pick<Protocol["training"], "precision">;
}

export interface SessionOptions {
  /** "cpu", "cuda" or "cuda:<index>". */
  readonly device: string;
  /** False runs the network op by op, without the exact rewrites of models/rewrite.ts. */
  readonly rewrite?: boolean;
  /** Text of how it will be trained (experiment/recipe.ts), which decides what rewrites are exact; none where it is only measured. */
  readonly recipe?: string;
}

/**
 * Builds a network and moves both splits to the device: the pixels of `dataset` are released, so that
 * they are held once. Throws where any of it is not possible.
 */
export function openSession(
  library: Library,
  { training: { precision }, ...chosen }: SessionProtocol,
  dataset: Dataset,
  { device, rewrite = true, recipe }: SessionOptions,
): Session {
  const plain = makePlan(architectureOf(chosen, dataset), dataset.shape);
  const holds = (precondition: Precondition) => recipe === undefined || meets(recipe, precondition);
  const plan = rewrite ? rewritePlan(plain, holds) : plain;
  using opened = new DisposableStack();
  const parameters = precision === "bf16" ? "float32" : precision;
  const network = opened.use(Network.create(library, encodePlan(plan), { device, precision: parameters }));
  const images = (split: Split) => {
    const moved = opened.use(imagesOf(library, dataset, split, { device }));
    releasePixels(split);
    return moved;
  };
  const [train, test] = [images(dataset.train), images(dataset.test)];
  const owner = opened.move();
  const { superclasses } = dataset;
  const facts = { library, plan, network, ...superclasses && { superclasses }, train, test, rewrite };
  return { ...facts, [Symbol.dispose]: () => owner.dispose() };
}

/** A split on the device, or mapped from the file that it lies in; fed as `facts` say. */
export function imagesOf(
  library: Library,
  facts: Pick<Dataset, "shape" | "classes" | "mean" | "std">,
  { images: pixels, labels, file }: Split,
  where: { device: string },
): Images {
  return file === undefined
    ? Images.create(library, { ...facts, pixels, labels }, where)
    : Images.map(library, { ...facts, file, labels }, where);
}

/**
 * Throws where the last step of an epoch would have a single image and a batch norm sees a single value a channel:
 * that has no variance; or where it has none for one of several ranks.
 */
export function requireVariance(
  { plan, train: { count } }: Session,
  { batchSize, ranks, batchNorm }: Pick<Protocol["training"], "batchSize" | "ranks" | "batchNorm">,
): void {
  const last = count % batchSize === 0 ? batchSize : count % batchSize;
  const alone = Math.floor(last / ranks);
  const least = batchNorm === "rank" ? 2 : 1;
  if (ranks > 1 && alone < least) {
    throw new Error(
      `expected a last batch of at least ${least} for each of ${ranks} ranks, found ${last} images: ${count} in batches ` +
        `of ${batchSize}; choose another --batch-size`,
    );
  }
  if (last > 1 || !plan.steps.some((step) => normalises(step) && isSingle(plan.shapes[step.to]!))) return;
  throw new Error(
    `expected a last batch of at least 2 images, which batch norm needs, found 1: ${count} images in batches of ` +
      `${batchSize}; choose another --batch-size`,
  );
}

function normalises(step: PlanStep): boolean {
  return step.op === "batch_norm2d" || (step.op === "conv2d" && step.fused !== undefined);
}

function isSingle([, height, width]: Shape): boolean {
  return height * width === 1;
}
