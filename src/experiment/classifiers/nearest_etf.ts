/**
 * The simplex ETF nearest to the class means, found anew in every step (Markou et al. 2024, arXiv 2411.01248): features
 * are led to the ETF that is close at hand, not to one drawn from the seed. Its bias is −W μ_G, the batch's mean.
 */
import type { Classifier } from "../classifier.ts";
import { layerOf, layerWords, READS } from "./reads.ts";

const { width, temperature } = READS;
const FIELDS = { width, temperature };

export const NEAREST_ETF: Classifier<"nearest-etf", typeof FIELDS> = {
  kind: "nearest-etf",
  fields: FIELDS,
  layer: (value) => ({
    ...layerOf({ ...value, noBias: false }),
    weightInit: { kind: "etf", length: 1 },
    frozen: true,
    nearest: true,
  }),
  refuses: (_, { training: { ranks } }) =>
    ranks === 1
      ? null
      : `--classifier nearest-etf: expected --ranks 1 beside it, whose batches have all class means, found ${ranks}`,
  says: (value) => `the simplex ETF nearest to the class means, ${layerWords({ ...value, noBias: false })}`,
};
