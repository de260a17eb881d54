/**
 * From a network to what native executes: every shape inferred, parameters and buffers listed in the order of
 * torchvision's state dict. rewrite.ts says what becomes of it, encode.ts how native reads it.
 */
import type { Initialisation, Network, NetworkOp } from "./network.ts";

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
  | (Step & { readonly op: "relu" | "add" | "concat" | "flatten" })
  /** Rows and columns of the output, where there is more than one. */
  | (Step & { readonly op: "adaptive_avg_pool2d"; readonly size?: number })
  | (Step & {
    readonly op: "max_pool2d" | "avg_pool2d";
    readonly kernel: number;
    readonly stride: number;
    readonly padding: number;
  })
  | (Step & { readonly op: "linear"; readonly weight: string; readonly bias?: string });

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
}

/** torch.nn.BatchNorm2d's defaults. */
const NORM = { eps: 1e-5, momentum: 0.1 };

/** The plan of `network` for images of the given shape, op for op. Throws where an op does not fit its input. */
export function makePlan(network: Network, input: Shape): Plan {
  const values = new Map<string, number>([["input", 0]]);
  const shapes: Shape[] = [input];
  const entries: PlanEntry[] = [];
  const steps: PlanStep[] = [];
  let classifier: { scope: string; feature: number; logits: number } | undefined;

  for (const op of network.ops) {
    requireInputs(op);
    const from = op.inputs.map((name) => {
      const value = values.get(name);
      if (value === undefined) throw new Error(`${op.name} reads "${name}", which no earlier op writes`);
      return value;
    });
    const inputs = from.map((value) => shapes[value]);
    const to = shapes.length;
    shapes.push(outputShape(op, inputs));
    entries.push(...parametersOf(op, inputs[0]));
    steps.push(stepOf(op, to, from));
    values.set(op.name, to);
    if (op.op === "linear") classifier = { scope: op.scope, feature: from[0], logits: to };
  }
  if (classifier === undefined || classifier.logits !== shapes.length - 1) {
    throw new Error(`${network.name}: expected a linear layer (the classifier) as the last op`);
  }
  return {
    input,
    entries,
    steps,
    shapes,
    names: values,
    feature: classifier.feature,
    width: shapes[classifier.feature][0],
    logits: classifier.logits,
    classes: shapes[classifier.logits][0],
    classifier: classifier.scope,
  };
}

/** Throws unless `op` reads as many values as its kind takes: two or more to add, one or more to join, else one. */
function requireInputs({ op, name, inputs }: NetworkOp): void {
  const least = op === "add" ? 2 : 1;
  const most = op === "add" || op === "concat" ? Infinity : 1;
  if (least <= inputs.length && inputs.length <= most) return;
  const expected = most === 1 ? "1 input" : `at least ${least} input${least > 1 ? "s" : ""}`;
  throw new Error(`${name}: expected ${expected} for ${op}, found ${inputs.length}`);
}

function outputShape(op: NetworkOp, inputs: readonly Shape[]): Shape {
  const [channels, height, width] = inputs[0];
  const slid = (
    size: number,
    { kernel, stride, padding }: { kernel: number; stride: number; padding: number },
  ) => {
    const positions = Math.floor((size + 2 * padding - kernel) / stride) + 1;
    if (positions < 1) {
      throw new Error(`${op.name}: a ${kernel}×${kernel} kernel does not fit a map of ${height}×${width}`);
    }
    return positions;
  };
  switch (op.op) {
    case "conv2d":
      return [op.channels, slid(height, op), slid(width, op)];
    case "max_pool2d":
    case "avg_pool2d":
      return [channels, slid(height, op), slid(width, op)];
    case "add":
      for (const other of inputs) {
        if (other.join() !== inputs[0].join()) {
          throw new Error(
            `${op.name}: expected equal shapes to add, found ${inputs[0].join("×")} and ${other.join("×")}`,
          );
        }
      }
      return inputs[0];
    case "concat":
      for (const [, ...size] of inputs) {
        if (size.join() !== `${height},${width}`) {
          throw new Error(
            `${op.name}: expected equal heights and widths to join, found ${height}×${width} and ${
              size.join("×")
            }`,
          );
        }
      }
      return [inputs.reduce((sum, [more]) => sum + more, 0), height, width];
    case "adaptive_avg_pool2d":
      return [channels, op.size, op.size];
    case "flatten":
      return [channels * height * width, 1, 1];
    case "linear":
      return [op.features, 1, 1];
    case "batch_norm2d":
    case "relu":
      return inputs[0];
  }
}

/** Parameters and buffers of an op, in the order of its module's state dict. */
function parametersOf(op: NetworkOp, [channels]: Shape): PlanEntry[] {
  switch (op.op) {
    case "conv2d": {
      // kaiming_normal_(mode=`fan_${op.fan}`, nonlinearity="relu")
      const fan = (op.fan === "out" ? op.channels : channels) * op.kernel ** 2;
      const shape = [op.channels, channels, op.kernel, op.kernel];
      const weight = parameter(`${op.scope}.weight`, shape, { kind: "normal", std: Math.sqrt(2 / fan) });
      const zero = { kind: "constant", value: 0 } as const;
      return op.bias ? [weight, parameter(`${op.scope}.bias`, [op.channels], zero)] : [weight];
    }
    case "batch_norm2d":
      return [
        parameter(`${op.scope}.weight`, [channels], { kind: "constant", value: op.gamma }),
        parameter(`${op.scope}.bias`, [channels], { kind: "constant", value: 0 }),
        { kind: "buffer", name: `${op.scope}.running_mean`, shape: [channels], value: 0 },
        { kind: "buffer", name: `${op.scope}.running_var`, shape: [channels], value: 1 },
        { kind: "counter", name: `${op.scope}.num_batches_tracked` },
      ];
    case "linear": {
      // torch.nn.Linear: kaiming_uniform_(a=√5) for the weight and the same bound for the bias.
      const init = { kind: "uniform", bound: 1 / Math.sqrt(channels) } as const;
      const weight = parameter(`${op.scope}.weight`, [op.features, channels], op.weightInit ?? init);
      return op.bias ? [weight, parameter(`${op.scope}.bias`, [op.features], op.biasInit ?? init)] : [weight];
    }
    default:
      return [];
  }
}

function parameter(name: string, shape: readonly number[], init: Initialisation): PlanEntry {
  return { kind: "parameter", name, shape, init };
}

function stepOf(op: NetworkOp, to: number, from: readonly number[]): PlanStep {
  switch (op.op) {
    case "conv2d": {
      const { stride, padding: p } = op;
      return {
        op: "conv2d",
        to,
        from,
        weight: `${op.scope}.weight`,
        stride,
        padding: [p, p, p, p],
        form: "direct",
        ...biasOf(op),
      };
    }
    case "batch_norm2d":
      return { op: "batch_norm2d", to, from, norm: op.scope, ...NORM };
    case "max_pool2d":
    case "avg_pool2d":
      return { op: op.op, to, from, kernel: op.kernel, stride: op.stride, padding: op.padding };
    case "linear":
      return { op: "linear", to, from, weight: `${op.scope}.weight`, ...biasOf(op) };
    case "adaptive_avg_pool2d":
      return op.size === 1 ? { op: op.op, to, from } : { op: op.op, to, from, size: op.size };
    default:
      return { op: op.op, to, from };
  }
}

function biasOf({ scope, bias }: { scope: string; bias: boolean }): { bias?: string } {
  return bias ? { bias: `${scope}.bias` } : {};
}
