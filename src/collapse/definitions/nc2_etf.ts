/** NC2: distance of all products from those of a simplex ETF. */
import { define } from "../definition.ts";
import { frameError, noSimplex, simplexTarget } from "../frames.ts";
import { VECTORS } from "../readings.ts";

export default define({
  name: "nc2_etf",
  family: "NC2",
  title: "distance from the simplex ETF",
  on: VECTORS,
  formula: {
    tex: String
      .raw`\left\lVert\frac{AA^\mathsf{T}}{\lVert AA^\mathsf{T}\rVert_F}-\frac{I-11^\mathsf{T}/C}{\sqrt{C-1}}\right\rVert_F`,
    plain: "‖AAᵀ/‖AAᵀ‖_F − (I − 11ᵀ/C)/√(C−1)‖_F",
  },
  range: "[0, 2]",
  atCollapse: "0",
  ideal: 0,
  scale: Math.SQRT2,
  uninformative: noSimplex,
  source: "Zhu et al. 2021 (A = W); as in public code: rhubarbwu/neural-collapse (A = M)",
  notes: "Norms and angles in one number.",
  plain: "Distance of all products between vectors from those of a simplex, the most symmetric arrangement.",
  dissent: "Lengths and angles enter one number, so either can hold it up while the other collapses.",
  run: ({ vectors }) => frameError(vectors, simplexTarget),
});
