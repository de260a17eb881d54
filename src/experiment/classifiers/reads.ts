/** What every classifier may read, and add to it: features of a chosen width, on the sphere or not, and a bias. */
import { decimal, field, type FieldValues, flag, orNull, wholeNumber } from "../../fields.ts";
import type { LastLayer } from "../../models/classifier.ts";

export const READS = {
  noBias: field({
    option: "no-bias",
    argument: "[yes|no]",
    help: "the last layer without a bias",
    type: flag(),
    default: false,
    newer: true,
  }),
  /** Jiang et al. 2024 (arXiv 2310.05351) put the same layer behind a ResNet to choose d. */
  width: field({
    option: "width",
    argument: "<d>",
    help: "length of the features, by a linear layer with bias before the last one, or the network's own",
    type: orNull("own", wholeNumber({ min: 1, max: 65536 })),
    default: null,
    newer: true,
  }),
  /** Jiang et al. 2024 multiply by τ = 1/T. */
  temperature: field({
    option: "temperature",
    argument: "<T>",
    help:
      "logits are cos(feature, row) / T, of features and rows divided by their lengths, or none for plain products",
    type: orNull("none", decimal({ min: 0, above: true, below: 1e6 })),
    default: null,
    newer: true,
  }),
};

type Reads = FieldValues<typeof READS>;

/** As models/classifier.ts takes it. */
export function layerOf({ noBias, width, temperature }: Reads): LastLayer {
  return { bias: !noBias, width, temperature };
}

/** "with bias", and what is read where it is not the network's own. */
export function layerWords({ noBias, width, temperature }: Reads): string {
  return [
    noBias ? "without bias" : "with bias",
    ...width === null ? [] : [`on features of width ${width} by a linear layer`],
    ...temperature === null ? [] : [`logits cos / ${temperature}`],
  ].join(", ");
}

/** Why a bias does not go with a temperature, in a sentence; null where it does. */
export function unfitBias({ noBias, temperature }: Reads): string | null {
  return temperature === null || noBias
    ? null
    : "--temperature: expected --no-bias beside it, because logits are cos / T alone, found a bias";
}
