/** Zhu et al. 2021: a classifier that is learned against one fixed as a simplex ETF, on as many features as classes; random labels. */
import type { PartialProtocol } from "../parts.ts";
import type { Preset } from "./preset.ts";

const SOURCE =
  "Zhu et al. 2021 (NeurIPS, arXiv 2105.02375); rates and batches as github.com/tding1/Neural-Collapse has them";

/** What both have in common: the first of their optimizers, on CIFAR-10. */
const COMMON: PartialProtocol = {
  optimizer: { kind: "sgd", learningRate: 0.05, momentum: 0.9, weightDecay: 5e-4 },
  schedule: { kind: "step", factor: 0.1, after: [40, 80, 120, 160] },
  training: { epochs: 200, batchSize: 256 },
};

export const ZHU_2021: readonly Preset[] = [
  {
    name: "zhu2021-learned",
    says:
      "ResNet-18 with a learned classifier for 200 epochs, a tenth of the rate after every 40; beside zhu2021-etf",
    source: SOURCE,
    differs: null,
    dataset: "CIFAR10",
    states: COMMON,
  },
  {
    name: "zhu2021-etf",
    says:
      "the same with the classifier fixed as a simplex ETF and d = C features; accuracy is to be the same",
    source: SOURCE,
    differs:
      "the published network has its last stage narrowed to d = C channels and the simplex in the coordinates' " +
      "directions; here a linear layer narrows the features, so that their signs are free, and the simplex lies " +
      "in a position drawn from the seed",
    dataset: "CIFAR10",
    states: { ...COMMON, classifier: { kind: "etf", scale: 1, width: 10 } },
  },
  {
    name: "zhu2021-random-labels",
    says:
      "the same with a learned classifier and labels that say nothing of the images: training features collapse all the same",
    source: SOURCE,
    differs:
      "the authors permute the labels, so that classes stay equal in size, and those of test images, too; here each is drawn " +
      "by itself, and test images keep theirs",
    dataset: "CIFAR10",
    states: { ...COMMON, data: { labelNoise: 1 } },
  },
];
