/** The numerical rank of each class, squared. */
import { define } from "../definition.ts";
import { variation } from "../needs/moments.ts";
import { nuclearToFrobenius, overClasses, spectra } from "../needs/spectra.ts";
import { SAMPLES } from "../readings.ts";

export default define({
  name: "nc1_numerical_rank_squared",
  family: "NC1",
  title: "squared numerical rank of each class",
  on: SAMPLES,
  needs: { variation, spectra },
  formula: {
    tex: String
      .raw`\operatorname{mean}_c\left(\frac{\lVert A_c\rVert_{\mathrm{nuc}}}{\lVert A_c\rVert_F}\right)^2`,
    plain: "mean_c (‖A_c‖_nuc/‖A_c‖_F)²",
  },
  range: "[1, min(n_c, d)]",
  atCollapse: "1",
  ideal: 1,
  scale: 1,
  source: "as in public code: evanmarkou/Guiding-Neural-Collapse",
  notes: "That library calls it numerical rank, without the word squared.",
  plain: "The square of the numerical rank, class by class.",
  dissent: "Squaring lets the classes that fill most directions dominate the mean.",
  run: ({ spectra }) => overClasses(spectra, (singular) => nuclearToFrobenius(singular) ** 2),
});
