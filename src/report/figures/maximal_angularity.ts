/** Figure 4: that angle is the largest that C vectors can share. */
import { type Figure, meansAndClassifier } from "../figure.ts";
import { html } from "../html.ts";

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
    <span class="formula">mean<sub><i>c</i> ≠ <i>c</i>′</sub>
    |cos(<i>μ<sub>c</sub></i> − <i>μ</i><sub>G</sub>, <i>μ<sub>c′</sub></i> − <i>μ</i><sub>G</sub>) + 1/(<i>C</i> − 1)|</span>
    for the class means, the same with <span
      class="formula">cos(<i>w<sub>c</sub></i>, <i>w<sub>c′</sub></i>)</span>
    for the classifier. Zero for a simplex ETF, whose angles are the widest that <i>C</i> vectors can share.
  `,
  source: "Papyan, Han & Donoho (2020), Figure 4",
};
