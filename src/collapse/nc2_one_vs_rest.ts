/** Generalised NC2 for many classes: how far each direction stays from the convex hull of all others. */
import { Matrix, solve } from "ml-matrix";
import { gramOfRows } from "./kernels.ts";
import type { Outcome } from "./outcome.ts";
import { directions, norm, type Rows } from "./vectors.ts";

/**
 * min_c dist(â_c, conv{â_c′ : c′ ≠ c}) of unit vectors. Range [0, 2]; larger is better, and C/(C−1) at a simplex ETF.
 * Jiang et al. 2024; public code approximates it by gradient descent. Here by Wolfe's minimum-norm-point algorithm,
 * exact to rounding; a distance of 0 is resolved to 1e-7.
 */
export function oneVersusRest(rows: Rows): Outcome {
  const found = directions(rows);
  if ("undefined" in found) return found;
  const { count, width } = rows;
  let least = Infinity;
  for (let c = 0; c < count; c++) least = Math.min(least, distanceToHull(found.unit, c, count, width));
  return { value: least };
}

/** Corrections smaller than this, relative to unit vectors, end the search. */
const GAP = 1e-14;

/** Distance of vector `own` from the convex hull of the others: the shortest vector in the hull of differences. */
function distanceToHull(unit: Float64Array, own: number, count: number, width: number): number {
  const points = differences(unit, own, count, width);
  const size = count - 1;
  const products = gramOfRows(points, size, width);
  let active = [shortest(products, size)];
  let weights = [1];
  for (let step = 0; step < 50 * size; step++) {
    const along = Float64Array.from(
      { length: size },
      (_, j) => sumOver(active, weights, (i) => products[i * size + j]),
    );
    const square = sumOver(active, weights, (i) => along[i]);
    const next = along.indexOf(Math.min(...along));
    if (along[next] > square - GAP || active.includes(next)) break;
    [active, weights] = shrink([...active, next], [...weights, 0], products, size);
    if (!active.includes(next)) break;
  }
  const nearest = new Float64Array(width);
  active.forEach((i, at) => {
    for (let k = 0; k < width; k++) nearest[k] += weights[at] * points[i * width + k];
  });
  return norm(nearest);
}

/** Moves to the shortest vector of the affine hull, dropping points whose weight would turn negative. */
function shrink(
  active: number[],
  weights: number[],
  products: Float64Array,
  size: number,
): [number[], number[]] {
  while (true) {
    const target = affineMinimum(active, products, size);
    if (target.every((weight) => weight > 0)) return [active, target];
    const ratios = target.map((
      to,
      i,
    ) => (to > 0 ? 1 : weights[i] === 0 ? 0 : weights[i] / (weights[i] - to)));
    const share = Math.min(...ratios);
    const moved = weights.map((from, i) => from + share * (target[i] - from));
    const stays = moved.map((_, i) => target[i] > 0 || ratios[i] > share);
    active = active.filter((_, i) => stays[i]);
    weights = moved.filter((_, i) => stays[i]);
  }
}

/** Weights of sum 1 that minimise the norm: (G + 11ᵀ)β = 1, scaled. */
function affineMinimum(active: number[], products: Float64Array, size: number): number[] {
  const matrix = new Matrix(active.map((i) => active.map((j) => products[i * size + j] + 1)));
  const beta = solve(matrix, Matrix.ones(active.length, 1)).to1DArray();
  const total = beta.reduce((a, b) => a + b);
  return beta.map((b) => b / total);
}

function differences(unit: Float64Array, own: number, count: number, width: number): Float64Array {
  const points = new Float64Array((count - 1) * width);
  for (let c = 0, row = 0; c < count; c++) {
    if (c === own) continue;
    for (let k = 0; k < width; k++) points[row * width + k] = unit[c * width + k] - unit[own * width + k];
    row++;
  }
  return points;
}

function shortest(products: Float64Array, size: number): number {
  let best = 0;
  for (let i = 1; i < size; i++) if (products[i * size + i] < products[best * size + best]) best = i;
  return best;
}

function sumOver(active: number[], weights: number[], value: (i: number) => number): number {
  return active.reduce((sum, i, at) => sum + weights[at] * value(i), 0);
}
