/** Figure 1: top-1 accuracy on both splits. */
import { BLUE, type Figure, ORANGE } from "../figure.ts";
import { html } from "../html.ts";

export const top1Accuracy: Figure = {
  file: "Figure1_Top1_Accuracy",
  title: "Top-1 accuracy",
  yLabel: "Accuracy (%)",
  scale: "percent",
  series: [
    { metric: "train_accuracy", label: "Train", quantity: "Train accuracy", colour: BLUE },
    { metric: "test_accuracy", label: "Test", quantity: "Test accuracy", colour: ORANGE },
  ],
  definition: html`
    Share of samples with
    <span
      class="formula">argmax<sub><i>c</i></sub> (⟨<i>w<sub>c</sub></i>, <i>h</i>⟩ + <i>b<sub>c</sub></i>) = <i>y</i></span>,
    in %, the network in evaluation mode.
  `,
  source: "Not drawn in the paper; its Table 1 gives test accuracy at zero train error and at the last epoch",
};
