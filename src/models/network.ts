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
  | { readonly kind: "uniform"; readonly bound: number };

interface Node {
  /** Name of the value this op writes, unique in the network. */
  readonly name: string;
  /** Names of the values it reads; "input" is the batch of images. */
  readonly inputs: readonly string[];
}

/** 2-D convolution without bias, square kernel; parameter `${scope}.weight` of shape out × in × kernel × kernel. */
export interface Conv2d extends Node {
  readonly op: "conv2d";
  readonly scope: string;
  readonly channels: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
}

/** Batch norm with affine parameters and running statistics under `scope`. */
export interface BatchNorm2d extends Node {
  readonly op: "batch_norm2d";
  readonly scope: string;
  /** First value of the weight (γ); torchvision's ResNets start at 1. */
  readonly gamma: number;
}

export interface MaxPool2d extends Node {
  readonly op: "max_pool2d";
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
}

/** Fully connected layer, `${scope}.weight` (out × in) and `${scope}.bias`. The last one is the classifier. */
export interface Linear extends Node {
  readonly op: "linear";
  readonly scope: string;
  readonly features: number;
}

/** Ops without parameters: ReLU, sum of two values, channel-wise concatenation, global mean, flattening. */
export interface Plain extends Node {
  readonly op: "relu" | "add" | "concat" | "adaptive_avg_pool2d" | "flatten";
}

export type NetworkOp = Conv2d | BatchNorm2d | MaxPool2d | Linear | Plain;

export interface Network {
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
    { channels, kernel, stride = 1, padding = 0 }: {
      channels: number;
      kernel: number;
      stride?: number;
      padding?: number;
    },
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
    });
  }

  batchNorm2d(input: string, scope: string, { gamma = 1 }: { gamma?: number } = {}): string {
    return this.#push({ op: "batch_norm2d", name: scope, inputs: [input], scope, gamma });
  }

  maxPool2d(input: string, name: string, size: { kernel: number; stride: number; padding: number }): string {
    return this.#push({ op: "max_pool2d", name, inputs: [input], ...size });
  }

  linear(input: string, scope: string, features: number): string {
    return this.#push({ op: "linear", name: scope, inputs: [input], scope, features });
  }

  plain(op: Plain["op"], name: string, ...inputs: string[]): string {
    return this.#push({ op, name, inputs });
  }

  build(name: string, classes: number): Network {
    return { name, classes, ops: this.#ops };
  }

  #push(op: NetworkOp): string {
    this.#ops.push(op);
    return op.name;
  }
}
