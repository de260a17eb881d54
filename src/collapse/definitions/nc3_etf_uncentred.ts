/** Distance of the products of classifier and uncentred class means from the simplex ETF. */
import { define } from "../definition.ts";
import { dualityError } from "../duality.ts";
import { noSimplex } from "../frames.ts";
import { weightRows } from "../needs/classifier.ts";
import { uncentredMeans } from "../needs/moments.ts";
import { SAMPLES } from "../readings.ts";

export default define({
  name: "nc3_etf_uncentred",
  family: "NC3",
  title: "distance of WHᵀ from the simplex ETF, uncentred class means",
  on: SAMPLES,
  needs: { uncentredMeans, weightRows },
  formula: {
    tex: String
      .raw`\left\lVert\frac{WH^\mathsf{T}}{\lVert WH^\mathsf{T}\rVert_F}-\frac{I-11^\mathsf{T}/C}{\sqrt{C-1}}\right\rVert_F,\quad H=[\mu_c]`,
    plain: "‖WHᵀ/‖WHᵀ‖_F − (I − 11ᵀ/C)/√(C−1)‖_F, H = [μ_c]",
  },
  range: "[0, 2]",
  atCollapse: "0",
  ideal: 0,
  scale: Math.SQRT2,
  uninformative: noSimplex,
  source: "as in public code: cjyaras/normalized-neural-collapse",
  notes: "Equals nc3_etf where Wμ_G = 0.",
  plain: "Distance of the products of classifier rows and class means from those of a simplex, with means " +
    "that are not centred.",
  dissent: "Means are not centred, so a common component that the classifier reads enters it.",
  run: ({ weightRows, uncentredMeans }) => dualityError(weightRows, uncentredMeans),
});
