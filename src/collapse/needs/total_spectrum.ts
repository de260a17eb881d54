/** The eigenvalues of the total covariance Σ_T = Σ_W + Σ_c (n_c/N)(μ_c−μ_G)(μ_c−μ_G)ᵀ. */
import { symmetricEigen } from "../eigen.ts";
import type { Moments } from "../moments.ts";
import { covariance } from "./covariance.ts";
import { reduced } from "./moments.ts";
import { type Maybe, need } from "./need.ts";

/** Largest first, none negative; one of them at least above the rounding of the means. */
export const totalSpectrum = need({
  name: "total spectrum",
  after: { reduced, covariance },
  reduce({ reduced: { moments }, covariance }): Maybe<Float64Array> {
    const values = symmetricEigen(totalCovariance(moments, covariance), moments.width).values
      .map((value) => Math.max(value, 0));
    return values[0]! > 2 * moments.centred.zero ** 2 ? values : { undefined: "all features are equal" };
  },
});

/** Σ_T, d × d. `covariance` is Σ_W. */
export function totalCovariance(
  { width, classes, centred, counts, count }: Moments,
  covariance: Float64Array,
): Float64Array {
  const total = covariance.slice();
  for (let c = 0; c < classes; c++) {
    const share = counts[c]! / count;
    for (let i = 0; i < width; i++) {
      const scaled = share * centred.values[c * width + i]!;
      for (let j = 0; j < width; j++) total[i * width + j]! += scaled * centred.values[c * width + j]!;
    }
  }
  return total;
}
