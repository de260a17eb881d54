/** NC2 for many classes: the smallest distance of one direction from the hull of the others. */
import { define } from "../definition.ts";
import { coinciding } from "../frames.ts";
import { oneVersusRest } from "../hull.ts";
import { VECTORS } from "../readings.ts";

export default define({
  name: "nc2_one_vs_rest",
  family: "NC2",
  title: "one-vs-rest distance",
  on: VECTORS,
  formula: {
    tex: String
      .raw`\min_c\operatorname{dist}(\hat{a}_c,\operatorname{conv}\{\hat{a}_{c'}:c'\neq c\})\text{ of unit vectors}`,
    plain: "min_c dist(â_c, conv{â_c′ : c′ ≠ c}) of unit vectors",
  },
  range: "[0, 2]",
  atCollapse: "C/(C−1) where C ≤ d + 1",
  ideal: (classes, width) => classes <= width + 1 ? classes / (classes - 1) : null,
  scale: coinciding,
  onRequest: "finds a shortest vector for each class",
  source: "Jiang et al. 2024",
  notes:
    "Larger is better. For C > d + 1 its ideal, that of softmax codes, has no closed form. Public code " +
    "approximates the distance by gradient descent from a random start.",
  plain: "The smallest distance of one direction from the hull of all the others: larger is better.",
  dissent: "The worst class alone decides it, where other definitions average over classes.",
  run: ({ vectors }) => oneVersusRest(vectors),
});
