/** The last linear layer as the network has it: weight and bias are trained. */
import type { Kind } from "../../kind.ts";

const FIELDS = {};

export const LEARNED: Kind<"learned", typeof FIELDS> = {
  kind: "learned",
  fields: FIELDS,
  says: () => "learned, with bias",
};
