/** Another geometry than NC2's: class means as an orthogonal frame. */
import { define } from "../definition.ts";
import { frameError, orthogonalTarget } from "../frames.ts";
import { uncentredMeans } from "../needs/moments.ts";
import { SAMPLES } from "../readings.ts";

export default define({
  name: "nc2_orthogonal_means",
  family: "NC2",
  title: "distance from an orthogonal frame, uncentred class means",
  on: SAMPLES,
  needs: { uncentredMeans },
  formula: {
    tex: String
      .raw`\left\lVert\frac{AA^\mathsf{T}}{\lVert AA^\mathsf{T}\rVert_F}-\frac{I}{\sqrt{C}}\right\rVert_F,\quad A=[\mu_c]`,
    plain: "‖AAᵀ/‖AAᵀ‖_F − I/√C‖_F, A = [μ_c]",
  },
  range: "[0, 2]",
  atCollapse: "0 for networks without bias that collapse to an orthogonal frame",
  ideal: null,
  scale: Math.SQRT2,
  source: "as in public code: deep linear networks without bias",
  notes: "Another geometry than the simplex ETF: the two cannot both be 0 for the same vectors.",
  plain: "Distance from another arrangement, with all class means at right angles, which networks without " +
    "bias may reach.",
  dissent: "A simplex and an orthogonal frame exclude each other: going to one means staying away from the " +
    "other.",
  run: ({ uncentredMeans }) => frameError(uncentredMeans, orthogonalTarget),
});
