/** NC3 sample by sample (NC3+): the mean cosine of a feature and the classifier row of its class. */
import { define } from "../definition.ts";
import { sampleCosines } from "../needs/sample_cosines.ts";
import { SAMPLES } from "../readings.ts";

export default define({
  name: "nc3_sample_cosine",
  family: "NC3",
  title: "mean cosine of samples and rows (NC3+)",
  on: SAMPLES,
  needs: { sampleCosines },
  formula: {
    tex: String.raw`\operatorname{mean}_i\cos(h_i-\mu_G,w_y)`,
    plain: "mean_i cos(h_i − μ_G, w_y)",
  },
  range: "[−1, 1]",
  atCollapse: "1",
  ideal: 1,
  scale: 1,
  source: "Chen 2026 (arXiv 2512.10421), of which the abstract was read",
  notes:
    "The exact form is from memory and not confirmed; features are taken from the mean of the split, so " +
    "that the value of collapsed features is 1 whatever their offset.",
  plain: "How well a single feature lines up with the classifier row of its class.",
  dissent: "It asks for NC1 and NC3 at once: spread inside classes is enough to hold it down.",
  run: ({ sampleCosines: { own } }) => ({ value: own }),
});
