/** NC1 by how many directions each class fills: nuclear over Frobenius norm. */
import { define } from "../definition.ts";
import { variation } from "../needs/moments.ts";
import { nuclearToFrobenius, overClasses, spectra } from "../needs/spectra.ts";
import { SAMPLES } from "../readings.ts";

export default define({
  name: "nc1_numerical_rank",
  family: "NC1",
  title: "numerical rank of each class",
  on: SAMPLES,
  needs: { variation, spectra },
  formula: {
    tex: String
      .raw`\operatorname{mean}_c\frac{\lVert A_c\rVert_{\mathrm{nuc}}}{\lVert A_c\rVert_F},\quad A_c\text{ the uncentred features of class }c`,
    plain: "mean_c ‖A_c‖_nuc/‖A_c‖_F, A_c the uncentred features of class c",
  },
  range: "[1, √min(n_c, d)]",
  atCollapse: "1",
  ideal: 1,
  // The samples of a class fill two directions alike.
  scale: Math.SQRT2 - 1,
  source: "Zhou et al. 2022",
  notes: "Uncentred: a common offset of all features lowers it, collapsed or not.",
  plain: "How many directions the features of one class fill, from 1 when they lie on one line through zero.",
  dissent:
    "Features are not centred: a large common offset brings it near 1 without collapse, and many faint " +
    "directions keep it above.",
  run: ({ spectra }) => overClasses(spectra, nuclearToFrobenius),
});
