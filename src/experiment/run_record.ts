/** run.json: what was asked of a run and what ran, with its validator. */
import * as v from "valibot";

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const positiveCount = v.pipe(v.number(), v.integer(), v.minValue(1));
const positive = v.pipe(v.number(), v.finite(), v.gtValue(0));
const nonNegative = v.pipe(v.number(), v.finite(), v.minValue(0));
const fraction = v.pipe(v.number(), v.minValue(0), v.maxValue(1));

/** Everything that decides the numbers of a run. Two runs with equal protocols on one machine are the same run. */
export const ProtocolSchema = v.strictObject({
  /** Name of the dataset in the registry, e.g. "CIFAR10". */
  dataset: v.string(),
  /** Samples kept a class in the training split (the first ones), or null for all of them. */
  perClass: v.nullable(positiveCount),
  /** "resnet18", "resnet34", "resnet50", "resnet101" or "resnet152". */
  model: v.string(),
  /** "stock": 7×7 stride-2 convolution and max-pool (torchvision); "small": 3×3 stride-1, no pool. */
  stem: v.picklist(["stock", "small"]),
  epochs: positiveCount,
  batchSize: positiveCount,
  /** Learning rate of the first epochs. */
  learningRate: positive,
  /** The rate is multiplied by this factor after each epoch listed in `decayAfter`. */
  decayFactor: positive,
  decayAfter: v.array(positiveCount),
  momentum: fraction,
  weightDecay: nonNegative,
  /**
   * "float32" or "float64": type of parameters and activations. "bf16": PyTorch's autocast to bfloat16 in training, that
   * is activations, convolutions and matrix products in bfloat16; parameters and their gradients, batch norm's
   * statistics, the loss and the optimizer in float32. Checkpoints and all that is measured are float32 then.
   */
  precision: v.picklist(["float32", "float64", "bf16"]),
  /** Seed of the initial parameters and of the order of the images. */
  seed: count,
  /** Epochs after which a checkpoint is written, ascending. */
  checkpoints: v.array(positiveCount),
});
export type Protocol = v.InferOutput<typeof ProtocolSchema>;

const VersionsSchema = v.strictObject({ tool: v.string(), deno: v.string(), libtorch: v.string() });

/** From where on a run was trained elsewhere, or by other software. */
const ResumptionSchema = v.strictObject({
  /** Epoch in which it went on, counted from 1. */
  epoch: positiveCount,
  device: v.string(),
  threads: positiveCount,
  versions: VersionsSchema,
  /** ISO 8601, UTC. */
  started: v.string(),
});
export type Resumption = v.InferOutput<typeof ResumptionSchema>;

/** run.json: what was asked and what ran. */
export const RunSchema = v.strictObject({
  format: v.literal(1),
  protocol: ProtocolSchema,
  dataset: v.strictObject({
    name: v.string(),
    /** For titles, e.g. "CIFAR-10". */
    title: v.string(),
    /** SHA-256 over the pixels and labels of both splits as trained on, lower-case hex. */
    digest: v.string(),
    classes: positiveCount,
    trainImages: positiveCount,
    testImages: positiveCount,
    /** Channels, height, width as fed to the network. */
    shape: v.tuple([positiveCount, positiveCount, positiveCount]),
    /** What the network was fed is (x/255 − mean) / std, per channel; absent in runs from before this was recorded. */
    pixels: v.optional(v.strictObject({
      mean: v.array(v.pipe(v.number(), v.finite())),
      std: v.array(positive),
    })),
  }),
  /** The command line that started the run, for the report. */
  command: v.string(),
  versions: VersionsSchema,
  device: v.string(),
  threads: positiveCount,
  /** Trained with deterministic algorithms only: on the same machine the same run gives the same bits. */
  deterministic: v.optional(v.boolean(), false),
  /** ISO 8601, UTC. */
  started: v.string(),
  /** Each time that it went on with another device, number of threads or libtorch, in this order. */
  resumed: v.exactOptional(v.array(ResumptionSchema)),
});
export type RunRecord = v.InferOutput<typeof RunSchema>;
