/**
 * A network as data: a list of named ops with torchvision's parameter names and initialisation rules.
 * Adding an architecture means writing another function that returns such a list.
 */

/** How the entries of a fresh parameter are drawn. */
export type Initialisation =
  | { readonly kind: "constant"; readonly value: number }
  /** Normal with mean 0. */
  | { readonly kind: "normal"; readonly std: number }
  /** Uniform in ±bound. */
  | { readonly kind: "uniform"; readonly bound: number }
  /** Of a matrix: rows of one length at equal angles as wide as can be, a simplex ETF, in a random position. */
  | { readonly kind: "etf"; readonly length: number };

interface Node {
  /** Name of the value this op writes, unique in the network. */
  readonly name: string;
  /** Names of the values it reads; "input" is the batch of images. */
  readonly inputs: readonly string[];
}

/**
 * 2-D convolution, square kernel; parameters `${scope}.weight` of shape out × in × kernel × kernel and, where there is
 * one, `${scope}.bias`. Weights are drawn by kaiming_normal_ (He et al. 2015) and biases zero, or both are drawn as
 * torch.nn.Conv2d does by itself.
 */
export interface Conv2d extends Node {
  readonly op: "conv2d";
  readonly scope: string;
  readonly channels: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  readonly bias: boolean;
  /** What the variance of the draw is 2 over: kernel entries times outputs ("out") or inputs; null for torch.nn.Conv2d's way. */
  readonly fan: "in" | "out" | null;
}

/** Batch norm with affine parameters and running statistics under `scope`. */
export interface BatchNorm2d extends Node {
  readonly op: "batch_norm2d";
  readonly scope: string;
  /** First value of the weight (γ); torchvision's ResNets start at 1. */
  readonly gamma: number;
}

/** Largest values, or means, of windows; what the padding adds counts as zero in a mean. */
export interface Pool2d extends Node {
  readonly op: "max_pool2d" | "avg_pool2d";
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
}

/** Means of as many parts of a map as `size` × `size`; 1 is the global mean. */
export interface AdaptiveAvgPool2d extends Node {
  readonly op: "adaptive_avg_pool2d";
  readonly size: number;
}

/**
 * Fully connected layer, `${scope}.weight` (out × in) and, where there is one, `${scope}.bias`. The last one is the
 * classifier.
 */
export interface Linear extends Node {
  readonly op: "linear";
  readonly scope: string;
  readonly features: number;
  readonly bias: boolean;
  /** How the weight is drawn, where it is not torch.nn.Linear's way, uniform in ±1/√in. */
  readonly weightInit: Initialisation | null;
  /** How the bias is drawn, where it is not the same. */
  readonly biasInit: Initialisation | null;
  /** Whether training leaves the weight as it is drawn. */
  readonly frozen?: boolean;
  /** Whether weight and bias follow the class means of each batch in place of a gradient; kept under `scope`, too. */
  readonly nearest?: boolean;
  /** Where it is there, each row of the weight is divided by its length, and the product by this number. */
  readonly temperature?: number;
}

/** Ops without parameters: ReLU, sum of two values, channel-wise concatenation, flattening, vectors divided by their lengths. */
export interface Plain extends Node {
  readonly op: "relu" | "add" | "concat" | "flatten" | "normalise";
}

export type NetworkOp = Conv2d | BatchNorm2d | Pool2d | AdaptiveAvgPool2d | Linear | Plain;

/** What can be planned for images of a size; the live network that native computes is ffi's Network. */
export interface Architecture {
  /** E.g. "resnet18". */
  readonly name: string;
  readonly classes: number;
  /** In execution order; the last op writes the logits. */
  readonly ops: readonly NetworkOp[];
}

/** Collects ops; each method returns the name of the value it added. */
export class NetworkBuilder {
  readonly #ops: NetworkOp[] = [];

  conv2d(
    input: string,
    scope: string,
    { channels, kernel, stride = 1, padding = 0, bias = false, fan = "out" }:
      & Pick<Conv2d, "channels" | "kernel">
      & Partial<Pick<Conv2d, "stride" | "padding" | "bias" | "fan">>,
  ): string {
    return this.#push({
      op: "conv2d",
      name: scope,
      inputs: [input],
      scope,
      channels,
      kernel,
      stride,
      padding,
      bias,
      fan,
    });
  }

  batchNorm2d(input: string, scope: string, { gamma = 1 }: { gamma?: number } = {}): string {
    return this.#push({ op: "batch_norm2d", name: scope, inputs: [input], scope, gamma });
  }

  maxPool2d(input: string, name: string, size: { kernel: number; stride: number; padding: number }): string {
    return this.#push({ op: "max_pool2d", name, inputs: [input], ...size });
  }

  avgPool2d(input: string, name: string, size: { kernel: number; stride: number; padding: number }): string {
    return this.#push({ op: "avg_pool2d", name, inputs: [input], ...size });
  }

  adaptiveAvgPool2d(input: string, name: string, size = 1): string {
    return this.#push({ op: "adaptive_avg_pool2d", name, inputs: [input], size });
  }

  linear(
    input: string,
    scope: string,
    features: number,
    { bias = true, weightInit = null, biasInit = null }: Partial<
      Pick<Linear, "bias" | "weightInit" | "biasInit">
    > = {},
  ): string {
    return this.#push({
      op: "linear",
      name: scope,
      inputs: [input],
      scope,
      features,
      bias,
      weightInit,
      biasInit,
    });
  }

  plain(op: Plain["op"], name: string, ...inputs: string[]): string {
    return this.#push({ op, name, inputs });
  }

  build(name: string, classes: number): Architecture {
    return { name, classes, ops: this.#ops };
  }

  #push(op: NetworkOp): string {
    this.#ops.push(op);
    return op.name;
  }
}

/** Throws unless there are classes to tell apart. */
export function requireClasses(classes: number): void {
  if (Number.isInteger(classes) && classes >= 2) return;
  throw new RangeError(`expected at least 2 classes, found ${classes}`);
}
