/** NC2 of the classifier's rows less what all of them share. */
import { define } from "../definition.ts";
import { frameError, noSimplex, simplexTarget } from "../frames.ts";
import { CLASSIFIER } from "../readings.ts";
import { centreRows, meanRow, norms, type Rows } from "../vectors.ts";

export default define({
  name: "nc2_etf_weights_centred",
  family: "NC2",
  title: "distance from the simplex ETF, classifier rows less their mean",
  on: CLASSIFIER,
  formula: {
    tex: String
      .raw`\left\lVert\frac{AA^\mathsf{T}}{\lVert AA^\mathsf{T}\rVert_F}-\frac{I-11^\mathsf{T}/C}{\sqrt{C-1}}\right\rVert_F,\quad A=W-1\bar{w}^\mathsf{T}`,
    plain: "‖AAᵀ/‖AAᵀ‖_F − (I − 11ᵀ/C)/√(C−1)‖_F, A = W − 1w̄ᵀ",
  },
  range: "[0, 2]",
  atCollapse: "0",
  ideal: 0,
  scale: Math.SQRT2,
  uninformative: noSimplex,
  source: "Zhou et al. 2022",
  notes: "Blind to a common component of the rows, which adds the same to every logit.",
  plain: "Distance of the classifier rows from a simplex, after taking away what all rows share.",
  dissent:
    "What all rows share changes no decision and is left out here, while the other definitions see it.",
  run: ({ weights }) => frameError(centred(weights), simplexTarget),
});

function centred(weights: Rows): Rows {
  const { values, count, width } = weights;
  const zero = count * Number.EPSILON * Math.max(...norms(weights));
  return { ...weights, values: centreRows(values, count, meanRow(values, count, width)), zero };
}
