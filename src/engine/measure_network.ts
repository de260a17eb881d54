/** Measures the network of a session: its features of both splits, reduced to metrics. */
import { bootstrap as resample } from "../collapse/bootstrap.ts";
import type { Selection } from "../collapse/catalogue.ts";
import { measure } from "../collapse/measure.ts";
import { type Classifier, type FeatureSource, summedOnce } from "../collapse/source.ts";
import type { Protocol } from "../experiment/parts.ts";
import { lossLine } from "../experiment/recipe.ts";
import { type ExtractOptions, Features } from "../ffi/features.ts";
import type { Images } from "../ffi/images.ts";
import type { StateDict } from "../formats/tensor.ts";
import type { Bootstrap } from "../run/tables.ts";
import { encodeReads } from "../models/reads.ts";
import { readState, writeState } from "./checkpoint.ts";
import type { Session } from "./session.ts";
import type { MeasuredCheckpoint } from "../run/measured.ts";
import { trustOf } from "../run/trust.ts";

/** Shorter rows are divided by it, as torch.nn.functional.normalize does. */
const LEAST_LENGTH = 1e-12;

/** How far a pass over the images of a split is. */
export interface ImagePass {
  /** "test", "training", or "out-of-distribution" with the name of the set. */
  readonly split: string;
  readonly images: number;
  readonly count: number;
}

/** What is measured, and in how much memory. */
export interface MeasureChoices {
  /** Defaults to what metrics.csv holds where there is one, else to "default". */
  readonly metrics?: Selection | undefined;
  /** Bytes for features; by default half of what is free. */
  readonly memory?: number | undefined;
}

export interface NetworkMeasureOptions {
  readonly metrics?: Selection;
  /** Features of both splits are kept in at most so much memory; those that do not fit are computed again each pass. */
  readonly keepBytes: number;
  /** Beside the squared error summed over classes (experiment/squared_error.ts), for the metrics of the MSE loss. */
  readonly weightDecay?: number | null;
  /** Intervals by resampling, or null for none; each replicate costs one measurement outside of native. */
  readonly bootstrap?: Bootstrap | null;
  /** Looks at the training features while they are there, and at the classifier. */
  readonly look?: (train: FeatureSource, classifier: Classifier) => Promise<void>;
  /** Out-of-distribution images by the name of their set. */
  readonly ood?: ReadonlyMap<string, Images> | undefined;
  /** Called some times a second while images pass through the network. */
  readonly onImages?: ((pass: ImagePass) => void) | undefined;
  /** Ends measuring within a second or so, by throwing the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Puts `state` into the session's network and measures it. `file` names it in errors. */
export async function measureState(
  session: Session,
  { state, file, epoch }: { state: StateDict; file: string; epoch: number },
  options: NetworkMeasureOptions,
): Promise<MeasuredCheckpoint> {
  writeState(session.network, session.plan, state, file);
  return await measureNetwork(session, epoch, options);
}

/** Measures the session's network as it is and leaves it so. A trainer on it has been flushed. */
async function measureNetwork(
  session: Session,
  epoch: number,
  options: NetworkMeasureOptions,
): Promise<MeasuredCheckpoint> {
  using test = await testFeatures(session, options);
  return await measureWith(test, session, epoch, options);
}

/** Features of the test split, kept within its share of the memory; beside them the sum of `loss`, where it is given. */
export async function testFeatures(
  session: Session,
  { keepBytes, ood, loss, onImages }: Pick<NetworkMeasureOptions, "keepBytes" | "ood" | "onImages"> & {
    readonly loss?: Protocol["loss"];
  },
): Promise<Features> {
  const { library, network, plan, test } = session;
  const options = { keepBytes: share(session, keepBytes, ood).test, ...toldOf("test", test, onImages) };
  if (loss === undefined) return await Features.extract(library, network, test, options);
  const reads = encodeReads(plan, lossLine(loss), [{ value: "feature", form: "flattened" }]);
  const [features] = await Features.extractAll(library, network, test, reads, options);
  return features!;
}

/**
 * Measures the session's network, whose {@link testFeatures} are there already. What the features leave of `keepBytes`
 * is for the matrices of classes, one of which is held at any rate.
 */
export async function measureWith(
  test: Features,
  session: Session,
  epoch: number,
  { metrics = "default", keepBytes, weightDecay = null, bootstrap = null, ood, signal, onImages, look }:
    NetworkMeasureOptions,
): Promise<MeasuredCheckpoint> {
  const { library, network } = session;
  const bounds = share(session, keepBytes, ood);
  using train = await Features.extract(library, network, session.train, {
    keepBytes: bounds.train,
    ...toldOf("training", session.train, onImages),
  });
  using held = new DisposableStack();
  const oodSets: Record<string, Features> = {};
  let memory = keepBytes - heldBytes(train, bounds.train) - heldBytes(test, bounds.test);
  for (const [set, images] of ood ?? []) {
    const bound = bounds.ofImages * images.count;
    const features = held.use(
      await Features.extract(library, network, images, {
        keepBytes: bound,
        ...toldOf(`out-of-distribution ${set}`, images, onImages),
      }),
    );
    oodSets[set] = features;
    memory -= heldBytes(features, bound);
  }
  const classifier = classifierOf(session, readClassifier(session));
  const { superclasses = null } = session;
  const training = summedOnce(train);
  const input = { train: training, test, oodSets, classifier, superclasses };
  const chosen = { metrics, weightDecay, memory, ...signal && { signal } };
  const { values, outcomes } = await measure(input, chosen);
  const intervals = bootstrap === null ? {} : await resample(input, { ...bootstrap, ...chosen });
  await look?.(training, input.classifier);
  return { epoch, values, trust: trustOf(epoch, outcomes, { bootstrap, intervals }), width: train.width };
}

/** Tells `onImages` of a pass over the images of a split. */
export function toldOf(
  split: string,
  { count }: Images,
  onImages: NetworkMeasureOptions["onImages"],
): Pick<ExtractOptions, "onImages"> {
  return onImages ? { onImages: (images) => onImages({ split, images, count }) } : {};
}

/**
 * W and b of the logits Wh + b, h being what the last layer reads: W is its weight or, where it has a temperature, the
 * weight's rows divided by their lengths and by the temperature; b is zero where it has none.
 */
export function classifierOf(
  { plan }: Pick<Session, "plan">,
  state: StateDict,
): { weight: Float64Array<ArrayBuffer>; bias: Float64Array<ArrayBuffer> } {
  const { classifier, classes, width, temperature } = plan;
  const values = (name: string) => state.get(`${classifier}.${name}`)?.data as Float32Array | undefined;
  const weight = Float64Array.from(values("weight")!);
  for (let row = 0; temperature !== undefined && row < classes; row++) {
    const own = weight.subarray(row * width, (row + 1) * width);
    const length = Math.max(Math.hypot(...own), LEAST_LENGTH);
    own.forEach((value, i) => own[i] = value / length / temperature);
  }
  return { weight, bias: Float64Array.from(values("bias") ?? new Float32Array(classes)) };
}

/** The bound, split between training, test and out-of-distribution features in proportion to their number. */
export function share(
  { train, test }: Session,
  keepBytes: number,
  ood: ReadonlyMap<string, Images> = new Map(),
): { train: number; test: number; ofImages: number } {
  const foreign = ood.values().reduce((sum, { count }) => sum + count, 0);
  const all = train.count + test.count + foreign;
  const ofImages = keepBytes / all;
  const trainShare = keepBytes * train.count / all;
  return { train: trainShare, test: keepBytes - trainShare - ofImages * foreign, ofImages };
}

/** Bytes of features that stay in memory: all, or none where all are more than `keepBytes`. */
function heldBytes({ count, width, precision }: Features, keepBytes: number): number {
  const bytes = count * width * (precision === "float64" ? 8 : 4);
  return bytes <= keepBytes ? bytes : 0;
}

/** The entries of the last layer, copied out of the network. */
function readClassifier({ network, plan }: Session): StateDict {
  return readState(network, (name) => name.startsWith(`${plan.classifier}.`));
}
