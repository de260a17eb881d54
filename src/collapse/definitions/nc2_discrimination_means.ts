/** How far the closest two class means are from one direction, from zero: discrimination. */
import { define, KEEPS_DEFAULTS } from "../definition.ts";
import { overCosines } from "../frames.ts";
import { uncentredMeans } from "../needs/moments.ts";
import { finite } from "../outcome.ts";
import { SAMPLES } from "../readings.ts";

export default define({
  name: "nc2_discrimination_means",
  family: "NC2",
  title: "discrimination, uncentred class means",
  on: SAMPLES,
  needs: { uncentredMeans },
  formula: {
    tex: String.raw`1-\max_{c\neq c'}\cos(\mu_c,\mu_{c'})`,
    plain: "1 − max over c ≠ c′ of cos(μ_c, μ_c′)",
  },
  range: "[0, 2]",
  atCollapse: "1 for an orthogonal frame, C/(C−1) for a simplex around zero",
  ideal: null,
  scale: 1,
  onRequest: KEEPS_DEFAULTS,
  source: "Wang et al. 2025 (arXiv 2311.02960); as in public code: Heimine/PNC_DLN (utility.py)",
  notes:
    "Uncentred: an offset that all features share lowers it, collapsed or not. Meant layer by layer, in " +
    "networks whose last layers are linear, where it is found to rise on a line.",
  plain: "How far in angle the two closest class means are from each other, as seen from zero.",
  dissent:
    "Features that share an offset, as those behind a ReLU do, stay low however well their means spread.",
  run: ({ uncentredMeans }) => {
    const found = overCosines(uncentredMeans, (cosines) => cosines.reduce((a, b) => Math.max(a, b)));
    const lost = "a class mean is so short beside the others that its products leave float64";
    return "value" in found ? finite(1 - found.value, lost) : found;
  },
});
