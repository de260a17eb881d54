/** Cross-entropy of the softmax, the mean over the images of a batch. */
import type { Kind } from "../../kind.ts";

const FIELDS = {};

export const CROSS_ENTROPY: Kind<"cross_entropy", typeof FIELDS> = {
  kind: "cross_entropy",
  fields: FIELDS,
  says: () => "cross-entropy",
};
