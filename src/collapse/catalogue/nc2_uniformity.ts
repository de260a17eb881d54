/** Entries: generalised NC2, hyperspherical uniformity: three statistics of three kernels. */
import { type Kernel, simplexKernel, type Statistic, uniformity } from "../nc2_uniformity.ts";
import type { Definition, Ideal, Metric } from "./metric.ts";
import { ofVectors } from "./vectors.ts";

/** The pair that outweighs the others in {@link closestPairDecides} is closer than they are by this factor. */
const CLOSER = 1.1;

/** A spread over pairs is 0 where there is one pair. */
export const onePair = (classes: number): string | null =>
  classes === 2 ? "two classes make one pair, which has nothing to differ from" : null;

/**
 * Whether a single pair of classes, a tenth closer than all others, outweighs them together in a mean of r^−(d−2):
 * 1.1^(d−2) against C(C−1)/2 − 1. Then mean and spread tell of that pair's distance alone, over so many powers of ten
 * that no curve of them can be read.
 */
function closestPairDecides(classes: number, width: number): string | null {
  const others = classes * (classes - 1) / 2 - 1;
  const ratio = (width - 2) * Math.log10(CLOSER);
  if (10 ** ratio <= others) return null;
  return `at d = ${width} a pair of classes that is a tenth closer than the others weighs about 10^${
    Math.floor(ratio)
  } times as much as each of them, so it decides alone`;
}

const KERNELS: readonly {
  kernel: Kernel;
  formula: string;
  warning: string;
  uninformative?: Definition["uninformative"];
}[] = [
  { kernel: "log", formula: "log(1/r)", warning: "" },
  {
    kernel: "riesz",
    formula: "sign(d−2)·r^−(d−2)",
    warning: " The exponent makes it 0 or infinite for wide features: read the log kernel then.",
    uninformative: closestPairDecides,
  },
  { kernel: "distance", formula: "r", warning: "" },
];

interface Reading {
  readonly statistic: Statistic;
  readonly word: string;
  readonly range: string;
  readonly atCollapse: string;
  readonly ideal: (kernel: Kernel) => Ideal;
  /** Only a pure number has one that holds for every kernel. */
  readonly scale?: number;
  readonly uninformative?: Definition["uninformative"];
}

const READINGS: readonly Reading[] = [
  {
    statistic: "mean",
    word: "mean",
    range: "(−∞, ∞)",
    atCollapse: "the kernel at r = √(2C/(C−1)) where C ≤ d + 1",
    ideal: (kernel) => (classes, width) => simplexKernel(kernel, classes, width),
  },
  {
    statistic: "variance",
    word: "variance",
    range: "[0, ∞)",
    atCollapse: "0",
    ideal: () => 0,
    uninformative: onePair,
  },
  {
    statistic: "cov",
    word: "coefficient of variation",
    range: "[0, ∞)",
    atCollapse: "0",
    ideal: () => 0,
    scale: 1,
    uninformative: onePair,
  },
];

export const UNIFORMITY: readonly Metric[] = KERNELS.flatMap((kernel) =>
  READINGS.flatMap((reading) => entries(kernel, reading))
);

function entries(
  { kernel, formula, warning, uninformative: kernelSaysNothing }: typeof KERNELS[number],
  { statistic, word, range, atCollapse, ideal, scale, uninformative: statisticSaysNothing }: Reading,
): Metric[] {
  return ofVectors(`nc2_${kernel}_${statistic}`, {
    variant: `hyperspherical uniformity, ${word} of the ${kernel} kernel`,
    formula: `${word} over c ≠ c′ of ${formula}, r = ‖â_c − â_c′‖`,
    range,
    atCollapse,
    ideal: ideal(kernel),
    ...scale !== undefined && { scale },
    uninformative: (classes, width) =>
      kernelSaysNothing?.(classes, width) ?? statisticSaysNothing?.(classes, width) ?? null,
    source: "Liu et al. 2023; as in public code: rhubarbwu/neural-collapse",
    notes: `Defined for every C and d. The variance is the biased one over pairs.${warning}`,
  }, (rows) => uniformity(rows, kernel, statistic));
}
