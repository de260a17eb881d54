/** The last linear layer as the network has it: its weight is trained. */
import type { Classifier } from "../classifier.ts";
import { layerOf, layerWords, READS, unfitBias } from "./reads.ts";

const FIELDS = READS;

export const LEARNED: Classifier<"learned", typeof FIELDS> = {
  kind: "learned",
  fields: FIELDS,
  layer: layerOf,
  says: (value) => `learned, ${layerWords(value)}`,
  refuses: unfitBias,
};
