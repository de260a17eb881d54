/** NC4 in plain words. */
import type { DefinitionTexts } from "./text.ts";

export const NC4_TEXTS: DefinitionTexts = {
  ncc_mismatch: {
    plain: "Share of images for which the network and the rule “choose the nearest class mean” disagree.",
    dissent:
      "It counts images: near 0 it moves in steps of single images, and a few of them make it rise or fall.",
  },
  nc4_mismatch_nobias_train: {
    plain:
      "Share of images for which the nearest class mean and the network without the bias of its last layer disagree.",
    dissent: "Without the bias it judges another classifier than the one trained.",
  },
  nc4_ncc_accuracy_train: {
    plain: "How often the nearest class mean is the right class.",
    dissent:
      "It compares with the label: network and nearest mean may be wrong together, which is agreement elsewhere.",
  },
  nc4_bias_collapse_train: {
    plain:
      "Length of the network's output at the mean of all features, which is 0 where the bias just cancels that mean.",
    dissent:
      "It is not a matter of decisions, and it grows with the size of the outputs as training goes on.",
  },
};
