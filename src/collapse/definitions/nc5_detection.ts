/** How well scores tell test samples from out-of-distribution ones: area under the ROC curve and FPR95 of each. */
import { define, type Definition } from "../definition.ts";
import { areaUnderRoc, falsePositives } from "../detection.ts";
import { detection, type DetectionScores } from "../needs/detection.ts";
import { onSplit } from "../needs/need.ts";
import { scores } from "../needs/scores.ts";
import type { Outcome } from "../outcome.ts";
import { OOD } from "../readings.ts";
import type { Formula } from "../words.ts";

type Compare = (own: Float64Array, foreign: Float64Array) => Outcome;

interface Measure {
  readonly name: "auroc" | "fpr95";
  readonly title: string;
  readonly of: Formula;
  readonly compare: Compare;
  /** With none told apart. */
  readonly perfect: 0 | 1;
  readonly scale: number;
  readonly atCollapse: string;
  readonly plain: string;
}

const AREA: Measure = {
  name: "auroc",
  title: "separation",
  of: {
    tex: String.raw`\text{area under the ROC curve of }`,
    plain: "area under the ROC curve of ",
  },
  compare: areaUnderRoc,
  perfect: 1,
  // Chance.
  scale: 0.5,
  atCollapse: "1",
  plain: "How often a test image scores above a foreign one, by",
};

const FALSE_POSITIVES: Measure = {
  name: "fpr95",
  title: "foreign samples taken for known ones",
  of: {
    tex: String.raw`\text{share of OOD samples above the score of }95\,\%\text{ of the test samples, by }`,
    plain: "share of OOD samples above the score of 95 % of the test samples, by ",
  },
  compare: falsePositives,
  perfect: 0,
  scale: 0.95,
  atCollapse: "0",
  plain: "The share of foreign images that pass a threshold that 95 % of test images pass, by",
};

interface Score {
  readonly name: string;
  readonly title: string;
  readonly formula: Formula;
  /** Whether collapse asks for perfect separation by it. */
  readonly collapses: boolean;
  readonly source: string;
  readonly notes: string;
  readonly plain: string;
  readonly read: keyof DetectionScores;
}

const SCORES: readonly Score[] = [
  {
    name: "softmax",
    title: "the largest softmax",
    formula: {
      tex: String.raw`\max_c\operatorname{softmax}(Wh+b)_c`,
      plain: "max_c softmax(Wh + b)_c",
    },
    collapses: false,
    source: "Hendrycks & Gimpel 2017",
    notes:
      "Compared by its logarithm, which is the same order without the ties of probabilities that round to 1.",
    plain: "the probability that the network gives its decision.",
    read: "softmax",
  },
  {
    name: "energy",
    title: "the energy",
    formula: { tex: String.raw`\log\sum_c\exp(Wh+b)_c`, plain: "log Σ_c exp(Wh + b)_c" },
    collapses: false,
    source: "Liu et al. 2020",
    notes: "At temperature 1.",
    plain: "the size of all outputs together.",
    read: "energy",
  },
  {
    name: "nci",
    title: "the proximity to the chosen row (NCI)",
    formula: {
      tex: String
        .raw`\frac{\langle w_{\hat{y}},h-\mu_G\rangle}{\lVert h-\mu_G\rVert}+\alpha\lVert h\rVert_1,\quad\alpha=0.0001,\quad\mu_G\text{ of the training set}`,
      plain: "⟨w_ŷ, h − μ_G⟩/‖h − μ_G‖ + α‖h‖₁, α = 0.0001, μ_G of the training set",
    },
    collapses: true,
    source: "Liu & Qin 2023; as in public code: litianliu/NCI-OOD (nci_postprocessor.py)",
    notes:
      "Rows are not scaled to length 1. The paper chooses α by validation; here it is that of public code.",
    plain: "how closely a feature points along the classifier row of the decision.",
    read: "proximity",
  },
];

const NECO: Omit<Score, "read"> = {
  name: "neco",
  title: "the NECO score",
  formula: {
    tex: String.raw`\frac{\lVert Ph\rVert}{\lVert h\rVert}`,
    plain: "‖Ph‖/‖h‖",
  },
  collapses: true,
  source: "Ammar et al. 2024",
  notes: "P as in nc5_neco. Undefined where C > d.",
  plain: "the part of a feature's length in the main directions of the training features.",
};

function words(
  { name, title, formula, collapses, source, notes, plain }: Omit<Score, "read">,
  measure: Measure,
) {
  return {
    name: `nc5_${name}_${measure.name}`,
    family: "NC5",
    title: `${measure.title} by ${title}`,
    formula: {
      tex: String.raw`${measure.of.tex}${formula.tex}`,
      plain: `${measure.of.plain}${formula.plain}`,
    },
    range: "[0, 1]",
    atCollapse: collapses
      ? measure.atCollapse
      : `no value that collapse asks for; ${measure.perfect} tells all apart`,
    ideal: collapses ? measure.perfect : null,
    scale: measure.scale,
    source,
    notes,
    plain: `${measure.plain} ${plain}`,
    dissent: "It depends on which foreign images were chosen as much as on the network.",
  } as const;
}

const ofLogits = SCORES.flatMap((score) =>
  [AREA, FALSE_POSITIVES].map((measure): Definition =>
    define({
      ...words(score, measure),
      on: OOD,
      needs: { own: onSplit("test", detection), detection },
      run: ({ own, detection }) => measure.compare(own[score.read], detection[score.read]),
    })
  )
);

const ofNeco = define({
  ...words(NECO, FALSE_POSITIVES),
  on: OOD,
  needs: { own: onSplit("test", scores), scores },
  run: ({ own, scores }) => falsePositives(own.sorted, scores.sorted),
});

export default [...ofLogits, ofNeco];
