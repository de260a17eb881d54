/** NC1 by dimension: how many directions all features fill, by the entropy of the spectrum of their covariance. */
import { define } from "../definition.ts";
import { totalSpectrum } from "../needs/total_spectrum.ts";
import { SAMPLES } from "../readings.ts";

export default define({
  name: "nc1_effective_rank",
  family: "NC1",
  title: "effective rank of all features",
  on: SAMPLES,
  needs: { totalSpectrum },
  formula: {
    tex: String
      .raw`\exp\left(-\sum_k p_k\log p_k\right),\quad p_k=\frac{\lambda_k}{\sum\lambda},\quad\lambda\text{ the eigenvalues of }\Sigma_T`,
    plain: "exp(−Σ_k p_k log p_k), p_k = λ_k/Σ λ, λ the eigenvalues of Σ_T",
  },
  range: "[1, d]",
  atCollapse: "min(C−1, d) for classes of equal size",
  ideal: (classes, width) => Math.min(classes - 1, width),
  source: "Roy & Vetterli 2007; for neural collapse from memory and not confirmed",
  notes:
    "Σ_T is the covariance of all samples around their mean, classes weighing by size: unequal ones stay " +
    "below C − 1. Asks for NC2, too: class means that reach unequally far lower it. Passes its value at " +
    "collapse on the way down from above and may come back to it from below.",
  plain: "How many directions the features fill, each counted by its share of the spread.",
  dissent: "Spread inside classes raises it and unequal class means lower it, so the two can cancel.",
  run: ({ totalSpectrum: values }) => {
    const total = values.reduce((a, b) => a + b);
    let entropy = 0;
    for (const value of values) if (value > 0) entropy -= value / total * Math.log(value / total);
    return { value: Math.exp(entropy) };
  },
});
