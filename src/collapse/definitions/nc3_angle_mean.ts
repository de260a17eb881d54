/** NC3 by subspaces: mean principal angle between the spans of classifier rows and class means. */
import { overAngles, wholeSpace } from "../angles.ts";
import { define } from "../definition.ts";
import { PAIRS } from "../readings.ts";
import { mean } from "../vectors.ts";

export default define({
  name: "nc3_angle_mean",
  family: "NC3",
  title: "mean principal angle between the spans",
  on: PAIRS,
  formula: {
    tex: String
      .raw`\text{mean of the principal angles between the leading }\min(C-1,d)\text{ directions of }W\text{ and of }M`,
    plain: "mean of the principal angles between the leading min(C−1, d) directions of W and of M",
  },
  range: "[0, π/2] rad",
  atCollapse: "0",
  ideal: 0,
  scale: Math.PI / 2,
  uninformative: wholeSpace,
  onRequest: "decomposes classifier rows and class means",
  source: "Björck & Golub 1973 for the angles; as in public code",
  notes: "Compares subspaces only: 0 for any W whose rows span the space of the class means. 0 by force " +
    "where C > d.",
  plain: "Mean angle between the space that classifier rows span and that of class means.",
  dissent: "It compares spaces only: rows may lie in the right space and still pair with the wrong means.",
  run: ({ weights, means }) => overAngles(weights, means, mean),
});
