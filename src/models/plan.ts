/**
 * What native executes: steps on numbered values of known shapes, parameters and buffers in the order of torchvision's
 * state dict. make_plan.ts infers it from a network, rewrite.ts says what becomes of it, encode.ts how native reads it.
 */
import type { Initialisation } from "./network.ts";

/** Channels, height, width; or the length of a flat vector, as [n, 1, 1] with `flat` ops in between. */
export type Shape = readonly [channels: number, height: number, width: number];

/** Kernel rows r0..r1−1 and columns c0..c1−1. */
export interface Taps {
  readonly r0: number;
  readonly r1: number;
  readonly c0: number;
  readonly c1: number;
}

/** An entry of the state dict, in torchvision's shape. */
export type PlanEntry =
  | {
    readonly kind: "parameter";
    readonly name: string;
    readonly shape: readonly number[];
    readonly init: Initialisation;
    /** The window of the kernel that can meet data; absent where all of it can. */
    readonly taps?: Taps;
    /** Of a matrix, where it is there: each input stands for so many columns, one after the other, which would all read it. */
    readonly repeat?: number;
    /** There and true where training leaves it alone. */
    readonly frozen?: true;
  }
  | {
    readonly kind: "buffer";
    readonly name: string;
    readonly shape: readonly number[];
    readonly value: number;
  }
  /** A 0-dimensional int64: num_batches_tracked. */
  | { readonly kind: "counter"; readonly name: string };

/** Batch norm's statistics and parameters are `${norm}.weight`, `.bias`, `.running_mean`, `.running_var`. */
interface Norm {
  readonly norm: string;
  readonly eps: number;
  readonly momentum: number;
}

interface Step {
  readonly to: number;
  readonly from: readonly number[];
}

/**
 * How a convolution is computed; all forms compute the same function.
 * - direct: as libtorch does it.
 * - matmul: one matrix product, because the kernel is 1×1 with stride 1 or covers the whole map.
 * - positions: a sum of matrix products for each output position, over the taps that meet data there.
 * - winograd: 36 products for each 4×4 outputs, F(4×4, 3×3) of Lavin & Gray (2016), instead of 144. It adds and
 *   subtracts values of a window before it multiplies, so that one large value costs its neighbours digits: only where
 *   the map was normalised.
 * - karatsuba: 9 products for a map of 2×2, instead of the 16 in which a tap meets data.
 *
 * All but the first are native's own, for channels in multiples of 32. On a GPU, whose libraries choose for
 * themselves, native computes them directly.
 */
export type ConvForm = "direct" | "matmul" | "positions" | "winograd" | "karatsuba";

export interface ConvStep extends Step {
  readonly op: "conv2d";
  readonly weight: string;
  readonly stride: number;
  /** Top, left, bottom, right. */
  readonly padding: readonly [number, number, number, number];
  readonly form: ConvForm;
  readonly bias?: string;
  /** Batch norm, then the sum with the second input (if there is one), then ReLU (if `relu`), in one op. */
  readonly fused?: Norm & { readonly relu: boolean };
}

export type PlanStep =
  | ConvStep
  /** With ReLU after it, where `relu` is there and true. */
  | (Step & Norm & { readonly op: "batch_norm2d"; readonly relu?: boolean })
  | (Step & { readonly op: "relu" | "add" | "concat" | "flatten" | "normalise" })
  /** Rows and columns of the output, where there is more than one. */
  | (Step & { readonly op: "adaptive_avg_pool2d"; readonly size?: number })
  | (Step & {
    readonly op: "max_pool2d" | "avg_pool2d";
    readonly kernel: number;
    readonly stride: number;
    readonly padding: number;
  })
  /**
   * With a temperature, rows of the weight are divided by their lengths, and the product by it. With a scope in `nearest`,
   * weight and bias follow the class means by the buffers under it (native/src/engine/nearest_etf.h).
   */
  | (Step & {
    readonly op: "linear";
    readonly weight: string;
    readonly bias?: string;
    readonly temperature?: number;
    readonly nearest?: string;
  });

export interface Plan {
  readonly input: Shape;
  readonly entries: readonly PlanEntry[];
  readonly steps: readonly PlanStep[];
  /** Shape of each value, by number. */
  readonly shapes: readonly Shape[];
  /** Numbers of the values by the names of the ops that write them, of those that are there after rewriting. */
  readonly names: ReadonlyMap<string, number>;
  /** The value the classifier reads (h), its length d, the value with the logits, and C. */
  readonly feature: number;
  readonly width: number;
  readonly logits: number;
  readonly classes: number;
  /** Scope of the classifier: its parameters are `${classifier}.weight` (C × d) and, if any, `${classifier}.bias`. */
  readonly classifier: string;
  /** Of the classifier, where it has one: its logits are (w / ‖w‖) · h / temperature, h being of length 1. */
  readonly temperature?: number;
}
