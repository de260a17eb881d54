/** The central path of the MSE loss in plain words. */
import type { DefinitionTexts } from "./text.ts";

export const MSE_TEXTS: DefinitionTexts = {
  mse_nc1_train: {
    plain:
      "The part of the squared error that spread inside classes causes, under the best linear classifier.",
    dissent:
      "It does not go to 0 but to a floor set by weight decay, so it may stall there although spread still falls.",
  },
  mse_nc23_train: {
    plain: "The part that the arrangement of class means causes, under the best linear classifier.",
    dissent: "Scaling features down raises it through weight decay, whatever their arrangement.",
  },
  mse_perpendicular_train: {
    plain: "The part that is there because the classifier is not the best linear one.",
    dissent:
      "A network trained with cross-entropy is not drawn to this classifier: its growing outputs lead away from it.",
  },
  mse_total_train: {
    plain: "The whole squared error with its penalty: the sum of the three parts.",
    dissent: "It is the sum of parts that may move apart; the largest of them decides.",
  },
};
