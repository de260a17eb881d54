/** Figure 1: top-1 accuracy on both splits. */
import type { Figure } from "../figure.ts";
import { html } from "../html.ts";
import { math } from "../math.ts";

export const top1Accuracy: Figure = {
  file: "Figure1_Top1_Accuracy",
  family: null,
  title: "Accuracy",
  axis: "images classified rightly",
  term: "Accuracy (%)",
  scale: "percent",
  ideal: null,
  columns: [
    { column: "train_accuracy", subject: "both", split: "train", label: "training" },
    { column: "test_accuracy", subject: "both", split: "test", label: "test" },
  ],
  plain: "The share of images that the network puts into their class.",
  definition: html`
    Share of samples with ${math(String.raw`\operatorname{argmax}_c\,(\langle w_c,h\rangle+b_c)=y`)},
    in %, the network in evaluation mode.
  `,
  source: "Not drawn in the paper; its Table 1 gives test accuracy at zero train error and at the last epoch",
};
