/** NC1 in plain words. */
import type { DefinitionTexts } from "./text.ts";

export const NC1_TEXTS: DefinitionTexts = {
  within_class_variation: {
    plain:
      "Spread inside classes, measured along each direction in which class means differ and in units of how much they differ there.",
    dissent:
      "The inverse weighs the direction in which class means differ least as much as all others, so one weak direction can hold it up.",
  },
  nc1_pinv_train: {
    plain:
      "Spread inside classes in units of the differences between class means, with a pseudo-inverse that decides by a numerical tolerance which directions count.",
    dissent:
      "The tolerance decides which weak directions count; one that comes or goes between checkpoints makes the value jump.",
  },
  nc1_svd_sum_train: {
    plain:
      "Spread inside classes in units of the differences between class means, summed and not divided by the number of classes.",
    dissent:
      "For balanced classes it is C times the variant of the paper and cannot differ from it; it differs from the other kinds.",
  },
  nc1_class_centred_train: {
    plain:
      "Spread inside classes in units of the differences between class means, which are taken from the mean of class means, not of samples.",
    dissent: "With unbalanced classes its centre is not that of the samples, so small classes weigh more.",
  },
  nc1_quotient_train: {
    plain: "Total spread inside classes over total spread between class means.",
    dissent:
      "Without an inverse it looks at the large directions only, and may fall while a weak direction still has not collapsed.",
  },
  nc1_fraction_train: {
    plain: "The part of all spread that lies inside classes.",
    dissent:
      "It is squeezed into 0 to 1: while spread inside classes dominates, it hardly moves, whatever its quotient does.",
  },
  nc1_cdnv_train: {
    plain:
      "For each pair of classes, their spread over the squared distance of their means; then the mean over pairs.",
    dissent: "Each pair counts by itself, so two classes that stay close can hold the mean up.",
  },
  nc1_cdnv_unbiased_train: {
    plain:
      "The spread of each pair of classes over their squared distance, with variances that divide by n − 1.",
    dissent:
      "It differs from the plain one only where classes are small: there the correction by n/(n − 1) weighs.",
  },
  nc1_cdnv_fourth_train: {
    plain:
      "The spread of each pair of classes over the fourth power of their distance, as one public code has it.",
    dissent:
      "It is not free of scale: features that merely grow make it fall, and features that shrink make it rise.",
  },
  nc1_class_weighted_train: {
    plain:
      "Spread inside classes in units of the differences between class means, every class weighing alike, however many samples it has.",
    dissent: "Small classes weigh as much as large ones, so they can drive it where classes are unbalanced.",
  },
  nc1_vci_train: {
    plain:
      "The part of the difference between classes that spread inside classes hides from a linear reader.",
    dissent:
      "It sees all of the spread, also outside the space of class means, and reads the weakest directions through an inverse.",
  },
  nc1_numerical_rank_train: {
    plain:
      "How many directions the features of one class fill, from 1 when they lie on one line through zero.",
    dissent:
      "Features are not centred: a large common offset brings it near 1 without collapse, and many faint directions keep it above.",
  },
  nc1_numerical_rank_squared_train: {
    plain: "The square of the numerical rank, class by class.",
    dissent: "Squaring lets the classes that fill most directions dominate the mean.",
  },
  nc1_stable_rank_train: {
    plain: "How many directions the features of one class fill, each counted by its energy.",
    dissent:
      "Squared singular values ignore faint directions, so it settles near 1 long before the others stop falling.",
  },
};
