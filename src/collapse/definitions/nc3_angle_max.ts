/** NC3 by subspaces: largest principal angle between the spans of classifier rows and class means. */
import { overAngles, wholeSpace } from "../angles.ts";
import { define } from "../definition.ts";
import { PAIRS } from "../readings.ts";

export default define({
  name: "nc3_angle_max",
  family: "NC3",
  title: "largest principal angle between the spans",
  on: PAIRS,
  formula: {
    tex: String
      .raw`\text{largest principal angle between the leading }\min(C-1,d)\text{ directions of }W\text{ and of }M`,
    plain: "largest principal angle between the leading min(C−1, d) directions of W and of M",
  },
  range: "[0, π/2] rad",
  atCollapse: "0",
  ideal: 0,
  scale: Math.PI / 2,
  uninformative: wholeSpace,
  onRequest: "decomposes classifier rows and class means",
  source: "Björck & Golub 1973 for the angles; as in public code",
  notes: "One direction of W outside the span of the class means makes it large.",
  plain: "Largest angle between the space that classifier rows span and that of class means.",
  dissent: "The worst direction alone decides it, and that is often one that the class means hardly use.",
  run: ({ weights, means }) => overAngles(weights, means, (angles) => Math.max(...angles)),
});
