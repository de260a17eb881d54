/** NC1 as the quotient of traces: no inverse, so no tolerance. */
import { define } from "../definition.ts";
import { betweenTrace, meansCoincide, SAME_MEANS, withinTrace } from "../moments.ts";
import { variation } from "../needs/moments.ts";
import { SAMPLES } from "../readings.ts";

export default define({
  name: "nc1_quotient",
  family: "NC1",
  title: "quotient of traces",
  on: SAMPLES,
  needs: { variation },
  formula: {
    tex: String.raw`\frac{\operatorname{Tr}\Sigma_W}{\operatorname{Tr}\Sigma_B}`,
    plain: "Tr Σ_W / Tr Σ_B",
  },
  range: "[0, ∞)",
  atCollapse: "0",
  ideal: 0,
  scale: 1,
  source: "Tirer et al. 2023",
  notes: "No inverse. μ_G is the mean of all samples. Blind to a small mode of Σ_B that drowns in Σ_W, " +
    "which the inverse weighs most. rhubarbwu/neural-collapse, version c3864c2, divides Σ_B by d in " +
    "place of C: d/C times this one.",
  plain: "Total spread inside classes over total spread between class means.",
  dissent: "Without an inverse it looks at the large directions only, and may fall while a weak direction " +
    "still has not collapsed.",
  run: ({ variation: { moments, within } }) =>
    meansCoincide(moments) ? SAME_MEANS : { value: withinTrace(within, moments) / betweenTrace(moments) },
});
