/**
 * NC2, convergence to a simplex equiangular tight frame (ETF): C vectors of equal norm whose pairwise cosines are all
 * −1/(C−1). `rows` are the centred class means M or the classifier rows W, C × d. All are 0 at a simplex ETF,
 * which exists only for C ≤ d + 1, and invariant under rotation and scaling.
 */
import type { Outcome } from "./outcome.ts";
import { allZero, cosines, directions, gram, mean, norm, norms, type Rows, std } from "./vectors.ts";

/** std_c‖a_c‖ / mean_c‖a_c‖ with the unbiased std (divisor C − 1). Range [0, √C]. Papyan et al. 2020, Fig. 2. */
export function equinormality(rows: Rows): Outcome {
  return variationOfNorms(rows, 1);
}

/**
 * The same with the biased std (divisor C). Range [0, √(C−1)]. As in public code that calls NumPy's std:
 * √((C−1)/C) times `equinormality`, 5 % less at C = 10.
 */
export function biasedEquinormality(rows: Rows): Outcome {
  return variationOfNorms(rows, 0);
}

/** Unbiased std of cos(a_c, a_c′) over all ordered pairs c ≠ c′. Range [0, 1.1). Papyan et al. 2020, Fig. 3. */
export function equiangularity(rows: Rows): Outcome {
  return overCosines(rows, (cosines) => std(cosines));
}

/** Mean over c ≠ c′ of |cos(a_c, a_c′) + 1/(C−1)|. Range [0, 1 + 1/(C−1)]. Papyan et al. 2020, Fig. 4. */
export function maximalAngularity(rows: Rows): Outcome {
  const shift = 1 / (rows.count - 1);
  return overCosines(rows, (cosines) => mean(cosines.map((cosine) => Math.abs(cosine + shift))));
}

/**
 * |mean over c ≠ c′ of cos(a_c, a_c′) + 1/(C−1)|: the absolute value taken last. Range [0, 1 + 1/(C−1)].
 * As in public code, and a trap: it is 0 for any centred vectors of equal norm, ETF or not.
 */
export function signedAngularity(rows: Rows): Outcome {
  return overCosines(rows, (cosines) => Math.abs(mean(cosines) + 1 / (rows.count - 1)));
}

/**
 * ‖AAᵀ/‖AAᵀ‖_F − (I − 11ᵀ/C)/√(C−1)‖_F. Range [0, 2]. Zhu et al. 2021 with A = W; as in public code
 * rhubarbwu/neural-collapse with A = M.
 */
export function simplexError(rows: Rows): Outcome {
  return frameError(rows, (i, j, count) => ((i === j ? 1 : 0) - 1 / count) / Math.sqrt(count - 1));
}

/** ‖AAᵀ/‖AAᵀ‖_F − I/√C‖_F, the distance from an orthogonal frame. Range [0, 2]; 0 for orthogonal rows of equal norm. */
export function orthogonalError(rows: Rows): Outcome {
  return frameError(rows, (i, j, count) => (i === j ? 1 / Math.sqrt(count) : 0));
}

/** ‖G/‖G‖_F − T‖_F for a C × C matrix G and the target T, both of norm 1. */
export function distanceFromTarget(
  matrix: Float64Array,
  count: number,
  target: (i: number, j: number, count: number) => number,
): number {
  const scale = norm(matrix);
  return norm(matrix.map((value, i) => value / scale - target(Math.floor(i / count), i % count, count)));
}

function variationOfNorms(rows: Rows, removed: 0 | 1): Outcome {
  if (allZero(rows)) return { undefined: `${rows.name} is zero for every class` };
  const lengths = norms(rows);
  return { value: std(lengths, removed) / mean(lengths) };
}

function overCosines(rows: Rows, statistic: (cosines: Float64Array) => number): Outcome {
  const found = directions(rows);
  if ("undefined" in found) return found;
  return withNote({ value: statistic(cosines(found)) }, rows);
}

function frameError(rows: Rows, target: (i: number, j: number, count: number) => number): Outcome {
  if (allZero(rows)) return { undefined: `${rows.name} is zero for every class` };
  return withNote({ value: distanceFromTarget(gram(rows), rows.count, target) }, rows);
}

function withNote(outcome: { value: number }, { count, width }: Rows): Outcome {
  if (count <= width + 1) return outcome;
  return {
    ...outcome,
    note: `${count} classes in ${width} dimensions have no simplex ETF, so 0 is out of reach`,
  };
}
