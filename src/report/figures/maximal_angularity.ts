/** Figure 4: that angle is the largest that C vectors can share. */
import { type Figure, meansAndClassifiers } from "../figure.ts";
import { html } from "../html.ts";

export const maximalAngularity: Figure = {
  file: "Figure4_Maximal_Angularity",
  title: "Maximal-angle equiangularity",
  yLabel: "Avg(|Shifted Cos|)",
  scale: "linear",
  series: meansAndClassifiers("maxangle", "Max-angle"),
  definition: html`
    <span class="formula">mean<sub><i>c</i> ≠ <i>c</i>′</sub>
    |cos(<i>μ<sub>c</sub></i> − <i>μ</i><sub>G</sub>, <i>μ<sub>c′</sub></i> − <i>μ</i><sub>G</sub>) + 1/(<i>C</i> − 1)|</span>
    for the class means, the same with <span
      class="formula">cos(<i>w<sub>c</sub></i>, <i>w<sub>c′</sub></i>)</span>
    for the classifiers. Zero for a simplex ETF, whose angles are the widest that <i>C</i> vectors can share.
  `,
  source: "Papyan, Han & Donoho (2020), Figure 4",
};
