/** NC3 in plain words. */
import { aroundClassMeans, type DefinitionTexts } from "./text.ts";

const TEXTS: DefinitionTexts = {
  self_duality: {
    plain: "Squared distance between the classifier and the class means, each scaled to length 1 as a whole.",
    dissent: "It sees unequal lengths as well as directions, so one class of odd length holds it up.",
  },
  nc3_self_duality_root_train: {
    plain:
      "Distance, not squared, between the classifier and the class means, each scaled to length 1 as a whole.",
    dissent:
      "It is a root, and moves half as fast on a logarithmic scale, so a slow fall can look like a stall.",
  },
  nc3_etf_train: {
    plain: "Distance of the products of classifier rows and class means from those of a simplex.",
    dissent: "It asks for self-duality and for the simplex at once: failing NC2 is enough to hold it up.",
  },
  nc3_etf_uncentred_train: {
    plain:
      "Distance of the products of classifier rows and class means from those of a simplex, with means that are not centred.",
    dissent: "Means are not centred, so a common component that the classifier reads enters it.",
  },
  nc3_direction_distance_train: {
    plain: "Mean distance between the directions of each class's row and mean.",
    dissent:
      "It compares directions class by class and ignores lengths, and being unsquared it falls half as fast.",
  },
  nc3_cosine_train: {
    plain: "Mean cosine between each class's row and mean: it rises to 1.",
    dissent: "It ignores lengths; and near 1 its distance from the ideal is quadratic in the angle.",
  },
  nc3_cosine_distance_train: {
    plain: "One minus the mean cosine between each class's row and mean: it falls to 0.",
    dissent: "It ignores lengths; and near 0 it is quadratic in the angle.",
  },
  nc3_uniform_duality_train: {
    plain: "How unequal the products of each class's row and mean are.",
    dissent: "It is not free of scale: as weights and features grow in training, it grows with them.",
  },
  nc3_angle_mean_train: {
    plain: "Mean angle between the space that classifier rows span and that of class means.",
    dissent: "It compares spaces only: rows may lie in the right space and still pair with the wrong means.",
  },
  nc3_angle_max_train: {
    plain: "Largest angle between the space that classifier rows span and that of class means.",
    dissent: "The worst direction alone decides it, and that is often one that the class means hardly use.",
  },
};

export const NC3_TEXTS: DefinitionTexts = {
  ...TEXTS,
  ...aroundClassMeans(TEXTS, (name) => {
    const key = name.replace(/^self_duality$/, "nc3_self_duality_train");
    return key === "nc3_etf_uncentred_train" ? null : key.replace(/_train$/, "_class_centred_train");
  }),
};
