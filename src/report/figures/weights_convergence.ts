/** Figure 5: the classifier converges to the class means (self-duality). */
import type { Figure } from "../figure.ts";
import { html } from "../html.ts";
import { math } from "../math.ts";

export const weightsConvergence: Figure = {
  file: "Figure5_Weights_Convergence",
  family: "NC3",
  title: "Classifier onto class means",
  axis: "squared distance of directions",
  term: "‖W/‖W‖ − M/‖M‖‖²",
  scale: "size",
  ideal: 0,
  columns: [{
    column: "self_duality",
    classCentred: "nc3_self_duality_class_centred_train",
    subject: "both",
    split: "train",
    label: "training",
  }],
  plain: "How far the classifier is from the class means, when both are scaled to one size.",
  definition: html`
    ${math(
      String.raw`\left\lVert\frac{W}{\lVert W\rVert_F}-\frac{M}{\lVert M\rVert_F}\right\rVert_F^2`,
    )}. Zero when the classifier and the centred class means are the same up to scale; at most 4.
  `,
  source: "Papyan, Han & Donoho (2020), Figure 5",
};
