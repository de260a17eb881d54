/** NC3: squared distance of classifier and class means, each scaled as a whole. */
import { define } from "../definition.ts";
import { differenceOfNormalised } from "../duality.ts";
import { PAIRS } from "../readings.ts";

export default define({
  name: "nc3_self_duality",
  family: "NC3",
  title: "squared distance of the normalised matrices",
  on: PAIRS,
  formula: {
    tex: String.raw`\left\lVert\frac{W}{\lVert W\rVert_F}-\frac{M}{\lVert M\rVert_F}\right\rVert_F^2`,
    plain: "‖W/‖W‖_F − M/‖M‖_F‖_F²",
  },
  range: "[0, 4]",
  atCollapse: "0",
  ideal: 0,
  scale: 2,
  source: "Papyan, Han & Donoho 2020, Fig. 5",
  notes: "Public code that leaves out the square reports the root of it.",
  plain: "Squared distance between the classifier and the class means, each scaled to length 1 as a whole.",
  dissent: "It sees unequal lengths as well as directions, so one class of odd length holds it up.",
  run: ({ weights, means }) => {
    const found = differenceOfNormalised(weights, means);
    return "value" in found ? { value: found.value ** 2 } : found;
  },
});
