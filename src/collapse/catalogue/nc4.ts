/** Entries: accuracies, and NC4, the classifier as a nearest-centre rule. */
import { accuracy, biasCollapse, centreAccuracy, mismatch, mismatchWithoutBias } from "../nc4.ts";
import { type Metric, ofAccuracy, ofDecisions, ofFeaturesAndClassifier, ofNearestCentre } from "./metric.ts";

/** Share of decisions that differ where neither knows of the other. */
const byChance = (classes: number) => 1 - 1 / classes;

export const ACCURACY: readonly Metric[] = ofAccuracy(
  {
    family: "accuracy",
    variant: "top-1",
    formula: "100 · share of samples with argmax(Wh + b) = y",
    range: "[0, 100] %",
    atCollapse: "100 on the training set",
    ideal: 100,
    scale: (classes) => 100 * byChance(classes),
    source: "Papyan, Han & Donoho 2020, Fig. 1",
    notes: "Ties go to the lowest class.",
  },
  accuracy,
);

export const NC4: readonly Metric[] = [
  ...ofDecisions(
    "nc4_mismatch",
    {
      family: "NC4",
      variant: "mismatch with the nearest centre",
      formula: "share of samples with argmax(Wh + b) ≠ argmin_c ‖h − μ_c‖, μ_c of the training set",
      range: "[0, 1]",
      atCollapse: "0",
      ideal: 0,
      scale: byChance,
      source: "Papyan, Han & Donoho 2020, Fig. 7",
      notes:
        "The paper plots the test set; the authors' notebook (neuralcollapse/neuralcollapse) counts the training set.",
    },
    mismatch,
    { test: "ncc_mismatch" },
  ),
  ...ofDecisions("nc4_mismatch_nobias", {
    family: "NC4",
    variant: "mismatch with the nearest centre, bias left out",
    formula: "share of samples with argmax(Wh) ≠ argmin_c ‖h − μ_c‖, μ_c of the training set",
    range: "[0, 1]",
    atCollapse: "0",
    ideal: 0,
    scale: byChance,
    source: "as in public code: rhubarbwu/neural-collapse",
    notes: "One minus that library's agreement. Differs from the paper's as far as the biases differ.",
  }, mismatchWithoutBias),
  ...ofNearestCentre("nc4_ncc_accuracy", {
    family: "NC4",
    variant: "accuracy of the nearest centre",
    formula: "100 · share of samples with argmin_c ‖h − μ_c‖ = y, μ_c of the training set",
    range: "[0, 100] %",
    atCollapse: "100 on the training set",
    ideal: 100,
    scale: (classes) => 100 * byChance(classes),
    source: "as in public code",
    notes: "Compares with the label, not with the classifier: it may rise while the two still disagree.",
  }, centreAccuracy),
  ...ofFeaturesAndClassifier("nc4_bias_collapse", {
    family: "NC4",
    variant: "bias collapse",
    formula: "‖Wμ_G + b‖₂",
    range: "[0, ∞)",
    atCollapse: "0",
    ideal: 0,
    source: "Zhu et al. 2021; as in public code: tding1/Neural-Collapse",
    notes:
      "μ_G is the mean of all samples. Some papers call this one NC4. Scales with the logits, so values of different networks do not compare.",
  }, ({ moments }, classifier) => biasCollapse(classifier, moments)),
];
