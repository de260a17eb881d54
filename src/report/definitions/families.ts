/** The families of definitions in plain words, and the texts of their definitions. */
import type { Family } from "../../collapse/catalogue.ts";
import { MSE_TEXTS } from "./mse.ts";
import { NC1_TEXTS } from "./nc1.ts";
import { NC2_TEXTS } from "./nc2.ts";
import { NC3_TEXTS } from "./nc3.ts";
import { NC4_TEXTS } from "./nc4.ts";
import { NC5_TEXTS } from "./nc5.ts";
import type { DefinitionTexts } from "./text.ts";

export interface FamilyText {
  readonly family: Exclude<Family, "accuracy">;
  readonly title: string;
  /** What collapses, in a sentence or two. */
  readonly plain: string;
  readonly definitions: DefinitionTexts;
}

export const FAMILIES: readonly FamilyText[] = [
  {
    family: "NC1",
    title: "Variation within classes",
    plain: "The features of all training images of one class shrink to a single point, their class mean.",
    definitions: NC1_TEXTS,
  },
  {
    family: "NC2",
    title: "Arrangement of class means and classifier",
    plain:
      "The class means, seen from their centre, become equally long and as far apart in angle as possible: a simplex. " +
      "The rows of the classifier do the same.",
    definitions: NC2_TEXTS,
  },
  {
    family: "NC3",
    title: "Self-duality",
    plain: "The rows of the classifier line up with the class means, until one is a multiple of the other.",
    definitions: NC3_TEXTS,
  },
  {
    family: "NC4",
    title: "Nearest class centre",
    plain: "The network comes to decide as if it simply chose the class whose mean is nearest.",
    definitions: NC4_TEXTS,
  },
  {
    family: "NC5",
    title: "Images from elsewhere",
    plain:
      "The features of images from outside the data set (out of distribution, OOD) come to stand at right angles to the class means.",
    definitions: NC5_TEXTS,
  },
  {
    family: "MSE",
    title: "Central path of the squared error",
    plain:
      "The squared error of the network splits into a part for NC1, one for the arrangement of NC2 and NC3, and the " +
      "distance of the classifier from the best one. This can be computed whatever loss the network was trained with.",
    definitions: MSE_TEXTS,
  },
];
