/** NC2: how unequal the norms are, by the biased std. */
import { define } from "../definition.ts";
import { variationOfNorms } from "../frames.ts";
import { VECTORS } from "../readings.ts";

export default define({
  name: "nc2_equinorm_biased",
  family: "NC2",
  title: "equal norms, biased std",
  on: VECTORS,
  formula: {
    tex: String
      .raw`\frac{\operatorname{std}_c\lVert a_c\rVert}{\operatorname{mean}_c\lVert a_c\rVert}\text{, biased std}`,
    plain: "std_c ‖a_c‖ / mean_c ‖a_c‖, biased std",
  },
  range: "[0, √(C−1)]",
  atCollapse: "0",
  ideal: 0,
  scale: 1,
  source: "as in public code (NumPy's default std)",
  notes: "√((C−1)/C) times the unbiased variant: 5 % less at C = 10.",
  plain: "How unequal the lengths of the vectors are, with the standard deviation that divides by C.",
  dissent: "It is a fixed multiple of the unbiased one and cannot differ from it; it differs from angles.",
  run: ({ vectors }) => variationOfNorms(vectors, 0),
});
