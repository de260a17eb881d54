/** Figure 8: how long features are. */
import type { Figure } from "../figure.ts";
import { html } from "../html.ts";
import { math } from "../math.ts";
import { normThresholdWords, SET_IN } from "../norm_threshold.ts";

export const norms: Figure = {
  file: "Figure8_Norms",
  family: "norm",
  title: "Length of features",
  axis: "mean norm of the features",
  term: "mean ‖h‖",
  scale: "size",
  ideal: null,
  columns: [
    { column: "norm_mean_train", subject: "means", split: "train", label: "training" },
    { column: "norm_mean_test", subject: "means", split: "test", label: "test" },
  ],
  plain:
    "How long a feature is on average: not a distance from collapse, but a size that it is seen to wait for.",
  remark: normThresholdWords,
  definition: html`
    ${math(
      String.raw`\operatorname{mean}_i\lVert h_i\rVert`,
    )} over images. Collapse is reported to set in once the norm has
    come down to a threshold ${math(
      String.raw`\mathrm{fn}^*`,
    )}, which is said to be much the same for all trainings of one
    network on one data set. What one run has of it is the norm where collapse sets in: at the first checkpoint from
    which on the spread inside classes (NC1) stays below ${100 *
      SET_IN} % of its first value. That share is this report's; the
    source's own criterion may be another.
  `,
  source: "arXiv 2604.00230, of which the abstract was read",
  beside: true,
};
