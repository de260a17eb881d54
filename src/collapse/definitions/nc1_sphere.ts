/** NC1 of directions (GNC1): the variation of features scaled to length 1. */
import { define } from "../definition.ts";
import { inverseTrace, sampleCentred } from "../inverse_trace.ts";
import { variation } from "../needs/moments.ts";
import { sphere } from "../needs/sphere.ts";
import { SAMPLES } from "../readings.ts";

export default define({
  name: "nc1_sphere",
  family: "NC1",
  title: "pseudo-inverse, features scaled to length 1 (GNC1)",
  on: SAMPLES,
  needs: { variation, sphere },
  formula: {
    tex: String
      .raw`\frac{\operatorname{Tr}(\Sigma_W\Sigma_B^\dagger)}{C}\text{ of }\hat{h}=\frac{h}{\lVert h\rVert},\quad\Sigma_B^\dagger\text{ of the modes above }d\cdot 2.2\mathrm{e}{-16}\text{ of the largest}`,
    plain: "Tr(Σ_W Σ_B†)/C of ĥ = h/‖h‖, Σ_B† of the modes above d·2.2e-16 of the largest",
  },
  range: "[0, ∞)",
  atCollapse: "0",
  ideal: 0,
  scale: 1,
  source: "Jiang et al. 2024; as in public code: " +
    "kongwanbianjinyu/Generalized-Neural-Collapse-for-a-Large-Number-of-Classes (GNC1.py)",
  notes: "nc1_pinv of directions. For networks that normalise their features; elsewhere it leaves out what " +
    "lengths vary.",
  plain: "Spread of directions inside classes in units of the differences between their means.",
  dissent: "Lengths do not enter: features of one direction and of any length count as collapsed.",
  run: ({ sphere: { moments, within } }) =>
    inverseTrace(moments, sampleCentred(moments, within.scatter), {
      tolerance: moments.width * Number.EPSILON,
      divisor: moments.classes,
    }),
});
