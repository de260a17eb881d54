/** The figures there are, one line each; their order is that of the numbers in their file names. */
export * from "./equiangularity.ts";
export * from "./equinormality.ts";
export * from "./maximal_angularity.ts";
export * from "./nn_mismatch.ts";
export * from "./norms.ts";
export * from "./top1_accuracy.ts";
export * from "./weights_convergence.ts";
export * from "./within_class_variation.ts";
