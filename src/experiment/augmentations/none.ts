/** Training images as they are, as in the experiments of neural collapse that are reproduced here. */
import type { Augmentation } from "./augmentation.ts";

const FIELDS = {};

export const NONE: Augmentation<"none", typeof FIELDS> = {
  kind: "none",
  fields: FIELDS,
  native: () => null,
  ways: () => 1,
  says: () => "none",
};
