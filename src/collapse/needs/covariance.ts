/** Σ_W as a whole, d × d, for what no basis of a few directions serves. */
import { reduced } from "./moments.ts";
import { need } from "./need.ts";
import { samples } from "./samples.ts";

/** (1/N) Σ_i (h_i−μ_{y_i})(h_i−μ_{y_i})ᵀ. What reads it decomposes matrices of its size. */
export const covariance = need({
  name: "covariance",
  after: { samples, reduced },
  passes: 1,
  memory: { kept: ({ width }) => 2 * width ** 2, working: ({ width }) => 4 * width ** 2 },
  async reduce({ samples: { source }, reduced: { moments } }): Promise<Float64Array> {
    const scatter = await source.withinClassScatter(moments.means);
    return scatter.map((sum) => sum / moments.count);
  },
});
