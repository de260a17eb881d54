/** Han, Papyan & Donoho 2022: the squared error, whose classifier follows the central path. */
import type { Preset } from "./preset.ts";

export const HAN_2022: Preset = {
  name: "han2022-mse",
  says:
    "the reproduced experiment with the mean squared error on one-hot targets: mse_perpendicular, the distance from " +
    "the central path, is to become small beside mse_nc1 and mse_nc23",
  source: "Han, Papyan & Donoho 2022 (ICLR, arXiv 2106.02073)",
  differs:
    "the rate of each of their networks is the best of a sweep that is not published; that of the data set's own " +
    "protocol takes its place",
  dataset: "CIFAR10",
  states: { loss: { kind: "mse", scale: 1, target: 1 } },
};
