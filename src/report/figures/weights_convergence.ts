/** Figure 5: the classifier converges to the class means (self-duality). */
import { BLUE, type Figure } from "../figure.ts";
import { html } from "../html.ts";

export const weightsConvergence: Figure = {
  file: "Figure5_Weights_Convergence",
  title: "Classifier converges to class means",
  yLabel: "‖W/‖W‖ − M/‖M‖‖²",
  scale: "linear",
  series: [{
    metric: "self_duality",
    classCentred: "nc3_self_duality_class_centred_train",
    label: "Between classifiers and class means",
    quantity: "Self-duality",
    colour: BLUE,
  }],
  definition: html`
    <span
      class="formula">‖<i>W</i>/‖<i>W</i>‖<sub>F</sub> − <i>M</i>/‖<i>M</i>‖<sub>F</sub>‖<sup>2</sup><sub>F</sub></span>.
    Zero when the classifiers and the centred class means are the same up to scale; at most 4.
  `,
  source: "Papyan, Han & Donoho (2020), Figure 5",
};
