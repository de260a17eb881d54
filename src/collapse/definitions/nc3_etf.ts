/** NC3 and NC2 at once: distance of WMᵀ from the simplex ETF. */
import { define } from "../definition.ts";
import { dualityError } from "../duality.ts";
import { noSimplex } from "../frames.ts";
import { PAIRS } from "../readings.ts";

export default define({
  name: "nc3_etf",
  family: "NC3",
  title: "distance of WMᵀ from the simplex ETF",
  on: PAIRS,
  formula: {
    tex: String
      .raw`\left\lVert\frac{WM^\mathsf{T}}{\lVert WM^\mathsf{T}\rVert_F}-\frac{I-11^\mathsf{T}/C}{\sqrt{C-1}}\right\rVert_F`,
    plain: "‖WMᵀ/‖WMᵀ‖_F − (I − 11ᵀ/C)/√(C−1)‖_F",
  },
  range: "[0, 2]",
  atCollapse: "0",
  ideal: 0,
  scale: Math.SQRT2,
  uninformative: noSimplex,
  source: "Zhu et al. 2021; as in public code: rhubarbwu/neural-collapse",
  notes: "Asks for duality and for the ETF at once.",
  plain: "Distance of the products of classifier rows and class means from those of a simplex.",
  dissent: "It asks for self-duality and for the simplex at once: failing NC2 is enough to hold it up.",
  run: ({ weights, means }) => dualityError(weights, means),
});
