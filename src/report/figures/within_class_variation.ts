/** Figure 6: samples collapse onto their class means. */
import { BLUE, type Figure } from "../figure.ts";
import { html } from "../html.ts";

export const withinClassVariation: Figure = {
  file: "Figure6_Within_Class_Variation",
  title: "Within-class variation",
  yLabel: "Tr(Σ_W Σ_B†)/C",
  scale: "log",
  series: [{
    metric: "within_class_variation",
    label: "Training set",
    quantity: "Within-class variation",
    colour: BLUE,
  }],
  definition:
    html`<span class="formula">Tr(<i>Σ<sub>W</sub></i> <i>Σ<sub>B</sub></i><sup>†</sup>) / <i>C</i></span>,
the pseudo-inverse taken over the <i>C</i> − 1 largest modes; logarithmic axis. Zero when every sample sits on its class mean.`,
  source: "Papyan, Han & Donoho (2020), Figure 6",
};
