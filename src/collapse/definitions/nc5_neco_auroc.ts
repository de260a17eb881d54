/** How well NECO scores tell test samples from foreign ones. */
import { define } from "../definition.ts";
import { areaUnderRoc } from "../detection.ts";
import { onSplit } from "../needs/need.ts";
import { scores } from "../needs/scores.ts";
import { OOD } from "../readings.ts";

export default define({
  name: "nc5_neco_auroc",
  family: "NC5",
  title: "separation by the NECO score",
  on: OOD,
  needs: { own: onSplit("test", scores), scores },
  formula: {
    tex: String
      .raw`\text{area under the ROC curve of }\frac{\lVert Ph\rVert}{\lVert h\rVert}\text{, test against OOD samples}`,
    plain: "area under the ROC curve of ‖Ph‖/‖h‖, test against OOD samples",
  },
  range: "[0, 1]",
  atCollapse: "1",
  ideal: 1,
  // Chance.
  scale: 0.5,
  source: "Ammar et al. 2024",
  notes: "The paper chooses the number of directions by validation and its code standardises features " +
    "first; here it is C − 1, those that class means span at collapse, of features as they are: an " +
    "offset that all features share lies outside of them. Undefined where C > d, whose directions " +
    "would keep everything.",
  plain: "How well the part of a feature's length in the main directions tells test images from foreign " +
    "ones.",
  dissent: "It depends on which foreign images were chosen as much as on the network.",
  run: ({ own, scores }) => areaUnderRoc(own.sorted, scores.sorted),
});
