/** NC1 as the law of data separation has it: separation fuzziness, classes weighing by size. */
import { define, KEEPS_DEFAULTS } from "../definition.ts";
import { inverseTrace, sizeWeighted } from "../inverse_trace.ts";
import { variation } from "../needs/moments.ts";
import { SAMPLES } from "../readings.ts";

export default define({
  name: "nc1_fuzziness",
  family: "NC1",
  title: "separation fuzziness",
  on: SAMPLES,
  needs: { variation },
  formula: {
    tex: String
      .raw`\operatorname{Tr}(\Sigma_W S_B^\dagger),\quad S_B=\sum_c\frac{n_c}{N}m_c m_c^\mathsf{T},\quad m_c=\mu_c-\mu_G`,
    plain: "Tr(Σ_W S_B†), S_B = Σ_c n_c/N m_c m_cᵀ, m_c = μ_c − μ_G",
  },
  range: "[0, ∞)",
  atCollapse: "0",
  ideal: 0,
  scale: (classes) => classes,
  onRequest: KEEPS_DEFAULTS,
  source: "He & Su 2023; as in public code: HornHehhf/Equi-Separation (variance_analysis.py)",
  notes: "Not divided by C: C times nc1_svd when classes are balanced. Meant layer by layer, where its " +
    "logarithm is found to fall on a line. Classes weigh by size on both sides.",
  plain:
    "Spread inside classes in units of the differences between class means, large classes weighing more.",
  dissent: "For balanced classes it is C times the variant of the paper and cannot differ from it.",
  run: ({ variation: { moments, within } }) =>
    inverseTrace(moments, sizeWeighted(moments, within.scatter), { divisor: 1 }),
});
