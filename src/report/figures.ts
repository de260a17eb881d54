/** The seven figures, in order. */
import { equiangularity } from "./figures/equiangularity.ts";
import { equinormality } from "./figures/equinormality.ts";
import { maximalAngularity } from "./figures/maximal_angularity.ts";
import { nnMismatch } from "./figures/nn_mismatch.ts";
import { top1Accuracy } from "./figures/top1_accuracy.ts";
import { weightsConvergence } from "./figures/weights_convergence.ts";
import { withinClassVariation } from "./figures/within_class_variation.ts";
import type { Figure } from "./figure.ts";

export const FIGURES: readonly Figure[] = [
  top1Accuracy,
  equinormality,
  equiangularity,
  maximalAngularity,
  weightsConvergence,
  withinClassVariation,
  nnMismatch,
];
