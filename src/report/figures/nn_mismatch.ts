/** Figure 7: the classifier decides as the nearest class centre does. */
import type { Figure } from "../figure.ts";
import { html } from "../html.ts";
import { math } from "../math.ts";

export const nnMismatch: Figure = {
  file: "Figure7_NN_Mismatch",
  family: "NC4",
  title: "Nearest centre disagrees",
  axis: "share of images decided otherwise",
  term: "Proportion Mismatch",
  scale: "size",
  ideal: 0,
  columns: [{ column: "ncc_mismatch", subject: "both", split: "test", label: "test" }],
  plain:
    "The share of test images for which the nearest class mean gives another answer than the classifier.",
  definition: html`
    Share of <em>test</em> samples with ${math(
      String
        .raw`\operatorname{argmax}_c\,(\langle w_c,h\rangle+b_c)\neq\operatorname{argmin}_c\lVert h-\mu_c\rVert`,
    )}, with the means of the training set.
    Zero when the network decides as its nearest class centre does.
  `,
  source: "Papyan, Han & Donoho (2020), Figure 7",
};
