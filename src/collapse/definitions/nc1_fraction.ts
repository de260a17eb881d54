/** NC1 as the part of all spread that lies inside classes. */
import { define } from "../definition.ts";
import { betweenTrace, withinTrace } from "../moments.ts";
import { variation } from "../needs/moments.ts";
import { SAMPLES } from "../readings.ts";

export default define({
  name: "nc1_fraction",
  family: "NC1",
  title: "fraction of the total trace",
  on: SAMPLES,
  needs: { variation },
  formula: {
    tex: String.raw`\frac{\operatorname{Tr}\Sigma_W}{\operatorname{Tr}\Sigma_W+\operatorname{Tr}\Sigma_B}`,
    plain: "Tr Σ_W / (Tr Σ_W + Tr Σ_B)",
  },
  range: "[0, 1]",
  atCollapse: "0",
  ideal: 0,
  scale: 1,
  source: "Rangamani et al. 2023",
  notes: "q/(1 + q) of the quotient q: the same order, squeezed into [0, 1]. μ_G is the mean of all samples.",
  plain: "The part of all spread that lies inside classes.",
  dissent:
    "It is squeezed into 0 to 1: while spread inside classes dominates, it hardly moves, whatever its " +
    "quotient does.",
  run: ({ variation: { moments, within } }) => {
    const trace = withinTrace(within, moments);
    const total = trace + betweenTrace(moments);
    // Each of the two is rounding where it is the square of what rounds a mean.
    if (!(total > 2 * moments.centred.zero ** 2)) return { undefined: "all features are equal" };
    return { value: trace / total };
  },
});
