/** Symmetric eigenproblems (by ml-matrix), and the rank decision that goes with each inverse. */
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import type { RankDecision } from "./outcome.ts";
import { scaledToOne } from "./singular.ts";

/** Eigenpairs of a symmetric matrix, largest first; `vectors` is n × n, one orthonormal eigenvector a row. */
export interface SymmetricEigen {
  readonly values: Float64Array;
  readonly vectors: Float64Array;
}

/** Eigenpairs of a symmetric n × n matrix. Throws a RangeError for entries that are not finite. */
export function symmetricEigen(matrix: Float64Array, n: number): SymmetricEigen {
  const { values: scaled, unit } = scaledToOne(matrix);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(
    Matrix.from1DArray(n, n, scaled),
    { assumeSymmetric: true },
  );
  const order = realEigenvalues.map((_, k) => k).sort((a, b) => realEigenvalues[b] - realEigenvalues[a]);
  const vectors = new Float64Array(n * n);
  order.forEach((column, row) => vectors.set(eigenvectorMatrix.getColumn(column), row * n));
  return { values: Float64Array.from(order, (k) => realEigenvalues[k] * unit), vectors };
}

/** Keeps the eigenvalues (largest first, none negative but by rounding) above `tolerance` × the largest. */
export function decideRank(
  eigenvalues: Float64Array,
  tolerance: number,
  of: number = eigenvalues.length,
): RankDecision {
  const largest = eigenvalues.length > 0 ? eigenvalues[0] : 0;
  let kept = 0;
  while (kept < of && eigenvalues[kept] > tolerance * largest) kept++;
  return { tolerance, kept, of, condition: kept > 0 ? largest / eigenvalues[kept - 1] : Infinity };
}
