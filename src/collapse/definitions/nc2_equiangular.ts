/** NC2: how unequal the angles are. */
import { define } from "../definition.ts";
import { noSimplex, onePair, overCosines } from "../frames.ts";
import { VECTORS } from "../readings.ts";
import { std } from "../vectors.ts";

export default define({
  name: "nc2_equiangular",
  family: "NC2",
  title: "equal angles",
  on: VECTORS,
  formula: {
    tex: String
      .raw`\underset{c\neq c'}{\operatorname{std}}\cos(a_c,a_{c'})\text{, unbiased std over all ordered pairs}`,
    plain: "std over c ≠ c′ of cos(a_c, a_c′), unbiased std over all ordered pairs",
  },
  range: "[0, 1.1)",
  atCollapse: "0",
  ideal: 0,
  scale: 1,
  uninformative: (classes, width) => onePair(classes) ?? noSimplex(classes, width),
  source: "Papyan, Han & Donoho 2020, Fig. 3",
  notes: "0 also for equal angles that are not maximal, e.g. an orthogonal frame.",
  plain: "How unequal the angles between pairs of vectors are.",
  dissent: "It asks for equal angles only, not for the widest ones: an orthogonal frame satisfies it too.",
  run: ({ vectors }) => overCosines(vectors, (cosines) => std(cosines)),
});
