/** NC1 through an inverse of the C − 1 largest modes of Σ_B, as the paper has it. */
import { define } from "../definition.ts";
import { inverseTrace, sampleCentred } from "../inverse_trace.ts";
import { variation } from "../needs/moments.ts";
import { SAMPLES } from "../readings.ts";

export default define({
  name: "nc1_svd",
  family: "NC1",
  title: "inverse of the C − 1 largest modes",
  on: SAMPLES,
  needs: { variation },
  formula: {
    tex: String
      .raw`\frac{\operatorname{Tr}(\Sigma_W\Sigma_B^\dagger)}{C},\quad\Sigma_B^\dagger\text{ from the }\min(C-1,d)\text{ largest modes}`,
    plain: "Tr(Σ_W Σ_B†)/C, Σ_B† from the min(C−1, d) largest modes",
  },
  range: "[0, ∞)",
  atCollapse: "0",
  ideal: 0,
  scale: 1,
  source: "Papyan, Han & Donoho 2020, Fig. 6; Han et al. 2022",
  notes: "μ_G is the mean of all samples, Σ_B weighs classes alike. Modes that are zero to rounding are " +
    "left out.",
  plain: "Spread inside classes, measured along each direction in which class means differ and in units of " +
    "how much they differ there.",
  dissent:
    "The inverse weighs the direction in which class means differ least as much as all others, so one " +
    "weak direction can hold it up.",
  run: ({ variation: { moments, within } }) =>
    inverseTrace(moments, sampleCentred(moments, within.scatter), { divisor: moments.classes }),
});
