/**
 * A simplex equiangular tight frame that stays as it is: rows w_c of one length with Σ_c w_c = 0, in a random position
 * drawn from the seed (Zhu et al. 2021, arXiv 2105.02375, with rows of length 1 in the first C coordinates; drawn as in
 * Yang et al. 2022, arXiv 2203.09081).
 */
import { decimal, field } from "../../fields.ts";
import type { Classifier } from "../classifier.ts";
import { layerOf, layerWords, READS, unfitBias } from "./reads.ts";

const FIELDS = {
  /** Logits grow with it: features have to be the longer, the shorter the rows are. */
  scale: field({
    option: "etf-scale",
    argument: "<x>",
    help: "length of each row of the fixed simplex",
    type: decimal({ min: 0, above: true, below: 1e6 }),
    default: 1,
  }),
  ...READS,
};

export const ETF: Classifier<"etf", typeof FIELDS> = {
  kind: "etf",
  fields: FIELDS,
  layer: ({ scale, ...reads }) => ({
    ...layerOf(reads),
    weightInit: { kind: "etf", length: scale },
    frozen: true,
  }),
  says: ({ scale, ...reads }) => `fixed simplex ETF with rows of length ${scale}, ${layerWords(reads)}`,
  refuses: ({ scale, ...reads }) =>
    reads.temperature !== null && scale !== FIELDS.scale.default
      ? `--etf-scale: expected ${FIELDS.scale.default} beside --temperature, which divides rows by their lengths, found ${scale}`
      : unfitBias(reads),
};
