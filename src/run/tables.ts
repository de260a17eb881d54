/** What the tables of a run hold: log.csv, metrics.csv and trust.json, with their validators. */
import * as v from "valibot";

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const positiveCount = v.pipe(v.number(), v.integer(), v.minValue(1));
const positive = v.pipe(v.number(), v.finite(), v.gtValue(0));
const nonNegative = v.pipe(v.number(), v.finite(), v.minValue(0));
const percent = v.pipe(v.number(), v.minValue(0), v.maxValue(100));
const fraction = v.pipe(v.number(), v.minValue(0), v.maxValue(1));

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
  /** Of a calibration error: its bins of equal width, from the lowest confidence. */
  bins: v.exactOptional(v.array(v.strictObject({
    count,
    /** Null where a bin has no samples. */
    confidence: v.nullable(fraction),
    accuracy: v.nullable(fraction),
  }))),
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
  epoch: count,
  /** Null where no intervals were asked for. */
  bootstrap: v.nullable(BootstrapSchema),
  /** By column of metrics.csv; columns about which there is nothing to say are left out. */
  metrics: v.record(v.string(), TrustSchema),
});
export type CheckpointTrust = v.InferOutput<typeof CheckpointTrustSchema>;

const OodRecordSchema = v.strictObject({
  /** What ends the names of its columns. */
  set: v.string(),
  title: v.string(),
  /** Of the whole data set, as that in run.json; of a person's own images, of those that are measured. */
  digest: v.string(),
  /** All test images of the set; fed as run.json says of the training images. */
  images: positiveCount,
  /** Where a person's own images are, as it was typed. */
  path: v.exactOptional(v.string()),
});
/** A data set whose images were measured as out-of-distribution ones. */
export type OodRecord = v.InferOutput<typeof OodRecordSchema>;

/** trust.json: beside each row of metrics.csv, how far its values can be trusted and why some are missing. */
export const TrustRecordSchema = v.strictObject({
  format: v.literal(1),
  /** d, the width of the features. */
  width: positiveCount,
  /** Where there are columns of out-of-distribution images: which those were. */
  ood: v.exactOptional(v.array(OodRecordSchema)),
  /** Epochs ascending. */
  checkpoints: v.array(CheckpointTrustSchema),
});
export type TrustRecord = v.InferOutput<typeof TrustRecordSchema>;
