/**
 * NC1 by the rank of each class: at collapse the features of a class are one vector, so its n_c × d matrix A of
 * uncentred features has rank 1. All are means over classes and 1 at collapse.
 */
import { finite, type Outcome } from "./outcome.ts";
import type { ClassSpectra } from "./spectra.ts";
import { mean, norm } from "./vectors.ts";

/** mean_c ‖A‖_nuc / ‖A‖_F, nuclear over Frobenius norm. Range [1, √min(n_c, d)]. Zhou et al. 2022, "numerical rank". */
export function numericalRank(spectra: ClassSpectra): Outcome {
  return overClasses(spectra, nuclearToFrobenius);
}

/** mean_c (‖A‖_nuc / ‖A‖_F)². Range [1, min(n_c, d)]. As in public code: evanmarkou/Guiding-Neural-Collapse. */
export function squaredNumericalRank(spectra: ClassSpectra): Outcome {
  return overClasses(spectra, (singular) => nuclearToFrobenius(singular) ** 2);
}

/** mean_c ‖A‖_F²/‖A‖₂². Range [1, min(n_c, d)]. Moves less than the nuclear norm: small modes hardly count. */
export function stableRank(spectra: ClassSpectra): Outcome {
  return overClasses(spectra, (singular) => (norm(singular) / singular[0]) ** 2);
}

function nuclearToFrobenius(singular: Float64Array): number {
  return singular.reduce((a, b) => a + b, 0) / norm(singular);
}

function overClasses(spectra: ClassSpectra, statistic: (singular: Float64Array) => number): Outcome {
  return finite(mean(spectra.map(statistic)), "all features of a class are zero");
}
