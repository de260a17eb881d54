/** The families of definitions, in the order in which they are shown, with the words of lists and pages. */

export const FAMILIES = [
  {
    family: "accuracy",
    summary: "share of right decisions",
    title: "Accuracy",
    plain: "The share of images whose class the network decides rightly.",
  },
  {
    family: "NC0",
    summary: "the classifier's rows add up to zero",
    title: "Sum of the classifier's rows",
    plain:
      "The rows of the classifier come to cancel each other, as the corners of a simplex around zero do.",
  },
  {
    family: "NC1",
    summary: "within-class variation: samples fall onto their class mean",
    title: "Variation within classes",
    plain: "The features of all training images of one class shrink to a single point, their class mean.",
  },
  {
    family: "NC2",
    summary: "class means and classifier rows become a simplex equiangular tight frame",
    title: "Arrangement of class means and classifier",
    plain:
      "The class means, seen from their centre, become equally long and as far apart in angle as possible: a simplex. The rows of the classifier do the same.",
  },
  {
    family: "NC3",
    summary: "self-duality: the classifier aligns with the class means",
    title: "Self-duality",
    plain: "The rows of the classifier line up with the class means, until one is a multiple of the other.",
  },
  {
    family: "NC4",
    summary: "the classifier decides as the nearest class centre does",
    title: "Nearest class centre",
    plain: "The network comes to decide as if it simply chose the class whose mean is nearest.",
  },
  {
    family: "NC5",
    summary: "out-of-distribution features become orthogonal to the class means",
    title: "Images from elsewhere",
    plain:
      "The features of images from outside the data set (out of distribution, OOD) come to stand at right angles to the class means.",
  },
  {
    family: "MSE",
    summary: "central path of the MSE loss",
    title: "Central path of the squared error",
    plain:
      "The squared error of the network splits into a part for NC1, one for the arrangement of NC2 and NC3, and the distance of the classifier from the best one. This can be computed whatever loss the network was trained with.",
  },
  {
    family: "calibration",
    summary: "beside collapse: what the classifier's probabilities are worth",
    title: "Confidence",
    plain:
      "How well the network's confidence fits how often it is right. It is seen to part from collapse late in training.",
  },
  {
    family: "norm",
    summary: "lengths of features, which decide when collapse sets in",
    title: "Lengths",
    plain: "How long features are: not a distance from collapse, but a size that it is seen to wait for.",
  },
] as const;

export type FamilyWords = typeof FAMILIES[number];
export type Family = FamilyWords["family"];
