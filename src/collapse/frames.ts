/**
 * NC2, convergence to a simplex equiangular tight frame (ETF): C vectors of equal norm whose pairwise cosines are all
 * −1/(C−1). `rows` are the centred class means M or the classifier rows W, C × d. All are 0 at a simplex ETF,
 * which exists only for C ≤ d + 1, and invariant under rotation and scaling.
 */
import type { Outcome } from "./outcome.ts";
import { allZero, cosines, directions, gram, mean, norm, norms, type Rows, std } from "./vectors.ts";

/** The entries of a C × C target of norm 1. */
type Target = (i: number, j: number, count: number) => number;

/** (I − 11ᵀ/C)/√(C−1): the products of a simplex ETF. */
export function simplexTarget(i: number, j: number, count: number): number {
  return ((i === j ? 1 : 0) - 1 / count) / Math.sqrt(count - 1);
}

/** I/√C: the products of an orthogonal frame. */
export function orthogonalTarget(i: number, j: number, count: number): number {
  return i === j ? 1 / Math.sqrt(count) : 0;
}

/** ‖G/‖G‖_F − T‖_F for a C × C matrix G and the target T, both of norm 1. */
export function distanceFromTarget(
  matrix: Float64Array,
  count: number,
  target: Target,
): number {
  const scale = norm(matrix);
  return norm(matrix.map((value, i) => value / scale - target(Math.floor(i / count), i % count, count)));
}

/** std_c‖a_c‖ / mean_c‖a_c‖; the std divides by C − `removed`. */
export function variationOfNorms(rows: Rows, removed: 0 | 1): Outcome {
  if (allZero(rows)) return { undefined: `${rows.name} is zero for every class` };
  const lengths = norms(rows);
  return { value: std(lengths, removed) / mean(lengths) };
}

/** A statistic of cos(a_c, a_c′) over all ordered pairs c ≠ c′. */
export function overCosines(rows: Rows, statistic: (cosines: Float64Array) => number): Outcome {
  const found = directions(rows);
  if ("undefined" in found) return found;
  return withNote({ value: statistic(cosines(found)) }, rows);
}

/** ‖AAᵀ/‖AAᵀ‖_F − T‖_F. */
export function frameError(rows: Rows, target: Target): Outcome {
  if (allZero(rows)) return { undefined: `${rows.name} is zero for every class` };
  return withNote({ value: distanceFromTarget(gram(rows), rows.count, target) }, rows);
}

function withNote(outcome: { value: number }, { count, width }: Rows): Outcome {
  const note = noSimplex(count, width);
  return note === null ? outcome : { ...outcome, note };
}

/** All vectors have one direction: cosines are 1 where −1/(C−1) is the ideal, hulls touch where C/(C−1) is. */
export const coinciding = (classes: number): number => classes / (classes - 1);

/**
 * Whether C vectors of d features can be a simplex ETF at all. Beyond d + 1, features that are as far apart as they can
 * be are another arrangement (an orthoplex up to 2d), which a definition whose target is the simplex calls not collapsed.
 */
export const noSimplex = (classes: number, width: number): string | null =>
  classes > width + 1
    ? `${classes} classes in ${width} dimensions have no simplex ETF, so 0 is out of reach`
    : null;

/** A spread over pairs is 0 where there is one pair. */
export const onePair = (classes: number): string | null =>
  classes === 2 ? "two classes make one pair, which has nothing to differ from" : null;
