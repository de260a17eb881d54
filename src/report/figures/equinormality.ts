/** Figure 2: class means and classifiers become equal in norm. */
import { type Figure, meansAndClassifier } from "../figure.ts";
import { html } from "../html.ts";

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
    <span class="formula">std<sub><i>c</i></sub> ‖<i>μ<sub>c</sub></i> − <i>μ</i><sub>G</sub>‖
    / mean<sub><i>c</i></sub> ‖<i>μ<sub>c</sub></i> − <i>μ</i><sub>G</sub>‖</span> for the class means,
    <span
      class="formula">std<sub><i>c</i></sub> ‖<i>w<sub>c</sub></i>‖ / mean<sub><i>c</i></sub> ‖<i>w<sub>c</sub></i>‖</span>
    for the classifier; unbiased std. Zero when all norms are equal.
  `,
  source: "Papyan, Han & Donoho (2020), Figure 2",
};
