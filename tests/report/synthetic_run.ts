/** A run as the reproduced CIFAR10 experiment would leave it: 71 checkpoints over 350 epochs, one spike, made of formulas. */
import type { LogRow, Measurement } from "../../src/run/tables.ts";
import type { RunRecord } from "../../src/experiment/run_record.ts";

const CHECKPOINTS = [1, ...Array.from({ length: 70 }, (_, i) => 5 * (i + 1))];

export const MEASUREMENTS: readonly Measurement[] = CHECKPOINTS.map((epoch) => ({
  epoch,
  values: {
    train_accuracy: trainAccuracy(epoch),
    test_accuracy: Math.min(78, 76 - 36 * Math.exp(-epoch / 12) + wobble(epoch, 0.8)),
    equinorm_means: decay(epoch, 0.25, 0.016, 40),
    equinorm_weights: decay(epoch, 0.12, 0.011, 50),
    equiangular_means: decay(epoch, 0.3, 0.05, 60),
    equiangular_weights: decay(epoch, 0.2, 0.025, 60),
    maxangle_means: decay(epoch, 0.25, 0.04, 60),
    maxangle_weights: decay(epoch, 0.14, 0.02, 60),
    self_duality: decay(epoch, 1.1, 0.03, 45),
    within_class_variation: decay(epoch, 8, 0.02, 25) * (epoch === 175 ? 15 : 1),
    ncc_mismatch: decay(epoch, 0.4, 0.006, 20),
    norm_mean_train: decay(epoch, 14, 6, 70),
    norm_mean_test: decay(epoch, 13, 5, 70),
  },
}));

export const LOG: readonly LogRow[] = Array.from({ length: 350 }, (_, i) => ({
  epoch: i + 1,
  learning_rate: 0.13,
  running_train_loss: 2 * Math.exp(-i / 30),
  running_train_accuracy: trainAccuracy(i + 1),
  test_loss: 1,
  test_accuracy: 70,
  seconds: 61.2,
}));

export const RUN: RunRecord = {
  format: 2,
  protocol: {
    data: { kind: "CIFAR10", perClass: null, imbalance: null, labelNoise: 0, classes: null },
    augmentation: { kind: "none" },
    network: { kind: "resnet18", stem: "stock", channels: 64 },
    classifier: { kind: "learned", noBias: false, width: null, temperature: null },
    loss: { kind: "cross_entropy", labelSmoothing: 0 },
    optimizer: {
      kind: "sgd",
      learningRate: 0.1302501827396728,
      momentum: 0.9,
      nesterov: false,
      weightDecay: 5e-4,
      decayOn: "all",
      featureDecay: 0,
    },
    schedule: { kind: "step", factor: 0.1, after: [116, 233], warmup: 0 },
    training: {
      epochs: 350,
      batchSize: 128,
      ranks: 1,
      batchNorm: "synchronised",
      precision: "float32",
      seed: 7,
      checkpoints: CHECKPOINTS,
    },
  },
  dataset: {
    name: "CIFAR10",
    title: "CIFAR-10",
    digest: "0123456789abcdef".repeat(4),
    classes: 10,
    trainImages: 50000,
    testImages: 10000,
    shape: [3, 32, 32],
  },
  command: "deno task train CIFAR10 --epochs 350",
  deterministic: false,
  versions: { tool: "0.1.0", deno: "2.9.6", libtorch: "2.13.0" },
  device: "cpu",
  threads: 2,
  started: "2025-01-01T10:00:00.000Z",
};

/** The rows with some values replaced. */
export function withValues(
  rows: readonly Measurement[],
  replace: (row: Measurement) => Measurement["values"],
): Measurement[] {
  return rows.map((row) => ({ epoch: row.epoch, values: { ...row.values, ...replace(row) } }));
}

function trainAccuracy(epoch: number): number {
  return Math.min(100, 100.2 - 60 * Math.exp(-epoch / 18));
}

function decay(epoch: number, start: number, end: number, scale: number): number {
  return (end + (start - end) * Math.exp(-epoch / scale)) * (1 + wobble(epoch, 0.05));
}

function wobble(epoch: number, size: number): number {
  return size * Math.sin(epoch * 1.7) * Math.cos(epoch * 0.37);
}
