/**
 * Generalised NC2: directions of class means or classifier rows spread evenly over the hypersphere, also where
 * C > d + 1 and no simplex ETF exists. Kernels of the distances r = ‖â_c − â_c′‖ between unit vectors, over all
 * ordered pairs c ≠ c′. Liu et al. 2023; statistics as in public code: rhubarbwu/neural-collapse.
 */
import { finite, type Outcome } from "./outcome.ts";
import { type Directions, directions, mean, type Rows, squaredChords, std } from "./vectors.ts";

/** log: log(1/r). riesz: sign(d−2)·r^−(d−2), constant at d = 2. distance: r. */
export type Kernel = "log" | "riesz" | "distance";

/** variance: biased, over ordered pairs. cov: biased std / |mean|. */
export type Statistic = "mean" | "variance" | "cov";

/** A statistic of a kernel over all pairs. Variance and CoV are 0 where all pairs are equally far apart. */
export function uniformity(rows: Rows, kernel: Kernel, statistic: Statistic): Outcome {
  if (kernel === "riesz" && rows.width === 2) {
    return { undefined: "the Riesz kernel of 2 dimensions is constant" };
  }
  const found = directions(rows);
  if ("undefined" in found) return found;
  const squares = squaredChords(found);
  const floor = leastChord(found) ** 2;
  if (isInfiniteAtZero(kernel, rows.width) && squares.some((square) => square <= floor)) {
    return { undefined: "two directions are equal, so their kernel is infinite" };
  }
  const values = squares.map((square) => KERNELS[kernel](square, rows.width));
  return finite(STATISTICS[statistic](values), `the ${kernel} kernel overflows or its mean is zero`);
}

/** log(1/r), and r to a negative power. */
function isInfiniteAtZero(kernel: Kernel, width: number): boolean {
  return kernel === "log" || (kernel === "riesz" && width > 2);
}

/** Directions no farther apart than this are equal but for the rounding of their vectors. */
function leastChord({ rows: { zero }, lengths }: Directions): number {
  return 2 * zero / Math.min(...lengths) + 4 * Number.EPSILON;
}

/** The kernel between the vertices of a simplex ETF, r² = 2C/(C−1); null where none exists. */
export function simplexKernel(kernel: Kernel, classes: number, width: number): number | null {
  return classes <= width + 1 ? KERNELS[kernel](2 * classes / (classes - 1), width) : null;
}

const KERNELS: Record<Kernel, (square: number, width: number) => number> = {
  log: (square) => -Math.log(square) / 2,
  riesz: (square, width) => Math.sign(width - 2) * square ** (-(width - 2) / 2),
  distance: (square) => Math.sqrt(square),
};

const STATISTICS: Record<Statistic, (values: Float64Array) => number> = {
  mean,
  variance: (values) => std(values, 0) ** 2,
  cov: (values) => std(values, 0) / Math.abs(mean(values)),
};
