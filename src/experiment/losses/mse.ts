/**
 * Mean squared error of the logits z on one-hot targets, 1/C · (k · (z_y − M)² + Σ_{c ≠ y} z_c²): plain where k and M
 * are 1, else rescaled (Hui & Belkin 2021, arXiv 2006.07322).
 */
import { decimal, field } from "../../fields.ts";
import type { Loss } from "../loss.ts";

const FIELDS = {
  scale: field({
    option: "mse-scale",
    argument: "<k>",
    help: "how much the label's own square counts",
    type: decimal({ min: 0, above: true, below: 1e6 }),
    default: 1,
  }),
  target: field({
    option: "mse-target",
    argument: "<m>",
    help: "the label's target",
    type: decimal({ min: 0, above: true, below: 1e6 }),
    default: 1,
  }),
};

export const MSE: Loss<"mse", typeof FIELDS> = {
  kind: "mse",
  fields: FIELDS,
  native: ({ scale, target }) => `loss kind=mse scale=${scale} target=${target}`,
  says: ({ scale, target }) =>
    scale === 1 && target === 1
      ? "mean squared error on one-hot targets"
      : `mean squared error on targets of ${target}, the label's scaled by ${scale}`,
};
