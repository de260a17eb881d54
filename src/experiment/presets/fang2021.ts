/** Fang et al. 2021: five classes keep all their images and five a tenth of them, down to where the small ones merge. */
import type { Preset } from "./preset.ts";

export const FANG_2021: Preset = {
  name: "fang2021-imbalance",
  says:
    "ResNet-18 with the small-image stem on five whole classes and five of a tenth of their images; with less (--imbalance " +
    "step:0.001) the classifier's rows of the small classes come to lie on one another",
  source:
    "Fang et al. 2021 (PNAS 118:e2103091118, arXiv 2101.12699); rate, batches and epochs as github.com/HornHehhf/LPM has them",
  differs:
    "the authors draw which images of a small class stay; here the first ones do, and Fashion-MNIST is padded to 32 × 32 pixels, " +
    "not enlarged",
  dataset: "CIFAR10",
  states: {
    data: { imbalance: "step:0.1" },
    network: { kind: "resnet18", stem: "small" },
    optimizer: { kind: "sgd", learningRate: 0.1, momentum: 0.9, weightDecay: 5e-4 },
    training: { epochs: 350, batchSize: 128 },
  },
};
