/** How long a run goes through its images, in what steps, and what it leaves. */
import { epochList, field, type FieldValues, MAX_SEED, oneOf, wholeNumber } from "../fields.ts";
import type { Kind } from "../kind.ts";
import { misplaced } from "./epochs.ts";

/** More than anybody trains, and few enough to be listed. */
const MOST_EPOCHS = 1_000_000;
/** No cluster has more. */
const MAX_RANKS = 2 ** 20;

const FIELDS = {
  epochs: field({
    option: "epochs",
    argument: "<n>",
    help: "how often to go through the images",
    type: wholeNumber({ min: 1, max: MOST_EPOCHS }),
    default: 350,
  }),
  batchSize: field({
    option: "batch-size",
    argument: "<n>",
    help: "images a step",
    type: wholeNumber({ min: 1, max: 2 ** 31 - 1 }),
    default: 128,
  }),
  /** Processes that each take their part of every batch; the gradient is that of the mean over the whole batch. */
  ranks: field({
    option: "ranks",
    argument: "<n>",
    help: "processes that share each batch: as many as torchrun or Slurm started",
    type: wholeNumber({ min: 1, max: MAX_RANKS }),
    default: 1,
    newer: true,
  }),
  /**
   * Of several ranks. "synchronised": batch norm's statistics are those of the whole batch, so that a run is that of one
   * process up to rounding. "rank": each rank has those of its own images, as PyTorch's DistributedDataParallel does;
   * rank 0's running statistics are kept.
   */
  batchNorm: field<"synchronised" | "rank">({
    option: "batch-norm",
    argument: "<which>",
    help: "statistics of batch norm with several ranks: synchronised, or each rank's own (rank)",
    type: oneOf(["synchronised", "rank"]),
    default: "synchronised",
    newer: true,
  }),
  /**
   * "float32" or "float64": type of parameters and activations. "bf16": PyTorch's autocast to bfloat16 in training, that
   * is activations, convolutions and matrix products in bfloat16; parameters and their gradients, batch norm's
   * statistics, the loss and the optimizer in float32. Checkpoints and all that is measured are float32 then.
   */
  precision: field<"float32" | "float64" | "bf16">({
    option: "precision",
    argument: "<type>",
    help:
      "float32, float64, or bf16 (PyTorch's autocast: activations and products in bfloat16, all else float32)",
    type: oneOf(["float32", "float64", "bf16"]),
    default: "float32",
  }),
  /** Of the initial parameters and of the order of the images. */
  seed: field({
    option: "seed",
    argument: "<n>",
    help: "of parameters and image order",
    type: wholeNumber({ max: MAX_SEED }),
    default: 0,
  }),
  /** Epochs after which a checkpoint is written; after epoch 0, the network is as it was initialised. */
  checkpoints: field({
    option: "checkpoints",
    argument: "<epochs>",
    help: "epochs to save; 0 is the network before the first step",
    type: epochList({ min: 0 }),
    default: ({ epochs }) => everyFifth(epochs),
    defaultWords: "1, every 5th, the last",
  }),
};

export const TRAINING: Kind<"steps", typeof FIELDS> = {
  kind: "steps",
  fields: FIELDS,
  says: ({ epochs, batchSize }) => `${epochs} epochs in batches of ${batchSize}`,
  refuses: ({ checkpoints, epochs, ...others }) =>
    checkpoints.length === 0
      ? `--${FIELDS.checkpoints.option}: expected at least one epoch, found none`
      : misplaced(FIELDS.checkpoints, checkpoints, { first: 0, last: epochs, epochs }) ?? unshared(others),
};

/** Why ranks cannot share batches so; null where they can. */
function unshared(
  { ranks, batchNorm, batchSize }: Omit<FieldValues<typeof FIELDS>, "epochs" | "checkpoints">,
): string | null {
  if (ranks === 1) {
    return batchNorm === "rank" ? "--batch-norm rank: expected --ranks 2 or more beside it, found 1" : null;
  }
  if (batchSize % ranks !== 0) {
    return `--ranks ${ranks}: expected a --batch-size that is a multiple of it, found ${batchSize}`;
  }
  return null;
}

function everyFifth(epochs: number): number[] {
  const all = Array.from({ length: epochs }, (_, i) => i + 1);
  return all.filter((epoch) => epoch === 1 || epoch % 5 === 0 || epoch === epochs);
}
