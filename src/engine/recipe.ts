/**
 * How a network is trained, as the text that native reads (native/include/nc.h, nc_trainer_create): a line for what
 * computes, the loss, the optimizer and each group of parameters.
 */
import type { Precondition } from "../models/rewrite.ts";

export type Loss =
  /** torch.nn.functional.cross_entropy. */
  | { readonly kind: "cross_entropy"; readonly labelSmoothing: number }
  /** −(1 − p)^γ log p of the label's probability p (Lin et al. 2017). */
  | { readonly kind: "focal"; readonly gamma: number }
  /**
   * 1/C · (scale · (z_y − target)² + Σ_{c ≠ y} z_c²): mean squared error on one-hot targets where both are 1, else
   * rescaled by k = scale and M = target (Hui & Belkin 2021).
   */
  | { readonly kind: "mse"; readonly scale: number; readonly target: number };

export type Optimizer =
  /** torch.optim.SGD; "sgdw" decays the parameters themselves, by learning rate times weight decay, before the step. */
  | { readonly kind: "sgd" | "sgdw"; readonly momentum: number; readonly nesterov: boolean }
  /** torch.optim.Adam and AdamW. */
  | { readonly kind: "adam" | "adamw"; readonly betas: readonly [number, number]; readonly eps: number };

export interface Recipe {
  readonly loss: Loss;
  readonly optimizer: Optimizer;
  readonly weightDecay: number;
  /** "weights" spares what has one dimension: biases, and the parameters of norms. */
  readonly decayOn: "all" | "weights";
  /** "bfloat16" beside a float32 network: PyTorch's autocast; else the network's own precision. */
  readonly activations: "float32" | "float64" | "bfloat16";
  /** On CUDA, record a step as a CUDA graph and launch it as a whole; the numbers are the same. */
  readonly graphs: boolean;
}

/** Optimizers whose step is a linear map of (value, momentum) where there is no gradient. */
const LINEAR: readonly string[] = ["sgd", "sgdw"];

/** The text native reads. */
export function encodeRecipe(recipe: Recipe): string {
  const { loss, optimizer, weightDecay, decayOn, activations, graphs } = recipe;
  const groups = decayOn === "all"
    ? [`group parameters=all weight_decay=${weightDecay}`]
    : [`group parameters=weights weight_decay=${weightDecay}`, "group parameters=others weight_decay=0"];
  return [
    `compute activations=${activations} graphs=${Number(graphs)}`,
    encodeLoss(loss),
    encodeOptimizer(optimizer),
    ...groups,
  ].join("\n") + "\n";
}

export function encodeLoss(loss: Loss): string {
  switch (loss.kind) {
    case "cross_entropy":
      return `loss kind=cross_entropy label_smoothing=${loss.labelSmoothing}`;
    case "focal":
      return `loss kind=focal gamma=${loss.gamma}`;
    case "mse":
      return `loss kind=mse scale=${loss.scale} target=${loss.target}`;
  }
}

function encodeOptimizer(optimizer: Optimizer): string {
  switch (optimizer.kind) {
    case "sgd":
    case "sgdw":
      return `optimizer kind=${optimizer.kind} momentum=${optimizer.momentum} nesterov=${
        Number(optimizer.nesterov)
      }`;
    case "adam":
    case "adamw": {
      const { kind, betas: [beta1, beta2], eps } = optimizer;
      return `optimizer kind=${kind} beta1=${beta1} beta2=${beta2} eps=${eps}`;
    }
  }
}

/** Whether training by the text `recipe` meets what a rewrite of the plan requires. */
export function meets(recipe: string, precondition: Precondition): boolean {
  switch (precondition) {
    case "linear decay":
      return LINEAR.includes(/^optimizer kind=(\S+)/m.exec(recipe)?.[1] ?? "");
  }
}
