/** Figure 2: class means and classifiers become equal in norm. */
import { type Figure, meansAndClassifier } from "../figure.ts";
import { html } from "../html.ts";
import { math } from "../math.ts";

export const equinormality: Figure = {
  file: "Figure2_Equinormality",
  family: "NC2",
  title: "Equal norms",
  axis: "spread of norms",
  term: "Std / Avg",
  scale: "size",
  ideal: 0,
  columns: meansAndClassifier("equinorm"),
  plain: "How unequal the class means are in length, and the rows of the classifier.",
  definition: html`
    ${math(
      String
        .raw`\frac{\operatorname{std}_c\lVert\mu_c-\mu_G\rVert}{\operatorname{mean}_c\lVert\mu_c-\mu_G\rVert}`,
    )} for the class means, ${math(
      String.raw`\frac{\operatorname{std}_c\lVert w_c\rVert}{\operatorname{mean}_c\lVert w_c\rVert}`,
    )} for the classifier; unbiased std. Zero when all norms are equal.
  `,
  source: "Papyan, Han & Donoho (2020), Figure 2",
};
