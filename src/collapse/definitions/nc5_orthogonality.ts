/** NC5: how far the mean of foreign samples is from right angles with the class means. */
import { define } from "../definition.ts";
import { dotRows } from "../kernels.ts";
import { uncentredMeans } from "../needs/moments.ts";
import { onSplit } from "../needs/need.ts";
import { samples } from "../needs/samples.ts";
import { finite } from "../outcome.ts";
import { OOD } from "../readings.ts";
import type { ClassSums } from "../source.ts";
import { directions, mean, norm } from "../vectors.ts";

export default define({
  name: "nc5_orthogonality",
  family: "NC5",
  title: "orthogonality of class means and the OOD mean",
  on: OOD,
  needs: { means: onSplit("train", uncentredMeans), samples },
  formula: {
    tex: String.raw`\operatorname{mean}_c|\cos(\mu_c,\mu_G^{\mathrm{OOD}})|\text{, uncentred}`,
    plain: "mean_c |cos(μ_c, μ_G^OOD)|, uncentred",
  },
  range: "[0, 1]",
  atCollapse: "0",
  ideal: 0,
  scale: 1,
  source: "Ammar et al. 2024",
  notes: "μ_G^OOD is the mean of the OOD samples; rhubarbwu/neural-collapse takes the mean of OOD class " +
    "means, which is equal for balanced OOD classes.",
  plain: "How far the mean feature of foreign images is from a right angle with the class means.",
  dissent: "It sees the mean of foreign images only; images that scatter around a right angle satisfy it.",
  run: ({ means, samples: { sums } }) => {
    const found = directions(means);
    if ("undefined" in found) return found;
    const foreign = meanOfSamples(sums);
    const products = dotRows(found.unit, means.count, foreign, 1, means.width);
    const length = norm(foreign);
    return finite(mean(products.map((p) => Math.abs(p) / length)), "the mean of the OOD features is zero");
  },
});

/** Whatever their labels. */
function meanOfSamples({ counts, sums }: ClassSums): Float64Array {
  const total = counts.reduce((a, b) => a + b);
  const width = sums.length / counts.length;
  const centre = new Float64Array(width);
  for (let i = 0; i < sums.length; i++) centre[i % width]! += sums[i]!;
  return centre.map((sum) => sum / total);
}
