/** Features for the tests: seeded, small, of each kind that the metrics must handle. */
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** Features of one split with their classifier. */
export interface Case {
  readonly features: Float64Array;
  readonly labels: Int32Array;
  readonly width: number;
  readonly classes: number;
  readonly weight: Float64Array;
  readonly bias: Float64Array;
}

export interface CaseOptions {
  readonly seed?: number;
  /** n_c of each class. */
  readonly counts: readonly number[];
  readonly width: number;
  /** Standard deviation of samples around their class mean; class means are about 1 apart. */
  readonly spread?: number;
}

/** Class means with a common offset, Gaussian samples around them, and a classifier near the means. */
export function gaussianCase({ seed = 1, counts, width, spread = 1 }: CaseOptions): Case {
  const normal = gaussian(seed);
  const classes = counts.length;
  const offset = normals(normal, width);
  const means = normals(normal, classes * width).map((x, i) => x + 3 * offset[i % width]);
  const labels = Int32Array.from(counts.flatMap((n, c) => new Array<number>(n).fill(c)));
  const features = new Float64Array(labels.length * width);
  for (let i = 0; i < features.length; i++) {
    features[i] = means[labels[Math.floor(i / width)] * width + i % width] + spread * normal();
  }
  const weight = means.map((m, i) => m - 3 * offset[i % width] + 0.3 * normal());
  return { features, labels, width, classes, weight, bias: normals(normal, classes) };
}

/** Samples equal to the vertices of a regular simplex, rotated into `width` dimensions; W in proportion. */
export function simplexCase({ classes = 4, perClass = 3, width = 6, seed = 7 } = {}): Case {
  const vertices = new Float64Array(classes * width);
  for (let c = 0; c < classes; c++) {
    for (let k = 0; k < classes; k++) vertices[c * width + k] = (c === k ? 1 : 0) - 1 / classes;
  }
  const rotated = rotate(vertices, width, rotation(width, seed));
  const labels = Int32Array.from({ length: classes * perClass }, (_, i) => i % classes);
  const features = new Float64Array(labels.length * width);
  labels.forEach((c, i) => features.set(rotated.subarray(c * width, (c + 1) * width), i * width));
  return {
    features,
    labels,
    width,
    classes,
    weight: rotated.map((x) => 5 * x),
    bias: new Float64Array(classes),
  };
}

/** A random orthogonal width × width matrix: Gram–Schmidt, twice, of Gaussian rows. */
export function rotation(width: number, seed = 3): Float64Array {
  const q = normals(gaussian(seed), width * width);
  for (let i = 0; i < width; i++) {
    const row = q.subarray(i * width, (i + 1) * width);
    for (let pass = 0; pass < 2; pass++) {
      for (let j = 0; j < i; j++) {
        const other = q.subarray(j * width, (j + 1) * width);
        const overlap = row.reduce((sum, x, k) => sum + x * other[k], 0);
        row.forEach((x, k) => row[k] = x - overlap * other[k]);
      }
    }
    const length = Math.sqrt(row.reduce((sum, x) => sum + x * x, 0));
    row.forEach((x, k) => row[k] = x / length);
  }
  return q;
}

/** Each row of `values` times `matrix`. */
export function rotate(values: Float64Array, width: number, matrix: Float64Array): Float64Array {
  const out = new Float64Array(values.length);
  for (let i = 0; i < values.length; i += width) {
    for (let j = 0; j < width; j++) {
      for (let k = 0; k < width; k++) out[i + k] += values[i + j] * matrix[j * width + k];
    }
  }
  return out;
}

/** A seeded source of standard normal numbers (Box–Muller). */
export function gaussian(seed: number): () => number {
  const generator = xoroshiro128plus(seed);
  return () => {
    const radius = Math.sqrt(-2 * Math.log(1 - uniformFloat64(generator)));
    return radius * Math.cos(2 * Math.PI * uniformFloat64(generator));
  };
}

function normals(normal: () => number, length: number): Float64Array {
  return Float64Array.from({ length }, normal);
}
