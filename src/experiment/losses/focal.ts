/** Focal loss, −(1 − p)^γ log p of the label's probability p (Lin et al. 2017, arXiv 1708.02002). */
import { decimal, field } from "../../fields.ts";
import type { Loss } from "../loss.ts";

const FIELDS = {
  gamma: field({
    option: "focal-gamma",
    argument: "<x>",
    help: "how much less what is already right counts",
    type: decimal({ min: 0, below: 1e6 }),
    default: 2,
  }),
};

export const FOCAL: Loss<"focal", typeof FIELDS> = {
  kind: "focal",
  fields: FIELDS,
  native: ({ gamma }) => `loss kind=focal gamma=${gamma}`,
  says: ({ gamma }) => `focal, γ ${gamma}`,
};
