/** Figure 7: the classifier decides as the nearest class centre does. */
import { BLUE, type Figure } from "../figure.ts";
import { html } from "../html.ts";

export const nnMismatch: Figure = {
  file: "Figure7_NN_Mismatch",
  title: "Mismatch with nearest class centre",
  yLabel: "Proportion Mismatch",
  scale: "linear",
  series: [{ metric: "ncc_mismatch", label: "Test set", quantity: "Nearest-centre mismatch", colour: BLUE }],
  definition: html`Share of <em>test</em> samples with
<span class="formula">argmax<sub><i>c</i></sub> (⟨<i>w<sub>c</sub></i>, <i>h</i>⟩ + <i>b<sub>c</sub></i>)
≠ argmin<sub><i>c</i></sub> ‖<i>h</i> − <i>μ<sub>c</sub></i>‖</span>, with the means of the training set.
Zero when the network decides as its nearest class centre does.`,
  source: "Papyan, Han & Donoho (2020), Figure 7",
};
