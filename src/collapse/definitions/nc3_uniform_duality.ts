/** Uniform duality: the variance over classes of the products of row and mean. */
import { define } from "../definition.ts";
import { dot, row } from "../duality.ts";
import { finite } from "../outcome.ts";
import { PAIRS } from "../readings.ts";
import { std } from "../vectors.ts";

export default define({
  name: "nc3_uniform_duality",
  family: "NC3",
  title: "variance of products (UNC3)",
  on: PAIRS,
  formula: {
    tex: String.raw`\operatorname{var}_c\langle w_c,\mu_c-\mu_G\rangle\text{, unbiased}`,
    plain: "var_c ⟨w_c, μ_c − μ_G⟩, unbiased",
  },
  range: "[0, ∞)",
  atCollapse: "0",
  ideal: 0,
  source: "as in public code: rhubarbwu/neural-collapse (nc3u_uni_dual)",
  notes: "Uniform, not maximal: 0 also when every product is equally small. Scales with the logits.",
  plain: "How unequal the products of each class's row and mean are.",
  dissent: "It is not free of scale: as weights and features grow in training, it grows with them.",
  run: ({ weights, means }) => {
    const { count, width } = weights;
    const products = Float64Array.from(
      { length: count },
      (_, c) => dot(row(weights.values, c, width), row(means.values, c, width)),
    );
    return finite(std(products) ** 2, "the square of a product ⟨w_c, μ_c − μ_G⟩ leaves the range of float64");
  },
});
