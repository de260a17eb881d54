/** NC1 by the energy of each class beside its first direction. */
import { define } from "../definition.ts";
import { variation } from "../needs/moments.ts";
import { overClasses, spectra } from "../needs/spectra.ts";
import { SAMPLES } from "../readings.ts";
import { norm } from "../vectors.ts";

export default define({
  name: "nc1_stable_rank",
  family: "NC1",
  title: "stable rank of each class",
  on: SAMPLES,
  needs: { variation, spectra },
  formula: {
    tex: String.raw`\operatorname{mean}_c\frac{\lVert A_c\rVert_F^2}{\lVert A_c\rVert_2^2}`,
    plain: "mean_c ‖A_c‖_F²/‖A_c‖₂²",
  },
  range: "[1, min(n_c, d)]",
  atCollapse: "1",
  ideal: 1,
  scale: 1,
  source: "as in public code",
  notes: "Squares singular values, so it reaches 1 long before the numerical rank does.",
  plain: "How many directions the features of one class fill, each counted by its energy.",
  dissent:
    "Squared singular values ignore faint directions, so it settles near 1 long before the others stop " +
    "falling.",
  run: ({ spectra }) => overClasses(spectra, (singular) => (norm(singular) / singular[0]!) ** 2),
});
