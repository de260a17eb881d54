/** Dense eigenproblems and singular values (by ml-matrix), and the rank decision that goes with each inverse. */
import { EigenvalueDecomposition, Matrix, SingularValueDecomposition } from "ml-matrix";

/** Which eigenvalues an inverse keeps. */
export interface RankDecision {
  /** Eigenvalues up to this multiple of the largest are treated as zero. */
  readonly tolerance: number;
  /** Modes kept. */
  readonly kept: number;
  /** Modes there could be. */
  readonly of: number;
  /** Largest eigenvalue / smallest one kept; Infinity when none is kept. */
  readonly condition: number;
}

/** K = min(rows, columns) singular triplets, largest first; `right` is K × columns with orthonormal rows. */
export interface RightSingular {
  readonly values: Float64Array;
  readonly right: Float64Array;
}

/** Eigenpairs of a symmetric matrix, largest first; `vectors` is n × n, one orthonormal eigenvector a row. */
export interface SymmetricEigen {
  readonly values: Float64Array;
  readonly vectors: Float64Array;
}

/**
 * Singular values and right singular vectors of a rows × columns matrix. The matrix itself is decomposed and not
 * its Gram matrix, whose eigenvalues would lose half of the digits of the small modes.
 */
export function rightSingular(matrix: Float64Array, rows: number, columns: number): RightSingular {
  const modes = Math.min(rows, columns);
  const wide = columns >= rows;
  const tall = wide ? transposed(matrix, rows, columns) : toMatrix(matrix, rows, columns);
  const svd = new SingularValueDecomposition(tall, {
    computeLeftSingularVectors: wide,
    computeRightSingularVectors: !wide,
  });
  const vectors = wide ? svd.leftSingularVectors : svd.rightSingularVectors;
  return { values: Float64Array.from(svd.diagonal.slice(0, modes)), right: columnsAsRows(vectors, modes) };
}

/** Singular values of a rows × columns matrix, largest first. */
export function singularValues(matrix: Float64Array, rows: number, columns: number): Float64Array {
  const tall = columns >= rows ? transposed(matrix, rows, columns) : toMatrix(matrix, rows, columns);
  const svd = new SingularValueDecomposition(tall, {
    computeLeftSingularVectors: false,
    computeRightSingularVectors: false,
  });
  return Float64Array.from(svd.diagonal);
}

/** Eigenpairs of a symmetric n × n matrix. */
export function symmetricEigen(matrix: Float64Array, n: number): SymmetricEigen {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(toMatrix(matrix, n, n), {
    assumeSymmetric: true,
  });
  const order = realEigenvalues.map((_, k) => k).sort((a, b) => realEigenvalues[b] - realEigenvalues[a]);
  const vectors = new Float64Array(n * n);
  order.forEach((column, row) => vectors.set(eigenvectorMatrix.getColumn(column), row * n));
  return { values: Float64Array.from(order, (k) => realEigenvalues[k]), vectors };
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

function toMatrix(values: Float64Array, rows: number, columns: number): Matrix {
  return Matrix.from1DArray(rows, columns, values);
}

function transposed(values: Float64Array, rows: number, columns: number): Matrix {
  const matrix = new Matrix(columns, rows);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < columns; k++) matrix.set(k, i, values[i * columns + k]);
  }
  return matrix;
}

function columnsAsRows(matrix: Matrix, count: number): Float64Array {
  const rows = new Float64Array(count * matrix.rows);
  for (let k = 0; k < count; k++) rows.set(matrix.getColumn(k), k * matrix.rows);
  return rows;
}
