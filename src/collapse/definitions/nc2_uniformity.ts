/** Generalised NC2, hyperspherical uniformity: three statistics of three kernels, a definition each. */
import { define, type Definition } from "../definition.ts";
import { noSimplex, onePair } from "../frames.ts";
import { VECTORS } from "../readings.ts";
import { type Kernel, simplexKernel, type Statistic, uniformity } from "../uniformity.ts";
import type { Formula, Ideal } from "../words.ts";

/** The pair that outweighs the others in {@link closestPairDecides} is closer than they are by this factor. */
const CLOSER = 1.1;

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

interface KernelWords {
  readonly kernel: Kernel;
  readonly formula: Formula;
  readonly warning: string;
  /** What is taken for each pair. */
  readonly word: string;
  readonly trap: string;
  readonly uninformative?: NonNullable<Definition["uninformative"]>;
}

const KERNELS: readonly KernelWords[] = [
  {
    kernel: "log",
    formula: { tex: String.raw`\log(1/r)`, plain: "log(1/r)" },
    warning: "",
    word: "the logarithm of their inverse distance",
    trap: "close pairs weigh most",
  },
  {
    kernel: "riesz",
    formula: {
      tex: String.raw`\operatorname{sign}(d-2)\cdot r^{-(d-2)}`,
      plain: "sign(d−2)·r^−(d−2)",
    },
    warning: " The exponent makes it 0 or infinite for wide features: read the log kernel then.",
    word: "a power of their distance that grows with the width of the features",
    trap: "the power is so high for wide features that the closest pair decides alone, or all is 0",
    uninformative: closestPairDecides,
  },
  {
    kernel: "distance",
    formula: { tex: "r", plain: "r" },
    warning: "",
    word: "their distance",
    trap: "far pairs weigh as much as close ones",
  },
];

interface StatisticWords {
  readonly statistic: Statistic;
  readonly word: string;
  readonly range: string;
  readonly atCollapse: string;
  readonly ideal: (kernel: Kernel) => Ideal;
  /** Only a pure number has one that holds for every kernel. */
  readonly scale?: number;
  readonly plain: string;
  readonly trap: string;
  readonly uninformative?: NonNullable<Definition["uninformative"]>;
}

/** Equal distances of all pairs are those of a simplex. */
const unequal = (classes: number, width: number) => onePair(classes) ?? noSimplex(classes, width);

const STATISTICS: readonly StatisticWords[] = [
  {
    statistic: "mean",
    word: "mean",
    range: "(−∞, ∞)",
    atCollapse: "the kernel at r = √(2C/(C−1)) where C ≤ d + 1",
    ideal: (kernel) => (classes, width) => simplexKernel(kernel, classes, width),
    plain: "how large it is on average over pairs",
    trap: "a mean over pairs can be right while single pairs are not",
  },
  {
    statistic: "variance",
    word: "variance",
    range: "[0, ∞)",
    atCollapse: "0",
    ideal: () => 0,
    plain: "its variance over pairs",
    trap: "a variance is 0 for any equal distances, also those of no simplex",
    uninformative: unequal,
  },
  {
    statistic: "cov",
    word: "coefficient of variation",
    range: "[0, ∞)",
    atCollapse: "0",
    ideal: () => 0,
    scale: 1,
    plain: "its standard deviation over its mean",
    trap: "dividing by a mean that moves itself can turn the direction of the curve",
    uninformative: unequal,
  },
];

export default KERNELS.flatMap((kernel) => STATISTICS.map((statistic) => definition(kernel, statistic)));

function definition(
  { kernel, formula, warning, word: taken, trap, uninformative: kernelSaysNothing }: KernelWords,
  reading: StatisticWords,
): Definition {
  const { statistic, word, range, atCollapse, ideal, scale, uninformative: statisticSaysNothing } = reading;
  return define({
    name: `nc2_${kernel}_${statistic}`,
    family: "NC2",
    title: `hyperspherical uniformity, ${word} of the ${kernel} kernel`,
    on: VECTORS,
    formula: {
      tex: String
        .raw`\underset{c\neq c'}{\text{${word}}}\;${formula.tex},\quad r=\lVert\hat{a}_c-\hat{a}_{c'}\rVert`,
      plain: `${word} over c ≠ c′ of ${formula.plain}, r = ‖â_c − â_c′‖`,
    },
    range,
    atCollapse,
    ideal: ideal(kernel),
    ...scale !== undefined && { scale },
    uninformative: (classes, width) =>
      kernelSaysNothing?.(classes, width) ?? statisticSaysNothing?.(classes, width) ?? null,
    source: "Liu et al. 2023; as in public code: rhubarbwu/neural-collapse",
    notes: `Defined for every C and d. The variance is the biased one over pairs.${warning}`,
    plain: `Takes for each pair of directions ${taken}, and reports ${reading.plain}.`,
    dissent: `Here ${trap}, and ${reading.trap}.`,
    run: ({ vectors }) => uniformity(vectors, kernel, statistic),
  });
}
