/** Another geometry than NC2's: classifier rows as an orthogonal frame. */
import { define } from "../definition.ts";
import { frameError, orthogonalTarget } from "../frames.ts";
import { CLASSIFIER } from "../readings.ts";

export default define({
  name: "nc2_orthogonal_weights",
  family: "NC2",
  title: "distance from an orthogonal frame, classifier rows",
  on: CLASSIFIER,
  formula: {
    tex: String
      .raw`\left\lVert\frac{WW^\mathsf{T}}{\lVert WW^\mathsf{T}\rVert_F}-\frac{I}{\sqrt{C}}\right\rVert_F`,
    plain: "‖WWᵀ/‖WWᵀ‖_F − I/√C‖_F",
  },
  range: "[0, 2]",
  atCollapse: "0 for networks without bias that collapse to an orthogonal frame",
  ideal: null,
  scale: Math.SQRT2,
  source: "as in public code: deep linear networks without bias",
  notes: "Another geometry than the simplex ETF: the two cannot both be 0 for the same vectors.",
  plain: "Distance of the classifier rows from an arrangement with all of them at right angles, which " +
    "networks without bias may reach.",
  dissent: "A simplex and an orthogonal frame exclude each other: going to one means staying away from the " +
    "other.",
  run: ({ weights }) => frameError(weights, orthogonalTarget),
});
