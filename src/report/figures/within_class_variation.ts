/** Figure 6: samples collapse onto their class means. */
import type { Figure } from "../figure.ts";
import { html } from "../html.ts";
import { math } from "../math.ts";

export const withinClassVariation: Figure = {
  file: "Figure6_Within_Class_Variation",
  family: "NC1",
  title: "Spread inside classes",
  axis: "spread inside over between",
  term: "Tr(ΣW ΣB†)/C",
  scale: "size",
  ideal: 0,
  columns: [{ column: "within_class_variation", subject: "means", split: "train", label: "training" }],
  plain: "How far images of one class lie from their class mean, in units of how far the classes lie apart.",
  definition: html`
    ${math(
      String.raw`\operatorname{Tr}(\Sigma_W\Sigma_B^\dagger)/C`,
    )}, the pseudo-inverse taken over the ${math(
      String.raw`C-1`,
    )} largest modes. Zero when every sample sits on its class mean.
  `,
  source: "Papyan, Han & Donoho (2020), Figure 6",
};
