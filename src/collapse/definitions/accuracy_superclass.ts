/** The share of samples whose super-class the classifier gets right. */
import { define } from "../definition.ts";
import { superclassCorrect } from "../needs/superclasses.ts";
import { SAMPLES } from "../readings.ts";

export default define({
  name: "accuracy_superclass",
  family: "accuracy",
  title: "super-classes",
  on: SAMPLES,
  needs: { superclassCorrect },
  formula: {
    tex: String
      .raw`100\cdot\text{share of samples with }s(\arg\max(Wh+b))=s(y),\quad s\text{ the super-class of a class}`,
    plain: "100 · share of samples with s(argmax(Wh + b)) = s(y), s the super-class of a class",
  },
  range: "[0, 100] %",
  atCollapse: "100 on the training set",
  ideal: 100,
  source: "the data set's own groups of classes: the coarse labels of CIFAR-100 (Krizhevsky 2009)",
  notes:
    "Of the decided class, not the largest sum of probabilities of a group. Ties go to the lowest class. No value " +
    "where the classes have no groups.",
  plain: "How often the network decides for a class of the right group.",
  dissent: "A wrong class of the right group counts as right: it may stand far above the accuracy.",
  run: ({ superclassCorrect: { correct, count } }) => ({ value: 100 * correct / count }),
});
