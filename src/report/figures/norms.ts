/** Figure 8: how long features are. */
import type { Figure } from "../figure.ts";
import { html } from "../html.ts";
import { math } from "../math.ts";

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
  definition: html`
    ${math(
      String.raw`\operatorname{mean}_i\lVert h_i\rVert`,
    )} over images. Collapse is reported to set in once the norm has
    crossed a threshold of its own for network and data, ${math(
      String.raw`\mathrm{fn}^*`,
    )}. It is read off curves like
    this one; no rule that computes it is known here, so none is drawn.
  `,
  source: "arXiv 2604.00230, of which the abstract was read",
  beside: true,
};
