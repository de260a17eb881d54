/** How unequally the class means as they are fill the directions that they span. */
import { define } from "../definition.ts";
import { uncentredMeans } from "../needs/moments.ts";
import { SAMPLES } from "../readings.ts";
import { singularValues } from "../singular_values.ts";

export default define({
  name: "nc2_condition_uncentred_means",
  family: "NC2",
  title: "condition number, uncentred class means",
  on: SAMPLES,
  needs: { uncentredMeans },
  formula: {
    tex: String.raw`\frac{\sigma_1(A)}{\sigma_K(A)},\quad K=\min(C,d),\quad A=[\mu_c]`,
    plain: "σ_1(A)/σ_K(A), K = min(C, d), A = [μ_c]",
  },
  range: "[1, ∞)",
  atCollapse: "1 for networks without bias that collapse to an orthogonal frame",
  ideal: null,
  onRequest: "decomposes the class means",
  source: "third-party code of Sakamoto & Sato 2026; as DNC2 in Súkeník et al. 2023 and Jacot et al. 2024, " +
    "from memory and not confirmed",
  notes: "Undefined for a simplex around zero, whose means are dependent; a common offset of all features " +
    "raises it.",
  plain:
    "How many times as far the class means reach along their widest direction as along their narrowest, " +
    "from zero.",
  dissent: "It is 1 for an orthogonal frame, not for a simplex: the two exclude each other.",
  run: ({ uncentredMeans: { values, count, width } }) => {
    const singular = singularValues(values, count, width);
    const modes = Math.min(count, width);
    // Below a multiple of the rounding of the largest there is no direction.
    if (!(singular[modes - 1]! > 1e-12 * singular[0]!)) {
      return { undefined: `the class means span fewer than ${modes} directions` };
    }
    return { value: singular[0]! / singular[modes - 1]! };
  },
});
