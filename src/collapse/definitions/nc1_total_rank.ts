/** NC1 by dimension: how many directions of all features are not faint. */
import { define } from "../definition.ts";
import { totalSpectrum } from "../needs/total_spectrum.ts";
import { SAMPLES } from "../readings.ts";

/** Eigenvalues up to this share of the largest are faint. */
const FAINT = 1e-3;

export default define({
  name: "nc1_total_rank",
  family: "NC1",
  title: "numerical rank of all features",
  on: SAMPLES,
  needs: { totalSpectrum },
  formula: {
    tex: String
      .raw`\#\{k:\lambda_k>0.001\,\lambda_1\},\quad\lambda\text{ the eigenvalues of }\Sigma_T`,
    plain: "#{k : λ_k > 0.001 λ_1}, λ the eigenvalues of Σ_T",
  },
  range: "[1, d]",
  atCollapse: "min(C−1, d)",
  ideal: (classes, width) => Math.min(classes - 1, width),
  source: "Masarczyk et al. 2023 (arXiv 2305.19753), of which the abstract was read",
  notes:
    "The tolerance is from memory and not confirmed. A whole number: it moves in steps, and a direction " +
    "near the tolerance comes and goes. Meant layer by layer, where it falls to C − 1 in the tunnel.",
  plain:
    "How many directions the features fill, leaving out those with less than a thousandth of the spread " +
    "of the first.",
  dissent:
    "Its tolerance decides: it reaches C − 1 while the spread inside classes may still fall a hundredfold.",
  run: ({ totalSpectrum: values }) => ({
    value: values.filter((value) => value > FAINT * values[0]!).length,
  }),
});
