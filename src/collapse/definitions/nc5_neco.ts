/** NC5: the part of a feature's length that lies in the main directions of the training features. */
import { define } from "../definition.ts";
import { scores } from "../needs/scores.ts";
import { finite } from "../outcome.ts";
import { OOD, SAMPLES } from "../readings.ts";
import { mean } from "../vectors.ts";

export default define({
  name: "nc5_neco",
  family: "NC5",
  title: "mean NECO score",
  on: [...SAMPLES, ...OOD],
  needs: { scores },
  formula: {
    tex: String
      .raw`\operatorname{mean}\text{ of }\frac{\lVert Ph\rVert}{\lVert h\rVert},\quad P\text{ on the }C-1\text{ leading principal directions of the training features}`,
    plain: "mean of ‖Ph‖/‖h‖, P on the C − 1 leading principal directions of the training features",
  },
  range: "[0, 1]",
  atCollapse: "1 for features of mean 0, less by what their offset takes; 0 for OOD features",
  // No value and no bound: an offset decides.
  ideal: () => null,
  idealOn: { ood: 0 },
  scale: 1,
  source: "Ammar et al. 2024",
  notes: "The paper chooses the number of directions by validation and its code standardises features " +
    "first; here it is C − 1, those that class means span at collapse, of features as they are: an " +
    "offset that all features share lies outside of them. Undefined where C > d, whose directions " +
    "would keep everything.",
  plain: "The part of a feature's length that lies in the main directions of the training features.",
  dissent: "A feature is not centred, so a common offset within the main directions raises it without " +
    "collapse.",
  run: ({ scores: { sorted, zeros } }) => {
    const note = zeros > 0 ? { note: `${zeros} features are zero and have no score` } : {};
    return finite(mean(sorted), "every feature is zero", note);
  },
});
