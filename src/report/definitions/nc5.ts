/** NC5 in plain words. */
import type { DefinitionTexts } from "./text.ts";

export const NC5_TEXTS: DefinitionTexts = {
  nc5_orthogonality_ood: {
    plain: "How far the mean feature of foreign images is from a right angle with the class means.",
    dissent: "It sees the mean of foreign images only; images that scatter around a right angle satisfy it.",
  },
  nc5_neco_train: {
    plain: "The part of a feature's length that lies in the main directions of the training features.",
    dissent:
      "A feature is not centred, so a common offset within the main directions raises it without collapse.",
  },
  nc5_neco_auroc_ood: {
    plain:
      "How well the part of a feature's length in the main directions tells test images from foreign ones.",
    dissent: "It depends on which foreign images were chosen as much as on the network.",
  },
};
