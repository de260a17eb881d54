/** The singular values of each class's features, one class or a group of classes at a time. */
import { BLOCK, transposeRows } from "../blocks.ts";
import { symmetricEigen } from "../eigen.ts";
import { singularValues } from "../singular_values.ts";
import { addGramOfRows } from "../kernels.ts";
import type { Moments } from "../moments.ts";
import { finite, type Outcome } from "../outcome.ts";
import type { FeatureSource } from "../source.ts";
import { mean, norm } from "../vectors.ts";
import { variation } from "./moments.ts";
import { type Context, need } from "./need.ts";
import { samples } from "./samples.ts";

/** For each class the singular values of its n_c × d matrix of uncentred features, largest first. */
export type ClassSpectra = readonly Float64Array[];

export const spectra = need({
  name: "spectra",
  after: { samples, variation },
  passes: 1,
  samplewise: true,
  memory: { working: ({ width }) => 6 * width ** 2 },
  reduce: ({ samples: { source }, variation: { moments } }, { memory, turn }) =>
    classSpectra(source, moments, { memory, turn }),
});

/** The mean over classes of what `statistic` reads from the singular values of one. */
export function overClasses(
  spectra: ClassSpectra,
  statistic: (singular: Float64Array) => number,
): Outcome {
  return finite(mean(spectra.map(statistic)), "all features of a class are zero");
}

/** Nuclear over Frobenius norm: how many directions a class fills, 1 where its features lie on a line through 0. */
export function nuclearToFrobenius(singular: Float64Array): number {
  return singular.reduce((a, b) => a + b, 0) / norm(singular);
}

/**
 * Passes over the samples as often as `memory` (bytes) demands: a class takes at most 8·d² bytes, so C·8·d² / memory
 * passes. Classes of up to d samples are decomposed as they are. Larger ones go through the Gram matrix of their
 * deviations from the class mean, so singular values under about 1e-7 of the largest deviation count as zero.
 */
export async function classSpectra(
  source: FeatureSource,
  moments: Moments,
  { memory, turn }: Pick<Context, "memory" | "turn">,
): Promise<ClassSpectra> {
  const { classes, width } = moments;
  const group = Math.max(1, Math.floor(memory / (8 * width * width)));
  const spectra: Float64Array[] = [];
  for (let first = 0; first < classes; first += group) {
    const collectors = Array.from(
      { length: Math.min(group, classes - first) },
      (_, i) => collector(moments, first + i),
    );
    for await (const { features, labels } of source.chunks()) {
      for (let i = 0; i < labels.length; i++) {
        collectors[labels[i] - first]?.add(features, i * width);
      }
    }
    for (const each of collectors) {
      await turn();
      spectra.push(each.finish());
    }
  }
  return spectra;
}

interface Collector {
  /** Takes the sample that starts at `start`. */
  add(features: Float32Array | Float64Array, start: number): void;
  finish(): Float64Array;
}

function collector(moments: Moments, label: number): Collector {
  const count = moments.counts[label];
  const mean = moments.means.subarray(label * moments.width, (label + 1) * moments.width);
  return count <= moments.width ? wholeClass(count, moments.width) : gramOfDeviations(count, mean);
}

function wholeClass(count: number, width: number): Collector {
  const samples = new Float64Array(count * width);
  let filled = 0;
  return {
    add(features, start) {
      samples.set(features.subarray(start, start + width), filled++ * width);
    },
    finish: () => singularValues(samples, count, width),
  };
}

function gramOfDeviations(count: number, mean: Float64Array): Collector {
  const width = mean.length;
  const gram = new Float64Array(width * width);
  const rows = new Float64Array(BLOCK * width);
  const columns = new Float64Array(BLOCK * width);
  let filled = 0;
  const flush = () => {
    transposeRows(rows, filled, width, columns);
    addGramOfRows(columns, width, filled, gram);
    filled = 0;
  };
  return {
    add(features, start) {
      for (let k = 0, at = filled * width; k < width; k++) rows[at + k] = features[start + k] - mean[k];
      if (++filled === BLOCK) flush();
    },
    finish() {
      flush();
      return spectrumFromDeviations(gram, mean, count);
    },
  };
}

/**
 * AᵀA = DᵀD + n μμᵀ for A = D + 1μᵀ, so A has the singular values of the rows √λ_k q_k (eigenpairs of DᵀD) with
 * √n μ below them. Taking the mean out first keeps the digits of small deviations.
 */
function spectrumFromDeviations(gram: Float64Array, mean: Float64Array, count: number): Float64Array {
  const width = mean.length;
  const { values, vectors } = symmetricEigen(gram, width);
  const floor = width * Number.EPSILON * Math.max(values[0], 0);
  const rows = new Float64Array((width + 1) * width);
  for (let k = 0; k < width; k++) {
    const scale = values[k] > floor ? Math.sqrt(values[k]) : 0;
    for (let j = 0; j < width; j++) rows[k * width + j] = scale * vectors[k * width + j];
  }
  for (let j = 0; j < width; j++) rows[width * width + j] = Math.sqrt(count) * mean[j];
  return singularValues(rows, width + 1, width);
}
