/** Figure 3: all pairs of class means, and of classifiers, come to the same angle. */
import { type Figure, meansAndClassifier } from "../figure.ts";
import { html } from "../html.ts";
import { math } from "../math.ts";

export const equiangularity: Figure = {
  file: "Figure3_Equiangularity",
  family: "NC2",
  title: "Equal angles",
  axis: "spread of cosines",
  term: "Std(Cos)",
  scale: "size",
  ideal: 0,
  columns: meansAndClassifier("equiangular"),
  plain: "How unequal the angles between pairs of class means are, and between rows of the classifier.",
  definition: html`
    ${math(
      String.raw`\operatorname{std}_{c\neq c'}\cos(\mu_c-\mu_G,\mu_{c'}-\mu_G)`,
    )} for the class means, ${math(
      String.raw`\operatorname{std}_{c\neq c'}\cos(w_c,w_{c'})`,
    )} for the classifier, over all ordered pairs; unbiased std.
    Zero when all pairs meet at one angle.
  `,
  source: "Papyan, Han & Donoho (2020), Figure 3",
};
