/** The paper's experiment, and its measuring epochs as its authors' notebook has them. */
import type { Preset } from "./preset.ts";

const PAPER = "Papyan, Han & Donoho 2020 (PNAS 117:24652, arXiv 2008.08186)";

/** Closer at the beginning, where the network changes most. */
const NOTEBOOK_EPOCHS = [
  ...Array.from({ length: 14 }, (_, i) => 1 + i),
  ...[16, 17, 19, 20, 22, 24, 27, 29, 32, 35, 38, 42, 45, 50, 54],
  ...[59, 65, 71, 77, 85, 92, 101, 110, 121, 132, 144, 158, 172, 188, 206, 225, 245, 268, 293, 320, 350],
];

export const PAPYAN_2020: Preset = {
  name: "papyan2020",
  says: "the reproduced experiment, which every data set begins with: SGD of momentum 0.9 for 350 epochs, " +
    "a tenth of the rate after a third and two thirds of them",
  source: `${PAPER}, as carried out by github.com/malashinroman/neuronal_collapse`,
  differs:
    "the paper takes the best of 25 rates for each data set and network; the rates of CIFAR-10 and CIFAR-100 are " +
    "published, those of other data sets here are members of its grid",
  dataset: "CIFAR10",
  states: {},
};

export const PAPYAN_2020_NOTEBOOK: Preset = {
  name: "papyan2020-notebook",
  says: "the same with the small-image stem and the 50 measuring epochs of the authors' notebook",
  source: `${PAPER}: the authors' notebook`,
  differs:
    "the notebook pads MNIST to 32 × 32 pixels and normalises it by 0.1307 and 0.3081; images are taken as " +
    "they are here",
  dataset: "MNIST",
  states: { network: { stem: "small" }, training: { checkpoints: NOTEBOOK_EPOCHS } },
};
