/** Figure 2: class means and classifiers become equal in norm. */
import { type Figure, meansAndClassifiers } from "../figure.ts";
import { html } from "../html.ts";

export const equinormality: Figure = {
  file: "Figure2_Equinormality",
  title: "Equinormality",
  yLabel: "Std / Avg",
  scale: "linear",
  series: meansAndClassifiers("equinorm", "Equinorm"),
  definition: html`
    <span class="formula">std<sub><i>c</i></sub> ‖<i>μ<sub>c</sub></i> − <i>μ</i><sub>G</sub>‖
    / mean<sub><i>c</i></sub> ‖<i>μ<sub>c</sub></i> − <i>μ</i><sub>G</sub>‖</span> for the class means,
    <span
      class="formula">std<sub><i>c</i></sub> ‖<i>w<sub>c</sub></i>‖ / mean<sub><i>c</i></sub> ‖<i>w<sub>c</sub></i>‖</span>
    for the classifiers; unbiased std. Zero when all norms are equal.
  `,
  source: "Papyan, Han & Donoho (2020), Figure 2",
};
