/** NC2 in plain words. */
import { aroundClassMeans, type DefinitionTexts } from "./text.ts";

const KERNELS = {
  log: { word: "the logarithm of their inverse distance", trap: "close pairs weigh most" },
  riesz: {
    word: "a power of their distance that grows with the width of the features",
    trap: "the power is so high for wide features that the closest pair decides alone, or all is 0",
  },
  distance: { word: "their distance", trap: "far pairs weigh as much as close ones" },
} as const;

const STATISTICS = {
  mean: {
    plain: "how large it is on average over pairs",
    trap: "a mean over pairs can be right while single pairs are not",
  },
  variance: {
    plain: "its variance over pairs",
    trap: "a variance is 0 for any equal distances, also those of no simplex",
  },
  cov: {
    plain: "its standard deviation over its mean",
    trap: "dividing by a mean that moves itself can turn the direction of the curve",
  },
} as const;

const TEXTS: DefinitionTexts = {
  equinorm_means: {
    plain: "How unequal the lengths of the vectors are, relative to the mean length.",
    dissent: "It looks at lengths alone; angles may move the other way.",
  },
  equiangular_means: {
    plain: "How unequal the angles between pairs of vectors are.",
    dissent: "It asks for equal angles only, not for the widest ones: an orthogonal frame satisfies it too.",
  },
  maxangle_means: {
    plain: "How far each pair of vectors is from the widest angle that all pairs can have at once.",
    dissent:
      "It looks at angles alone and takes each pair's error by itself, so errors of opposite sign do not cancel.",
  },
  nc2_maxangle_signed_means_train: {
    plain:
      "Distance from the widest angles with the absolute value taken after averaging: a mistake found in public code, shown as a warning.",
    dissent:
      "Errors of opposite sign cancel: it is near 0 for any centred vectors of equal length, collapsed or not.",
  },
  nc2_equinorm_biased_means_train: {
    plain: "How unequal the lengths of the vectors are, with the standard deviation that divides by C.",
    dissent: "It is a fixed multiple of the unbiased one and cannot differ from it; it differs from angles.",
  },
  nc2_etf_means_train: {
    plain:
      "Distance of all products between vectors from those of a simplex, the most symmetric arrangement.",
    dissent: "Lengths and angles enter one number, so either can hold it up while the other collapses.",
  },
  nc2_etf_weights_centred: {
    plain: "Distance of the classifier rows from a simplex, after taking away what all rows share.",
    dissent:
      "What all rows share changes no decision and is left out here, while the other definitions see it.",
  },
  nc2_orthogonal_means_train: {
    plain:
      "Distance from another arrangement, with all class means at right angles, which networks without bias may reach.",
    dissent:
      "A simplex and an orthogonal frame exclude each other: going to one means staying away from the other.",
  },
  nc2_orthogonal_weights: {
    plain:
      "Distance of the classifier rows from an arrangement with all of them at right angles, which networks without bias may reach.",
    dissent:
      "A simplex and an orthogonal frame exclude each other: going to one means staying away from the other.",
  },
  ...uniformity(),
  nc2_one_vs_rest_means_train: {
    plain: "The smallest distance of one direction from the hull of all the others: larger is better.",
    dissent: "The worst class alone decides it, where other definitions average over classes.",
  },
};

export const NC2_TEXTS: DefinitionTexts = {
  ...TEXTS,
  ...aroundClassMeans(TEXTS, (name) => {
    const key = name.replace(/^(equinorm|equiangular|maxangle)_means$/, "nc2_$1_means_train");
    if (!key.endsWith("_means_train") || key === "nc2_orthogonal_means_train") return null;
    return key.replace("_means_train", "_class_centred_means_train");
  }),
};

function uniformity(): DefinitionTexts {
  const entries = Object.entries(KERNELS).flatMap(([kernel, { word, trap }]) =>
    Object.entries(STATISTICS).map(([statistic, reading]) =>
      [`nc2_${kernel}_${statistic}_means_train`, {
        plain: `Takes for each pair of directions ${word}, and reports ${reading.plain}.`,
        dissent: `Here ${trap}, and ${reading.trap}.`,
      }] as const
    )
  );
  return Object.fromEntries(entries);
}
