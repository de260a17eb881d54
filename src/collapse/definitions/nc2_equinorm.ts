/** NC2: how unequal the norms are. */
import { define } from "../definition.ts";
import { variationOfNorms } from "../frames.ts";
import { VECTORS } from "../readings.ts";

export default define({
  name: "nc2_equinorm",
  family: "NC2",
  title: "equal norms",
  on: VECTORS,
  formula: {
    tex: String
      .raw`\frac{\operatorname{std}_c\lVert a_c\rVert}{\operatorname{mean}_c\lVert a_c\rVert}\text{, unbiased std}`,
    plain: "std_c ‖a_c‖ / mean_c ‖a_c‖, unbiased std",
  },
  range: "[0, √C]",
  atCollapse: "0",
  ideal: 0,
  scale: 1,
  source: "Papyan, Han & Donoho 2020, Fig. 2",
  notes: "The unbiased std divides by C − 1; see the biased variant.",
  plain: "How unequal the lengths of the vectors are, relative to the mean length.",
  dissent: "It looks at lengths alone; angles may move the other way.",
  run: ({ vectors }) => variationOfNorms(vectors, 1),
});
