/**
 * How a network is trained, as the text that native reads (native/include/nc.h, nc_trainer_create): a line for what
 * computes, what becomes of images, the loss, the optimizer and each group of parameters.
 */
import { type Kind, kindOf } from "../kind.ts";
import type { Precondition } from "../models/rewrite.ts";
import type { Augmentation } from "./augmentations/augmentation.ts";
import { AUGMENTATIONS } from "./augmentations/index.ts";
import { LOSSES } from "./losses/index.ts";
import type { Loss } from "./loss.ts";
import type { Optimizer } from "./optimizer.ts";
import { OPTIMIZERS } from "./optimizers/index.ts";
import type { Protocol } from "./parts.ts";

/** What of a protocol decides a step. */
export interface StepProtocol extends Pick<Protocol, "augmentation" | "loss" | "optimizer"> {
  readonly training: Pick<Protocol["training"], "precision">;
}

/** Optimizers whose step is a linear map of (value, momentum) where there is no gradient. */
const LINEAR: readonly string[] = ["sgd", "sgdw"];

/** The text native reads. `graphs`: on CUDA, record a step and launch it as a whole; the numbers are the same. */
export function recipeOf(protocol: StepProtocol, { graphs = true }: { graphs?: boolean } = {}): string {
  const { precision } = protocol.training;
  // "bf16" is PyTorch's autocast beside a float32 network.
  const activations = precision === "bf16" ? "bfloat16" : precision;
  const optimizer = erased<Optimizer>(kindOf(OPTIMIZERS, protocol.optimizer));
  const augment = augmentationOf(protocol).native(protocol.augmentation);
  return [
    `compute activations=${activations} graphs=${Number(graphs)}`,
    ...augment === null ? [] : [augment],
    lossLine(protocol.loss),
    ...optimizer.native(protocol.optimizer),
  ].join("\n") + "\n";
}

/** Number of ways in which a training image may be changed; 1 where all stay as they are. */
export function waysToChange(protocol: Pick<Protocol, "augmentation">): number {
  return augmentationOf(protocol).ways(protocol.augmentation);
}

/** The line of a loss: of a trainer's text, and of one that reads in evaluation. */
export function lossLine(loss: Protocol["loss"]): string {
  return erased<Loss>(kindOf(LOSSES, loss)).native(loss);
}

/** Whether training by the text `recipe` meets what a rewrite of the plan requires. */
export function meets(recipe: string, precondition: Precondition): boolean {
  switch (precondition) {
    case "linear decay":
      return LINEAR.includes(/^optimizer kind=(\S+)/m.exec(recipe)?.[1] ?? "");
  }
}

function augmentationOf({ augmentation }: Pick<Protocol, "augmentation">): Augmentation {
  return erased<Augmentation>(kindOf(AUGMENTATIONS, augmentation));
}

/** A kind found by its value takes that value, whatever the kinds beside it take. */
function erased<K extends Kind>(kind: unknown): K {
  return kind as K;
}
