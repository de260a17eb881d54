/**
 * The records a run leaves on disk (run.json, log.csv, metrics.csv) and their validators.
 * Every reader and writer of those files goes through this module; it imports nothing of ours.
 */
import * as v from "valibot";

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const positiveCount = v.pipe(v.number(), v.integer(), v.minValue(1));
const positive = v.pipe(v.number(), v.finite(), v.gtValue(0));
const nonNegative = v.pipe(v.number(), v.finite(), v.minValue(0));
const percent = v.pipe(v.number(), v.minValue(0), v.maxValue(100));
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

/**
 * One row of log.csv: an epoch of training. Accuracies in %, losses are means over samples. The running values are of
 * the training images as they were trained on: in training mode, the network changing between batches. (metrics.csv has
 * what the network left at the end makes of them in evaluation mode, as `train_accuracy`.) The test values are in
 * evaluation mode.
 */
export const LogRowSchema = v.strictObject({
  epoch: positiveCount,
  learning_rate: positive,
  running_train_loss: nonNegative,
  running_train_accuracy: percent,
  test_loss: nonNegative,
  test_accuracy: percent,
  seconds: nonNegative,
});
export type LogRow = v.InferOutput<typeof LogRowSchema>;
export const LOG_COLUMNS = Object.keys(LogRowSchema.entries) as (keyof LogRow)[];

/** The columns metrics.csv starts with (the catalogue of collapse/ gives each definition); accuracies in %. */
export const FIRST_METRICS = [
  "train_accuracy",
  "test_accuracy",
  "equinorm_means",
  "equinorm_weights",
  "equiangular_means",
  "equiangular_weights",
  "maxangle_means",
  "maxangle_weights",
  "self_duality",
  "within_class_variation",
  "ncc_mismatch",
] as const;
export type FirstMetric = (typeof FIRST_METRICS)[number];

/**
 * One row of metrics.csv: a measured checkpoint. `values` holds a number for each column, or null where the
 * quantity is not defined for these features (an empty cell in the file).
 */
export interface Measurement {
  readonly epoch: number;
  readonly values: { readonly [metric: string]: number | null };
}

/** Which eigenvalues the inverse in a metric kept. */
const RankSchema = v.strictObject({
  /** Eigenvalues up to this multiple of the largest were treated as zero. */
  tolerance: nonNegative,
  kept: count,
  of: count,
  /** Largest eigenvalue / smallest one kept; null where none was kept. */
  condition: v.nullable(positive),
});

/** A value read again at other tolerances of the inverse in it. */
const SensitivitySchema = v.strictObject({
  readings: v.array(v.strictObject({
    tolerance: positive,
    /** Null where it is not finite. */
    value: v.nullable(v.number()),
    kept: count,
  })),
  /** Largest reading / smallest reading; null where the smallest is zero. */
  spread: v.nullable(v.number()),
  /** stable: spread at most 1.01; sensitive: at most 2; unreliable: more. */
  verdict: v.picklist(["stable", "sensitive", "unreliable"]),
});

const TrustSchema = v.strictObject({
  /** Why there is no value, as a clause. */
  undefined: v.exactOptional(v.string()),
  note: v.exactOptional(v.string()),
  rank: v.exactOptional(RankSchema),
  sensitivity: v.exactOptional(SensitivitySchema),
  /** Percentile interval over `replicates` resamples. */
  interval: v.exactOptional(v.strictObject({ low: v.number(), high: v.number(), replicates: count })),
});
/** What there is to know about one value of metrics.csv besides the value. */
export type Trust = v.InferOutput<typeof TrustSchema>;

const BootstrapSchema = v.strictObject({
  replicates: positiveCount,
  seed: count,
  /** Share of the replicates inside the intervals. */
  confidence: fraction,
});
/** How intervals were made. */
export type Bootstrap = v.InferOutput<typeof BootstrapSchema>;

const CheckpointTrustSchema = v.strictObject({
  epoch: positiveCount,
  /** Null where no intervals were asked for. */
  bootstrap: v.nullable(BootstrapSchema),
  /** By column of metrics.csv; columns about which there is nothing to say are left out. */
  metrics: v.record(v.string(), TrustSchema),
});
export type CheckpointTrust = v.InferOutput<typeof CheckpointTrustSchema>;

/** trust.json: beside each row of metrics.csv, how far its values can be trusted and why some are missing. */
export const TrustRecordSchema = v.strictObject({
  format: v.literal(1),
  /** d, the width of the features. */
  width: positiveCount,
  /** Epochs ascending. */
  checkpoints: v.array(CheckpointTrustSchema),
});
export type TrustRecord = v.InferOutput<typeof TrustRecordSchema>;
