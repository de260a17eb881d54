/**
 * First and second moments of a split: class means, global means, and the modes of the between-class covariance.
 *
 * Notation (Papyan, Han & Donoho 2020): μ_c class mean, μ_G global mean, M = [μ_c − μ_G] (C × d),
 * Σ_B = (1/C) Σ_c (μ_c−μ_G)(μ_c−μ_G)ᵀ, Σ_W = (1/N) Σ_i (h_i−μ_{y_i})(h_i−μ_{y_i})ᵀ. Two choices matter only when
 * classes differ in size: μ_G is the mean of the samples here (`classCentre` is the mean of the class means, around
 * which a simplex of any class sizes is one), and Σ_B weighs every class alike, whatever its size.
 */
import { transposeRows } from "./blocks.ts";
import { decideRank, symmetricEigen } from "./eigen.ts";
import { rightSingular } from "./singular.ts";
import { dotRows } from "./kernels.ts";
import type { RankDecision } from "./outcome.ts";
import type { ClassSums, WithinClassSums } from "./source.ts";
import { centreRows, gram, meanRow, norms, type Rows } from "./vectors.ts";

/** Smallest over largest eigenvalue of Σ_B from which its Gram matrix gives every mode to 12 digits. */
const WELL_CONDITIONED = 1e-4;

/** Eigenpairs of Σ_B, largest first. `basis` is K × d with orthonormal rows, K = min(C − 1, d). */
export interface BetweenModes {
  readonly eigenvalues: Float64Array;
  readonly basis: Float64Array;
}

export interface Moments {
  /** C. */
  readonly classes: number;
  /** d. */
  readonly width: number;
  /** N. */
  readonly count: number;
  /** n_c; all positive. */
  readonly counts: Float64Array;
  /** Whether all classes have as many samples. */
  readonly balanced: boolean;
  /** μ_c, C × d. */
  readonly means: Float64Array;
  /** Mean of all samples, d entries. */
  readonly sampleCentre: Float64Array;
  /** Mean of the class means, d entries. */
  readonly classCentre: Float64Array;
  /** M: class means minus the mean of the samples. */
  readonly centred: Rows;
  /** Class means minus their own mean: the same rows where classes are balanced. */
  readonly classCentred: Rows;
  /** Found when it is first read. */
  readonly between: BetweenModes;
}

/** Second moments around the class means. */
export interface Within {
  /** (1/N) Σ_i U(h_i−μ_{y_i}) (U(h_i−μ_{y_i}))ᵀ, K × K: Σ_W in the basis of `BetweenModes`. */
  readonly scatter: Float64Array;
  /** Σ_{i: y_i=c} ‖h_i − μ_c‖², C entries. */
  readonly deviations: Float64Array;
}

/**
 * Moments from class counts and sums.
 * Throws a RangeError for fewer than two classes or a class without samples.
 */
export function moments({ counts, sums }: ClassSums): Moments {
  const classes = counts.length;
  if (classes < 2) throw new RangeError(`expected at least 2 classes, found ${classes}`);
  const empty = counts.indexOf(0);
  if (empty >= 0) throw new RangeError(`expected samples of every class, found none of class ${empty}`);
  const width = sums.length / classes;
  const count = counts.reduce((a, b) => a + b);
  const means = sums.map((sum, i) => sum / counts[Math.floor(i / width)]);
  const sampleCentre = meanRow(sums, classes, width).map((sum) => sum * classes / count);
  const classCentre = meanRow(means, classes, width);
  const balanced = counts.every((n) => n === counts[0]);
  const centred = centredMeans(means, classes, sampleCentre, count);
  let modes: BetweenModes | undefined;
  return {
    classes,
    width,
    count,
    counts,
    balanced,
    means,
    sampleCentre,
    classCentre,
    centred,
    classCentred: balanced ? centred : centredMeans(means, classes, classCentre, count),
    get between() {
      return modes ??= betweenModes(centred);
    },
  };
}

/** Class means of `count` samples minus `centre`, with the norm below which a difference is rounding of those sums. */
function centredMeans(
  means: Float64Array,
  classes: number,
  centre: Float64Array,
  count: number,
): Rows {
  const width = centre.length;
  const rows = { values: means, count: classes, width, name: "the mean of class", zero: 0 };
  const zero = 2 * Math.sqrt(count) * Number.EPSILON * Math.max(...norms(rows));
  return { ...rows, values: centreRows(means, classes, centre), name: "the centred mean of class", zero };
}

/** Σ_W from the sums of the second pass. */
export function within({ scatter, deviations }: WithinClassSums, { count }: Moments): Within {
  return { scatter: scatter.map((sum) => sum / count), deviations };
}

/** Tr Σ_W, over all samples. */
export function withinTrace({ deviations }: Within, { count }: Moments): number {
  return deviations.reduce((a, b) => a + b) / count;
}

/** Whether all class means are equal but for rounding, so that nothing can be measured against Σ_B. */
export function meansCoincide({ between, centred }: Moments): boolean {
  return !(between.eigenvalues[0] > centred.zero ** 2);
}

/**
 * The modes that are not rounding, of `eigenvalues` of Σ_B around any centre, largest first: singular values of M are
 * known to about max(C, d)·ε of the largest (λ = σ²), and class means, far from the origin, to `centred.zero` at best.
 */
export function rankBetween({ classes, width, centred }: Moments, eigenvalues: Float64Array): RankDecision {
  const rank = decideRank(eigenvalues, (Math.max(classes, width) * Number.EPSILON) ** 2);
  const floor = centred.zero ** 2;
  return rank.kept === 0 || eigenvalues[rank.kept - 1] > floor
    ? rank
    : decideRank(eigenvalues, floor / eigenvalues[0]);
}

export const SAME_MEANS = { undefined: "all class means are equal, so Σ_B is zero" };

/** Tr Σ_B, every class weighing alike. */
export function betweenTrace({ centred, classes }: Moments): number {
  return centred.values.reduce((sum, x) => sum + x * x, 0) / classes;
}

/**
 * The modes of Σ_B by the C × C Gram matrix MMᵀ/C (u_k = Mᵀv_k/√(Cλ_k)), where
 * all of them are far above its rounding; otherwise by the singular values of M itself (σ² = Cλ), which keep all
 * digits of small modes where the Gram matrix loses half of them.
 */
function betweenModes(rows: Rows): BetweenModes {
  // M has a linear dependency (Σ n_c (μ_c−μ_G) = 0), so the C-th mode is rounding.
  const modes = Math.min(rows.count - 1, rows.width);
  return (rows.width >= rows.count ? modesByGram(rows, modes) : null) ?? modesBySingularValues(rows, modes);
}

function modesByGram(rows: Rows, modes: number): BetweenModes | null {
  const { values, count, width } = rows;
  const { values: all, vectors } = symmetricEigen(gram(rows).map((product) => product / count), count);
  if (!(all[modes - 1] > WELL_CONDITIONED * all[0])) return null;
  const eigenvalues = all.slice(0, modes);
  const shares = vectors.subarray(0, modes * count)
    .map((entry, i) => entry / Math.sqrt(count * eigenvalues[Math.floor(i / count)]));
  const columns = new Float64Array(width * count);
  transposeRows(values, count, width, columns);
  return { eigenvalues, basis: dotRows(shares, modes, columns, width, count) };
}

function modesBySingularValues({ values, count, width }: Rows, modes: number): BetweenModes {
  const { values: singular, right } = rightSingular(values, count, width);
  return {
    eigenvalues: singular.slice(0, modes).map((sigma) => sigma * sigma / count),
    basis: right.slice(0, modes * width),
  };
}
