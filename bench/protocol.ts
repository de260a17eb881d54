/**
 * What the benchmark says to a contender and hears from it: lines of JSON on stdin and stdout. A contender is a
 * process of its own, so that its memory is its own, and it sleeps on stdin while it is another's turn.
 */

/** Training and feature extraction of a stock ResNet; images lie in `folder` (pixels.bin, labels.bin). */
interface NetworkJob {
  readonly folder: string;
  readonly model: string;
  readonly classes: number;
  readonly images: number;
  readonly shape: readonly [channels: number, height: number, width: number];
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly batch: number;
  readonly learningRate: number;
  readonly momentum: number;
  readonly weightDecay: number;
}

/** Measuring given features, float32: train.bin (train × width), test.bin, *_labels.bin, weight.bin, bias.bin. */
export interface FeaturesJob {
  readonly folder: string;
  readonly train: number;
  readonly test: number;
  readonly width: number;
  readonly classes: number;
}

export type Task =
  | ({ readonly task: "train" } & NetworkJob)
  | ({ readonly task: "extract" } & NetworkJob)
  | ({ readonly task: "measure" } & FeaturesJob)
  /** A large product of float32, through PyTorch. */
  | { readonly task: "product" };

export type Job = Task & { readonly variant: string; readonly threads: number; readonly device: string };

export type Command =
  /** Answered by {@link Versions} once everything is in memory. Comes first, once. */
  | ({ readonly command: "prepare" } & Job)
  /** Answered by {@link Repetition}. The amount is in steps (train), passes (extract) or times. */
  | { readonly command: "repeat"; readonly amount: number };

export interface Versions {
  readonly versions: Readonly<Record<string, string>>;
}

export interface Repetition {
  readonly seconds: number;
  /** Images, measurements, or multiply-adds. */
  readonly units: number;
  /** Largest memory of helper processes that ended with the repetition, in bytes. */
  readonly helperBytes?: number;
  /** What was measured, so that contenders can be compared in more than speed. */
  readonly values?: Readonly<Record<string, number>>;
}
