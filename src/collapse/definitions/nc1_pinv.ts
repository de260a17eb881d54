/** NC1 through a pseudo-inverse of Σ_B of the default tolerance of float64. */
import { define } from "../definition.ts";
import { inverseTrace, sampleCentred } from "../inverse_trace.ts";
import { variation } from "../needs/moments.ts";
import { SAMPLES } from "../readings.ts";

export default define({
  name: "nc1_pinv",
  family: "NC1",
  title: "pseudo-inverse of default tolerance",
  on: SAMPLES,
  needs: { variation },
  formula: {
    tex: String
      .raw`\frac{\operatorname{Tr}(\Sigma_W\Sigma_B^\dagger)}{C},\quad\Sigma_B^\dagger\text{ of the modes above }d\cdot 2.2\mathrm{e}{-16}\text{ of the largest}`,
    plain: "Tr(Σ_W Σ_B†)/C, Σ_B† of the modes above d·2.2e-16 of the largest",
  },
  range: "[0, ∞)",
  atCollapse: "0",
  ideal: 0,
  scale: 1,
  source: "Zhu et al. 2021; as in public code: tding1/Neural-Collapse",
  notes: "μ_G is the mean of all samples. Public code often inverts in float32, whose default tolerance " +
    "(d·1.2e-7) drops more modes.",
  plain:
    "Spread inside classes in units of the differences between class means, with a pseudo-inverse that " +
    "decides by a numerical tolerance which directions count.",
  dissent: "The tolerance decides which weak directions count; one that comes or goes between checkpoints " +
    "makes the value jump.",
  run: ({ variation: { moments, within } }) =>
    inverseTrace(moments, sampleCentred(moments, within.scatter), {
      tolerance: moments.width * Number.EPSILON,
      divisor: moments.classes,
    }),
});
