/** Entries: generalised NC2, hyperspherical uniformity: three statistics of three kernels. */
import { type Kernel, simplexKernel, type Statistic, uniformity } from "../nc2_uniformity.ts";
import type { Ideal, Metric } from "./metric.ts";
import { ofVectors } from "./vectors.ts";

const KERNELS: readonly { kernel: Kernel; formula: string; warning: string }[] = [
  { kernel: "log", formula: "log(1/r)", warning: "" },
  {
    kernel: "riesz",
    formula: "sign(d−2)·r^−(d−2)",
    warning: " The exponent makes it 0 or infinite for wide features: read the log kernel then.",
  },
  { kernel: "distance", formula: "r", warning: "" },
];

interface Reading {
  readonly statistic: Statistic;
  readonly word: string;
  readonly range: string;
  readonly atCollapse: string;
  readonly ideal: (kernel: Kernel) => Ideal;
}

const READINGS: readonly Reading[] = [
  {
    statistic: "mean",
    word: "mean",
    range: "(−∞, ∞)",
    atCollapse: "the kernel at r = √(2C/(C−1)) where C ≤ d + 1",
    ideal: (kernel) => (classes, width) => simplexKernel(kernel, classes, width),
  },
  { statistic: "variance", word: "variance", range: "[0, ∞)", atCollapse: "0", ideal: () => 0 },
  { statistic: "cov", word: "coefficient of variation", range: "[0, ∞)", atCollapse: "0", ideal: () => 0 },
];

export const UNIFORMITY: readonly Metric[] = KERNELS.flatMap((kernel) =>
  READINGS.flatMap((reading) => entries(kernel, reading))
);

function entries(
  { kernel, formula, warning }: typeof KERNELS[number],
  { statistic, word, range, atCollapse, ideal }: Reading,
): Metric[] {
  return ofVectors(`nc2_${kernel}_${statistic}`, {
    variant: `hyperspherical uniformity, ${word} of the ${kernel} kernel`,
    formula: `${word} over c ≠ c′ of ${formula}, r = ‖â_c − â_c′‖`,
    range,
    atCollapse,
    ideal: ideal(kernel),
    source: "Liu et al. 2023; as in public code: rhubarbwu/neural-collapse",
    notes: `Defined for every C and d. The variance is the biased one over pairs.${warning}`,
  }, (rows) => uniformity(rows, kernel, statistic));
}
