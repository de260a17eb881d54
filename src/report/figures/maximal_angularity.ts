/** Figure 4: that angle is the largest that C vectors can share. */
import { type Figure, meansAndClassifier } from "../figure.ts";
import { html } from "../html.ts";
import { math } from "../math.ts";

export const maximalAngularity: Figure = {
  file: "Figure4_Maximal_Angularity",
  family: "NC2",
  title: "Widest angles",
  axis: "distance from the widest angles",
  term: "Avg(|Shifted Cos|)",
  scale: "size",
  ideal: 0,
  columns: meansAndClassifier("maxangle"),
  plain:
    "How far pairs of class means, and of classifier rows, are from the widest angle that all pairs can have.",
  definition: html`
    ${math(
      String.raw`\operatorname{mean}_{c\neq c'}\left|\cos(\mu_c-\mu_G,\mu_{c'}-\mu_G)+\tfrac{1}{C-1}\right|`,
    )} for the class means, the same with ${math(String.raw`\cos(w_c,w_{c'})`)} for the classifier.
    Zero for a simplex ETF, whose angles are the widest that ${math(String.raw`C`)} vectors can share.
  `,
  source: "Papyan, Han & Donoho (2020), Figure 4",
};
