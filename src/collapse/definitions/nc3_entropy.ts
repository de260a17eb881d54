/** NC3 by information: matrix entropies of classifier rows and class means, and what one tells of the other. */
import { define } from "../definition.ts";
import { symmetricEigen } from "../eigen.ts";
import { dotRows } from "../kernels.ts";
import type { NotDefined } from "../outcome.ts";
import { PAIRS } from "../readings.ts";
import { directions, type Rows } from "../vectors.ts";

const differenceRatio = define({
  name: "nc3_hdr",
  family: "NC3",
  title: "matrix entropy difference ratio (HDR)",
  on: PAIRS,
  formula: {
    tex: String
      .raw`\frac{|H_W-H_M|}{\max(H_W,H_M)},\quad H_A=\text{entropy of the eigenvalues of }\hat{A}\hat{A}^\mathsf{T}/C`,
    plain: "|H_W − H_M|/max(H_W, H_M), H_A = entropy of the eigenvalues of ÂÂᵀ/C",
  },
  range: "[0, 1]",
  atCollapse: "0",
  ideal: 0,
  scale: 1,
  onRequest: "finds eigenvalues of matrices of classes by classes",
  source: "Song et al. 2024 (arXiv 2406.03999); the formula as in public code, the paper's abstract was read",
  notes: "Rows are scaled to length 1. Whether the paper centres class means is from memory and not " +
    "confirmed; here they are.",
  plain: "How differently many directions the classifier and the class means fill.",
  dissent:
    "It compares one number of each side: rows that point nowhere near their means may have the same " +
    "entropy.",
  run: ({ weights, means }) => {
    const found = entropies(weights, means);
    if ("undefined" in found) return found;
    const { w, m } = found;
    return { value: Math.abs(w - m) / Math.max(w, m) };
  },
});

const mutualInformation = define({
  name: "nc3_mir",
  family: "NC3",
  title: "matrix mutual information ratio (MIR)",
  on: PAIRS,
  formula: {
    tex: String
      .raw`\frac{H_W+H_M-H_{WM}}{\min(H_W,H_M)},\quad H_A=\text{entropy of the eigenvalues of }\hat{A}\hat{A}^\mathsf{T}/C,\quad H_{WM}\text{ that of }(\hat{W}\hat{W}^\mathsf{T}\circ\hat{M}\hat{M}^\mathsf{T})/C`,
    plain:
      "(H_W + H_M − H_WM)/min(H_W, H_M), H_A = entropy of the eigenvalues of ÂÂᵀ/C, H_WM that of (ŴŴᵀ ∘ " +
      "M̂M̂ᵀ)/C",
  },
  range: "[0, 1]",
  atCollapse:
    "1/(C−1) + (C−2)log(C−2)/((C−1)log(C−1)) where 3 ≤ C ≤ d + 1: 0.9524 for 10 classes, 0.9978 for 100",
  ideal: ofSimplex,
  onRequest: "finds eigenvalues of matrices of classes by classes",
  source: "Song et al. 2024 (arXiv 2406.03999); the formula as in public code, the paper's abstract was read",
  notes: "Its value at collapse was derived here. Not a bound: sides of little entropy reach 1. Rows are " +
    "scaled to length 1. Whether the paper centres class means is from memory and not confirmed; here " +
    "they are.",
  plain: "How much the arrangement of the classifier's rows tells about that of the class means.",
  dissent: "It moves in a narrow range below 1 from the start, and its value at collapse is not its largest.",
  run: ({ weights, means }) => {
    const found = entropies(weights, means);
    if ("undefined" in found) return found;
    const { w, m, joint } = found;
    return { value: (w + m - joint) / Math.min(w, m) };
  },
});

export default [differenceRatio, mutualInformation];

/** Of two equal simplices; two classes have no entropy. */
function ofSimplex(classes: number, width: number): number | null {
  if (classes === 2 || classes > width + 1) return null;
  const others = classes - 1;
  return 1 / others + (classes - 2) * Math.log(classes - 2) / (others * Math.log(others));
}

/** Entropies below this are those of one direction, and rounding. */
const NONE = 1e-12;

/** Of ŴŴᵀ/C, of M̂M̂ᵀ/C, and of their product entry by entry, times C. */
function entropies(
  weights: Rows,
  means: Rows,
): { readonly w: number; readonly m: number; readonly joint: number } | NotDefined {
  const [a, b] = [directions(weights), directions(means)];
  if ("undefined" in a) return a;
  if ("undefined" in b) return b;
  const { count, width } = weights;
  const [first, second] = [a, b].map(({ unit }) => dotRows(unit, count, unit, count, width)) as [
    Float64Array,
    Float64Array,
  ];
  const [w, m] = [entropy(first, count), entropy(second, count)];
  if (!(Math.min(w, m) > NONE)) {
    return { undefined: "the directions of one side lie on one line, whose entropy is zero" };
  }
  return { w, m, joint: entropy(first.map((x, i) => x * second[i]!), count) };
}

/** −Σ p log p over the eigenvalues p of a C × C matrix of trace C, divided by C. */
function entropy(matrix: Float64Array, count: number): number {
  let sum = 0;
  for (const value of symmetricEigen(matrix, count).values) {
    const share = value / count;
    if (share > 0) sum -= share * Math.log(share);
  }
  return sum;
}
