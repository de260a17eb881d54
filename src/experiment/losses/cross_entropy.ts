/** Cross-entropy of the softmax, as torch.nn.functional.cross_entropy. */
import { decimal, field } from "../../fields.ts";
import type { Loss } from "../loss.ts";

const FIELDS = {
  labelSmoothing: field({
    option: "label-smoothing",
    argument: "<x>",
    help: "share of a target that is spread evenly over all classes",
    type: decimal({ min: 0, below: 1 }),
    default: 0,
    newer: true,
  }),
};

export const CROSS_ENTROPY: Loss<"cross_entropy", typeof FIELDS> = {
  kind: "cross_entropy",
  fields: FIELDS,
  native: ({ labelSmoothing }) => `loss kind=cross_entropy label_smoothing=${labelSmoothing}`,
  says: ({ labelSmoothing }) =>
    labelSmoothing === 0 ? "cross-entropy" : `cross-entropy with label smoothing ${labelSmoothing}`,
};
