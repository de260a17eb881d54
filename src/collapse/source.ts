/**
 * What measuring asks of features, wherever they live: in a typed array, in a stream, or on a GPU.
 * Each method is one pass over the samples. Means come first, then centred second moments; every sum over
 * samples accumulates in float64. All matrices are row-major.
 */

/** Some samples: `features` is n × d, `labels` has n entries in 0..C−1. */
export interface FeatureChunk {
  readonly features: Float32Array | Float64Array;
  readonly labels: Int32Array;
}

/** First pass: n_c and Σ_{i: y_i=c} h_i. */
export interface ClassSums {
  /** C entries. */
  readonly counts: Float64Array;
  /** C × d. */
  readonly sums: Float64Array;
}

/** Second pass, around given class means. */
export interface WithinClassSums {
  /** K × K: Σ_i (U(h_i − μ_{y_i})) (U(h_i − μ_{y_i}))ᵀ for the given basis U (K × d). */
  readonly scatter: Float64Array;
  /** C entries: Σ_{i: y_i=c} ‖h_i − μ_c‖². */
  readonly deviations: Float64Array;
}

/** How often the linear classifier and the nearest class centre agree with the label and with each other. */
export interface DecisionCounts {
  /** argmax(Wh + b) = label. */
  readonly classifierCorrect: number;
  /** argmin_c ‖h − μ_c‖ = label. */
  readonly centreCorrect: number;
  /** argmax(Wh + b) = argmin_c ‖h − μ_c‖. */
  readonly agreement: number;
  /** argmax(Wh) = argmin_c ‖h − μ_c‖ (bias left out). */
  readonly agreementWithoutBias: number;
}

/** The last layer: `weight` is C × d, `bias` has C entries (zeros where the layer has none). */
export interface Classifier {
  readonly weight: Float64Array;
  readonly bias: Float64Array;
}

/** Thrown by a source that does not hold what it is asked for. The message says why there is no value, as a clause. */
export class NotInSource extends Error {
  override readonly name = "NotInSource";
}

export const NO_SAMPLES = "statistics hold no samples, which this reads one by one";

/** Features of one split (N samples of width d in C classes) and the passes that reduce them. */
export interface FeatureSource {
  /** N. */
  readonly count: number;
  /** d. */
  readonly width: number;
  /** C. */
  readonly classes: number;
  /** False where only statistics are held: what reads samples, or asks for decisions of another classifier, has no value then. */
  readonly holdsSamples?: false;
  classSums(): Promise<ClassSums>;
  /** `means` is C × d, `basis` K × d with orthonormal rows (K may be 0). */
  withinClass(means: Float64Array, basis: Float64Array): Promise<WithinClassSums>;
  /** How often argmax(Wh + b) = label; as `decisions` counts it, at half the cost. */
  correct(classifier: Classifier): Promise<number>;
  /** `centres` is C × d; ties go to the lowest class index, as argmax and argmin do. */
  decisions(centres: Float64Array, classifier: Classifier): Promise<DecisionCounts>;
  /** Σ_i (h_i − μ_{y_i})(h_i − μ_{y_i})ᵀ, d × d: for the few definitions that need all of Σ_W. */
  withinClassScatter(means: Float64Array): Promise<Float64Array>;
  /** All samples in a fixed order, for definitions that no sufficient statistic serves. */
  chunks(): AsyncIterable<FeatureChunk>;
}

/** The same features, whose class sums are one pass, however many ask for them. */
export function summedOnce(source: FeatureSource): FeatureSource {
  let sums: Promise<ClassSums> | null = null;
  return {
    get count() {
      return source.count;
    },
    width: source.width,
    classes: source.classes,
    ...source.holdsSamples === false && { holdsSamples: source.holdsSamples },
    classSums: () => sums ??= source.classSums(),
    withinClass: (means, basis) => source.withinClass(means, basis),
    correct: (classifier) => source.correct(classifier),
    decisions: (centres, classifier) => source.decisions(centres, classifier),
    withinClassScatter: (means) => source.withinClassScatter(means),
    chunks: () => source.chunks(),
  };
}
