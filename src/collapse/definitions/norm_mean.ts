/** The mean length of features. */
import { define } from "../definition.ts";
import { norms } from "../needs/norms.ts";
import { finite } from "../outcome.ts";
import { SAMPLES } from "../readings.ts";

export default define({
  name: "norm_mean",
  family: "norm",
  title: "mean norm of the features",
  on: SAMPLES,
  needs: { norms },
  formula: { tex: String.raw`\operatorname{mean}_i\lVert h_i\rVert`, plain: "mean_i ‖h_i‖" },
  range: "[0, ∞)",
  atCollapse: "no one value: it levels off where weight decay and loss balance",
  ideal: null,
  source: "arXiv 2604.00230, of which the abstract was read",
  notes:
    "There collapse sets in once the norm crosses a threshold of its own for network and data, 62 epochs " +
    "later on average. The threshold is found from the curve; it is not stated here.",
  plain: "How long a feature is on average.",
  dissent:
    "It is a size, not a distance from collapse: what it does says when collapse comes, not how far it " +
    "has come.",
  run: ({ norms: { mean } }) => finite(mean, "a norm leaves the range of float64"),
});
