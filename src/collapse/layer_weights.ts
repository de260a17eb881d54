/** What the weights on either side of a layer say of it: layer duality and balancedness. */
import { symmetricEigen } from "./eigen.ts";
import { gramOfRows } from "./kernels.ts";
import { rightSingular, transposed } from "./singular.ts";
import { singularValues } from "./singular_values.ts";

/** Row-major: a kernel stands as one row an output channel and tap, or one row an output channel, as is said. */
export interface LayerMatrix {
  readonly values: Float64Array;
  readonly rows: number;
  readonly columns: number;
}

/** Columns of layers.csv beside those of the catalogue, with the words that a page says of them. */
export const WEIGHT_METRICS = [
  {
    name: "layer_duality",
    range: "[0, 1]",
    formula: "(1/k) Σ σ_i(V_Wᵀ U_M), k = min(C, channels)",
    says:
      "V_W: the first k right singular vectors of the weights that read the layer, a kernel unfolded by input " +
      "channel; U_M: those of its class means as they are, not centred. 1 where both span the same",
    source: "Rangamani et al. 2023; as in public code: mariuslindegaard/Intermediate_Neural_Collapse",
  },
  {
    name: "balancedness",
    range: "[0, ∞)",
    formula: "‖W_nextᵀ W_next − W Wᵀ‖_F",
    says:
      "W writes the layer and W_next reads it; kernels unfolded by the channels that they share, and what batch norm " +
      "scales between them left out. 0 in layers that are balanced",
    source: "Jacot et al. 2024; as in public code: Heimine/PNC_DLN (utility.py)",
  },
] as const;

/**
 * How far the first directions that `weight` (a row an output and tap, a column an input channel) reads are those of
 * the class means (a row a class and position, a column a channel): the mean cosine of the angles between them, 0 to 1.
 * Null where either is zero.
 */
export function layerDuality(weight: LayerMatrix, means: LayerMatrix, classes: number): number | null {
  const { columns } = weight;
  if (means.columns !== columns) {
    throw new RangeError(`expected class means of ${columns} channels, found ${means.columns}`);
  }
  const kept = Math.min(classes, columns);
  if (isZero(weight.values) || isZero(means.values)) return null;
  const read = symmetricEigen(gramOfColumns(weight), columns).vectors.subarray(0, kept * columns);
  const { right } = rightSingular(means.values, means.rows, columns);
  const held = right.subarray(0, Math.min(kept * columns, right.length));
  const found = held.length / columns;
  const products = new Float64Array(kept * found);
  for (let i = 0; i < kept; i++) {
    for (let j = 0; j < found; j++) {
      let sum = 0;
      for (let k = 0; k < columns; k++) sum += read[i * columns + k]! * held[j * columns + k]!;
      products[i * found + j] = sum;
    }
  }
  return singularValues(products, kept, found).reduce((a, b) => a + b) / kept;
}

/** ‖W_nextᵀ W_next − W Wᵀ‖_F: `own` has a row an output channel, `next` a column an input channel, as many. */
export function balancedness(own: LayerMatrix, next: LayerMatrix): number {
  if (own.rows !== next.columns) {
    throw new RangeError(`expected ${own.rows} input channels behind as many outputs, found ${next.columns}`);
  }
  const written = gramOfRows(own.values, own.rows, own.columns);
  const read = gramOfColumns(next);
  return Math.sqrt(read.reduce((sum, x, i) => sum + (x - written[i]!) ** 2, 0));
}

function gramOfColumns({ values, rows, columns }: LayerMatrix): Float64Array {
  return gramOfRows(transposed(values, rows, columns), columns, rows);
}

function isZero(values: Float64Array): boolean {
  return values.every((x) => x === 0);
}
