/** Generalised NC2 for many classes: how far each direction stays from the convex hull of all others. */
import { gramOfRows } from "./kernels.ts";
import type { Outcome } from "./outcome.ts";
import { type Directions, directions, norm, type Rows } from "./vectors.ts";

/**
 * min_c dist(â_c, conv{â_c′ : c′ ≠ c}) of unit vectors. Range [0, 2]; larger is better, and C/(C−1) at a simplex ETF.
 * Jiang et al. 2024; public code approximates it by gradient descent. Here by Wolfe's minimum-norm-point algorithm,
 * exact to rounding; a distance of 0 is resolved to 1e-7.
 */
export function oneVersusRest(rows: Rows): Outcome {
  const found = directions(rows);
  if ("undefined" in found) return found;
  const gram = gramOfRows(found.unit, rows.count, rows.width);
  let least = Infinity;
  for (let c = 0; c < rows.count; c++) least = Math.min(least, distanceToHull(found, gram, c));
  return { value: least };
}

/** Corrections smaller than this, relative to unit vectors, end the search. */
const GAP = 1e-14;
/** A point whose distance from the span of the active ones is less, squared, adds no direction to it. */
const INDEPENDENT = 1e-14;

/**
 * Distance of vector `own` from the convex hull of the others: the shortest vector in the hull of their differences
 * from it. `gram` holds the products of all unit vectors. A step costs O(C·k + k²) with k points active.
 */
function distanceToHull(
  { rows: { count, width }, unit }: Directions,
  gram: Float64Array,
  own: number,
): number {
  const others = Array.from({ length: count }, (_, c) => c).filter((c) => c !== own);
  const size = others.length;
  const products = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const a = others[i], b = others[j];
      products[i * size + j] = gram[a * count + b] - gram[a * count + own] - gram[own * count + b] +
        gram[own * count + own];
    }
  }
  const { active, weights } = shortestInHull(products, size);
  const nearest = new Float64Array(width);
  active.forEach((i, at) => {
    for (let k = 0; k < width; k++) {
      nearest[k] += weights[at] * (unit[others[i] * width + k] - unit[own * width + k]);
    }
  });
  return norm(nearest);
}

/** The points, affinely independent, whose combination with these weights (positive, of sum 1) is the shortest. */
interface Combination {
  readonly active: number[];
  readonly weights: number[];
}

function shortestInHull(products: Float64Array, size: number): Combination {
  const corral = new Corral(products, size);
  let active = [shortest(products, size)];
  let weights = [1];
  corral.add(active[0]);
  for (let step = 0; step < 50 * size; step++) {
    const along = new Float64Array(size);
    active.forEach((i, at) => {
      for (let j = 0; j < size; j++) along[j] += weights[at] * products[i * size + j];
    });
    let square = 0;
    active.forEach((i, at) => square += weights[at] * along[i]);
    let next = 0;
    for (let j = 1; j < size; j++) if (along[j] < along[next]) next = j;
    if (along[next] > square - GAP || active.includes(next) || !corral.add(next)) break;
    ({ active, weights } = shrink(corral, [...weights, 0]));
    if (!active.includes(next)) break;
  }
  return { active, weights };
}

/** Moves to the shortest vector of the affine hull, dropping points whose weight would turn negative. */
function shrink(corral: Corral, weights: number[]): Combination {
  while (true) {
    const target = corral.affineMinimum();
    if (target.every((weight) => weight > 0)) return { active: [...corral.points], weights: target };
    const ratios = target.map((
      to,
      i,
    ) => (to > 0 ? 1 : weights[i] === 0 ? 0 : weights[i] / (weights[i] - to)));
    const share = Math.min(...ratios);
    const moved = weights.map((from, i) => from + share * (target[i] - from));
    const stays = moved.map((_, i) => target[i] > 0 || ratios[i] > share);
    weights = moved.filter((_, i) => stays[i]);
    corral.keep((i) => stays[i]);
  }
}

/** Wolfe's name for the active points, with the Cholesky factor of G + 11ᵀ of them: another point is another row. */
class Corral {
  readonly #products: Float64Array;
  readonly #size: number;
  #points: number[] = [];
  #rows: Float64Array[] = [];

  constructor(products: Float64Array, size: number) {
    this.#products = products;
    this.#size = size;
  }

  get points(): readonly number[] {
    return this.#points;
  }

  /** False, and nothing is added, where the point lies in the affine hull of the others. */
  add(point: number): boolean {
    const row = new Float64Array(this.#points.length + 1);
    const start = point * this.#size;
    let left = this.#products[start + point] + 1;
    this.#points.forEach((other, k) => {
      let sum = this.#products[start + other] + 1;
      for (let i = 0; i < k; i++) sum -= row[i] * this.#rows[k][i];
      row[k] = sum / this.#rows[k][k];
      left -= row[k] ** 2;
    });
    if (!(left > INDEPENDENT)) return false;
    row[this.#points.length] = Math.sqrt(left);
    this.#points.push(point);
    this.#rows.push(row);
    return true;
  }

  /** Leaves the points, by their place, of which `stays` is true. */
  keep(stays: (place: number) => boolean): void {
    const points = this.#points;
    const first = points.findIndex((_, i) => !stays(i));
    this.#points = points.slice(0, first);
    this.#rows = this.#rows.slice(0, first);
    points.forEach((point, i) => i > first && stays(i) && this.add(point));
  }

  /** Weights of sum 1 that minimise the norm: (G + 11ᵀ)β = 1, scaled. */
  affineMinimum(): number[] {
    const rows = this.#rows;
    const beta = rows.map(() => 0);
    for (let k = 0; k < rows.length; k++) {
      let sum = 1;
      for (let i = 0; i < k; i++) sum -= rows[k][i] * beta[i];
      beta[k] = sum / rows[k][k];
    }
    for (let k = rows.length - 1; k >= 0; k--) {
      for (let i = k + 1; i < rows.length; i++) beta[k] -= rows[i][k] * beta[i];
      beta[k] /= rows[k][k];
    }
    const total = beta.reduce((a, b) => a + b);
    return beta.map((b) => b / total);
  }
}

function shortest(products: Float64Array, size: number): number {
  let best = 0;
  for (let i = 1; i < size; i++) if (products[i * size + i] < products[best * size + best]) best = i;
  return best;
}
