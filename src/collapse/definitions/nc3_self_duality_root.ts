/** NC3: the distance of the normalised matrices, not squared. */
import { define } from "../definition.ts";
import { differenceOfNormalised } from "../duality.ts";
import { PAIRS } from "../readings.ts";

export default define({
  name: "nc3_self_duality_root",
  family: "NC3",
  title: "distance of the normalised matrices, not squared",
  on: PAIRS,
  formula: {
    tex: String.raw`\left\lVert\frac{W}{\lVert W\rVert_F}-\frac{M}{\lVert M\rVert_F}\right\rVert_F`,
    plain: "‖W/‖W‖_F − M/‖M‖_F‖_F",
  },
  range: "[0, 2]",
  atCollapse: "0",
  ideal: 0,
  scale: Math.SQRT2,
  source: "as in public code",
  notes: "The root of nc3_self_duality.",
  plain: "Distance, not squared, between the classifier and the class means, each scaled to length 1 as a " +
    "whole.",
  dissent:
    "It is a root, and moves half as fast on a logarithmic scale, so a slow fall can look like a stall.",
  run: ({ weights, means }) => differenceOfNormalised(weights, means),
});
