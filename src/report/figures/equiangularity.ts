/** Figure 3: all pairs of class means, and of classifiers, come to the same angle. */
import { type Figure, meansAndClassifier } from "../figure.ts";
import { html } from "../html.ts";

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
    <span class="formula">std<sub><i>c</i> ≠ <i>c</i>′</sub>
    cos(<i>μ<sub>c</sub></i> − <i>μ</i><sub>G</sub>, <i>μ<sub>c′</sub></i> − <i>μ</i><sub>G</sub>)</span> for the class means,
    <span
      class="formula">std<sub><i>c</i> ≠ <i>c</i>′</sub> cos(<i>w<sub>c</sub></i>, <i>w<sub>c′</sub></i>)</span>
    for the classifier, over all ordered pairs; unbiased std. Zero when all pairs meet at one angle.
  `,
  source: "Papyan, Han & Donoho (2020), Figure 3",
};
