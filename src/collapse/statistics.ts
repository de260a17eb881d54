/**
 * Sufficient statistics of a split as partial sums that can be merged: of shards, ranks and machines.
 *
 * Merging goes by means first. With n_pc, s_pc the count and sum of class c in part p, μ_pc = s_pc/n_pc its mean there
 * and μ_c = Σ_p s_pc / Σ_p n_pc that of all parts together, the second moments around the merged means are exactly
 *   Σ_i (h_i−μ_{y_i})(h_i−μ_{y_i})ᵀ = Σ_p [S_p + Σ_c n_pc (μ_pc−μ_c)(μ_pc−μ_c)ᵀ],
 * S_p being the scatter of part p around its own means, and likewise for the squared distances of each class (Chan,
 * Golub & LeVeque 1983). All terms are squares: nothing cancels, and a part without samples of a class adds nothing.
 */
import { transposeRows } from "./blocks.ts";
import { addGramOfRows, dotRows } from "./kernels.ts";
import {
  type ClassSums,
  type DecisionCounts,
  type FeatureChunk,
  type FeatureSource,
  NO_SAMPLES,
  NotInSource,
  type WithinClassSums,
} from "./source.ts";

/** What the samples of one split leave, or of a part of it. */
export interface SplitStatistics extends ClassSums {
  /** C entries: Σ_{i: y_i=c} ‖h_i − μ_c‖², μ_c being the class mean of this part. */
  readonly deviations: Float64Array;
  /** d × d: Σ_i (h_i − μ_{y_i})(h_i − μ_{y_i})ᵀ. */
  readonly scatter: Float64Array;
  /** How often argmax(Wh + b) = label; null where it was not counted. */
  readonly correct: number | null;
  /** Decisions of nearest centres; null where they were not counted. */
  readonly decisions: { readonly counts: DecisionCounts; readonly centres: Float64Array } | null;
}

/** Centres are those of all parts where they differ from them by no more than this share of the largest entry. */
const SAME_CENTRES = 1e-9;

/** Statistics of the parts together, whose `sums` they are: parts are added one after the other, in any order. */
export class MergedStatistics {
  readonly #sums: ClassSums;
  readonly #means: Float64Array;
  readonly #deviations: Float64Array;
  readonly #scatter: Float64Array;
  readonly #decisions: DecisionCounts[] = [];
  #correct: number | null = 0;
  #centres: Float64Array | null = null;
  #parts = 0;

  /** `sums` are those of all parts together, C × d: {@link addSums}. */
  constructor(sums: ClassSums) {
    const width = sums.sums.length / sums.counts.length;
    this.#sums = sums;
    this.#means = meansOf(sums);
    this.#deviations = new Float64Array(sums.counts.length);
    this.#scatter = new Float64Array(width * width);
  }

  /** Adds the second moments of a part, moved to the merged means, and its decisions. */
  add(part: SplitStatistics): void {
    const classes = this.#deviations.length;
    const width = this.#means.length / classes;
    const shifts = meansOf(part).map((mean, i) =>
      Math.sqrt(part.counts[Math.floor(i / width)]!) * (mean - this.#means[i]!)
    );
    for (let c = 0; c < classes; c++) {
      const shift = shifts.subarray(c * width, (c + 1) * width);
      this.#deviations[c]! += part.deviations[c]! + shift.reduce((sum, x) => sum + x * x, 0);
    }
    for (let i = 0; i < this.#scatter.length; i++) this.#scatter[i]! += part.scatter[i]!;
    // A single part has the merged means already.
    if (shifts.some((x) => x !== 0)) {
      const columns = new Float64Array(width * classes);
      transposeRows(shifts, classes, width, columns);
      addGramOfRows(columns, width, classes, this.#scatter);
    }
    this.#addDecisions(part);
  }

  /** What has been added, as statistics of the whole. */
  finish(): SplitStatistics {
    const complete = this.#parts > 0 && this.#decisions.length === this.#parts;
    return {
      ...this.#sums,
      deviations: this.#deviations,
      scatter: this.#scatter,
      correct: this.#correct,
      decisions: complete && this.#centres !== null
        ? { counts: this.#decisions.reduce(addDecisions), centres: this.#centres }
        : null,
    };
  }

  /** Counts of parts add up only where each has them, and centres were the same points. */
  #addDecisions({ correct, decisions }: SplitStatistics): void {
    this.#parts++;
    this.#correct = this.#correct === null || correct === null ? null : this.#correct + correct;
    if (decisions === null) return;
    this.#centres ??= decisions.centres;
    if (sameCentres(decisions.centres, this.#centres)) this.#decisions.push(decisions.counts);
  }
}

/** Counts and sums of both: those of all samples together. */
export function addSums(a: ClassSums, b: ClassSums): ClassSums {
  return {
    counts: a.counts.map((count, c) => count + b.counts[c]!),
    sums: a.sums.map((sum, i) => sum + b.sums[i]!),
  };
}

/**
 * A source of merged statistics in place of samples. What reads samples one by one has no value of it: singular values
 * of each class, NECO scores, the mean of class covariances where classes differ in size, and resamples. Decisions are
 * those that were counted, which stand only for the centres that they were counted with.
 */
export function statisticsSource(statistics: SplitStatistics): FeatureSource {
  return new StatisticsSource(statistics);
}

class StatisticsSource implements FeatureSource {
  readonly holdsSamples = false;
  readonly count: number;
  readonly width: number;
  readonly classes: number;
  readonly #statistics: SplitStatistics;

  constructor(statistics: SplitStatistics) {
    const { counts, sums } = statistics;
    this.#statistics = statistics;
    this.count = counts.reduce((a, b) => a + b);
    this.classes = counts.length;
    this.width = sums.length / counts.length;
  }

  classSums(): Promise<ClassSums> {
    const { counts, sums } = this.#statistics;
    return Promise.resolve({ counts, sums });
  }

  withinClass(_means: Float64Array, basis: Float64Array): Promise<WithinClassSums> {
    const { width } = this;
    const { scatter, deviations } = this.#statistics;
    const modes = basis.length / width;
    const projected = dotRows(basis, modes, scatter, width, width);
    return Promise.resolve({ scatter: dotRows(projected, modes, basis, modes, width), deviations });
  }

  correct(): Promise<number> {
    const { correct } = this.#statistics;
    if (correct === null) {
      throw new NotInSource("the statistics hold no count of the classifier's right decisions");
    }
    return Promise.resolve(correct);
  }

  decisions(centres: Float64Array): Promise<DecisionCounts> {
    const { decisions } = this.#statistics;
    if (decisions === null) {
      throw new NotInSource(
        "the statistics hold no decisions of nearest centres, which take another pass once all means are known",
      );
    }
    if (!sameCentres(decisions.centres, centres)) {
      throw new NotInSource(
        "the nearest centres of the statistics are other points than the class means of all parts together",
      );
    }
    return Promise.resolve(decisions.counts);
  }

  withinClassScatter(): Promise<Float64Array> {
    return Promise.resolve(this.#statistics.scatter);
  }

  chunks(): AsyncIterable<FeatureChunk> {
    throw new NotInSource(NO_SAMPLES);
  }
}

/** μ_c, C × d; zeros for a class without samples. */
function meansOf({ counts, sums }: ClassSums): Float64Array {
  const width = sums.length / counts.length;
  return sums.map((sum, i) => sum / Math.max(1, counts[Math.floor(i / width)]!));
}

function sameCentres(a: Float64Array, b: Float64Array): boolean {
  const largest = b.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  return a.every((x, i) => Math.abs(x - b[i]!) <= SAME_CENTRES * largest);
}

function addDecisions(a: DecisionCounts, b: DecisionCounts): DecisionCounts {
  return {
    classifierCorrect: a.classifierCorrect + b.classifierCorrect,
    centreCorrect: a.centreCorrect + b.centreCorrect,
    agreement: a.agreement + b.agreement,
    agreementWithoutBias: a.agreementWithoutBias + b.agreementWithoutBias,
  };
}
