/** NC1 by dimension: how many directions all features fill, by the squares of the spectrum of their covariance. */
import { define } from "../definition.ts";
import { totalSpectrum } from "../needs/total_spectrum.ts";
import { SAMPLES } from "../readings.ts";

export default define({
  name: "nc1_participation_ratio",
  family: "NC1",
  title: "participation ratio of all features",
  on: SAMPLES,
  needs: { totalSpectrum },
  formula: {
    tex: String
      .raw`\frac{\left(\sum\lambda\right)^2}{\sum\lambda^2},\quad\lambda\text{ the eigenvalues of }\Sigma_T`,
    plain: "(Σ λ)²/Σ λ², λ the eigenvalues of Σ_T",
  },
  range: "[1, d]",
  atCollapse: "min(C−1, d) for classes of equal size",
  ideal: (classes, width) => Math.min(classes - 1, width),
  source: "standard in physics and neuroscience; for neural collapse from memory and not confirmed",
  notes: "Σ_T is the covariance of all samples around their mean, classes weighing by size. Squares hardly " +
    "see faint directions: it falls below the effective rank and reaches C − 1 earlier.",
  plain: "How many directions the features fill, each counted by its energy.",
  dissent: "Spread inside classes raises it and unequal class means lower it, so the two can cancel.",
  run: ({ totalSpectrum: values }) => {
    // Relative to the largest, so that no square leaves float64.
    const shares = values.map((value) => value / values[0]!);
    const sum = shares.reduce((a, b) => a + b);
    return { value: sum ** 2 / shares.reduce((total, x) => total + x * x, 0) };
  },
});
