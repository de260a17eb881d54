/** Entries: NC1, within-class variation. */
import {
  classCentredVariation,
  classWeightedVariation,
  pinvVariation,
  summedVariation,
  traceFraction,
  traceQuotient,
  withinClassVariation,
} from "../nc1.ts";
import {
  distanceNormalisedVariance,
  fourthPowerVariance,
  unbiasedDistanceNormalisedVariance,
} from "../nc1_pairs.ts";
import { numericalRank, squaredNumericalRank, stableRank } from "../nc1_rank.ts";
import { variabilityCollapseIndex } from "../nc1_vci.ts";
import { given, type Statistics } from "../split.ts";
import { type Metric, ofFeatures, ofSplit } from "./metric.ts";

/** At scale 1 samples are as far from their class mean as class means are from each other. */
const TRACE = { family: "NC1", range: "[0, ∞)", atCollapse: "0", ideal: 0, scale: 1 } as const;

/** For quantities that are not pure numbers. */
const WITHOUT_SCALE = { family: "NC1", range: "[0, ∞)", atCollapse: "0", ideal: 0 } as const;

const VARIANTS: readonly Metric[] = [
  ...ofFeatures(
    "nc1_svd",
    {
      ...TRACE,
      variant: "inverse of the C − 1 largest modes",
      formula: "Tr(Σ_W Σ_B†)/C, Σ_B† from the min(C−1, d) largest modes",
      source: "Papyan, Han & Donoho 2020, Fig. 6; Han et al. 2022",
      notes:
        "μ_G is the mean of all samples, Σ_B weighs classes alike. Modes that are zero to rounding are left out.",
    },
    ({ moments, within }) => withinClassVariation(moments, within),
    { names: { train: "within_class_variation" } },
  ),
  ...ofFeatures("nc1_pinv", {
    ...TRACE,
    variant: "pseudo-inverse of default tolerance",
    formula: "Tr(Σ_W Σ_B†)/C, Σ_B† of the modes above d·2.2e-16 of the largest",
    source: "Zhu et al. 2021; as in public code: tding1/Neural-Collapse",
    notes:
      "μ_G is the mean of all samples. Public code often inverts in float32, whose default tolerance (d·1.2e-7) " +
      "drops more modes.",
  }, ({ moments, within }) => pinvVariation(moments, within)),
  ...ofFeatures("nc1_svd_sum", {
    ...TRACE,
    variant: "inverse of the C − 1 largest modes, not divided by C",
    formula: "Tr(Σ_W Σ_B†), μ_G = mean of the class means",
    scale: (classes) => classes,
    source: "as in public code: neuralcollapse/neuralcollapse (the paper authors' notebook)",
    notes: "C times nc1_svd when classes are balanced.",
  }, ({ moments, within }) => summedVariation(moments, within)),
  ...ofFeatures("nc1_class_centred", {
    ...TRACE,
    variant: "around the mean of the class means",
    formula: "Tr(Σ_W Σ_B†)/C, μ_G = mean of the class means",
    source: "as in public code: rhubarbwu/neural-collapse",
    notes:
      "Equals nc1_svd when classes are balanced. That library divided Σ_B by d in place of C in version c3864c2; " +
      "its number is then d/C times this one.",
  }, ({ moments, within }) => classCentredVariation(moments, within)),
  ...ofFeatures("nc1_quotient", {
    ...TRACE,
    variant: "quotient of traces",
    formula: "Tr Σ_W / Tr Σ_B",
    source: "Tirer et al. 2023",
    notes:
      "No inverse. μ_G is the mean of all samples. Blind to a small mode of Σ_B that drowns in Σ_W, which the inverse weighs most. " +
      "rhubarbwu/neural-collapse, version c3864c2, divides Σ_B by d in place of C: d/C times this one.",
  }, ({ moments, within }) => traceQuotient(moments, within)),
  ...ofFeatures("nc1_fraction", {
    ...TRACE,
    range: "[0, 1]",
    variant: "fraction of the total trace",
    formula: "Tr Σ_W / (Tr Σ_W + Tr Σ_B)",
    source: "Rangamani et al. 2023",
    notes:
      "q/(1 + q) of the quotient q: the same order, squeezed into [0, 1]. μ_G is the mean of all samples.",
  }, ({ moments, within }) => traceFraction(moments, within)),
  ...ofFeatures("nc1_cdnv", {
    ...TRACE,
    variant: "class-distance normalised variance (CDNV)",
    formula: "mean over c ≠ c′ of (V_c + V_c′)/(2‖μ_c − μ_c′‖²), V_c = (1/n_c) Σ ‖h − μ_c‖²",
    source: "Galanti et al. 2021",
    notes: "No inverse. One close pair of classes can dominate the mean.",
  }, ({ moments, within }) => distanceNormalisedVariance(moments, within)),
  ...ofFeatures("nc1_cdnv_unbiased", {
    ...TRACE,
    variant: "CDNV with unbiased variances",
    formula: "as nc1_cdnv with V_c = (1/(n_c − 1)) Σ ‖h − μ_c‖²",
    source: "as in public code",
    notes: "n/(n−1) times nc1_cdnv when classes are balanced. Undefined where a class has one sample.",
  }, ({ moments, within }) => unbiasedDistanceNormalisedVariance(moments, within)),
  ...ofFeatures("nc1_cdnv_fourth", {
    ...WITHOUT_SCALE,
    variant: "CDNV with the fourth power of the distance",
    formula: "mean over c ≠ c′ of (V_c + V_c′)/(2‖μ_c − μ_c′‖⁴)",
    source: "as in public code: linguistic-collapse",
    notes: "Changes with the scale of the features: growing norms alone make it fall.",
  }, ({ moments, within }) => fourthPowerVariance(moments, within)),
  ...ofSplit(
    "nc1_class_weighted",
    {
      ...TRACE,
      variant: "mean of class covariances",
      formula: "Tr(Σ_W Σ_B†)/C, Σ_W = mean_c of the class covariances, μ_G = mean of the class means",
      source: "as in public code",
      notes: "Every class weighs alike. Equals nc1_svd when classes are balanced.",
    },
    "classScatter",
    {
      read: (split) => split.classScatter,
      run: (scatter, { moments }) => classWeightedVariation(moments, scatter),
    },
  ),
  ...ofSplit(
    "nc1_vci",
    {
      ...TRACE,
      range: "[0, 1]",
      variant: "variability collapse index (VCI)",
      formula: "1 − Tr(Σ_T†Σ_B)/rank Σ_B, Σ_T = Σ_W + Σ_B",
      source: "Xu & Liu 2023",
      notes:
        "rank Σ_B is min(d, C − 1), by which public code divides, unless class means span fewer directions. " +
        "Public code subtracts two nearly equal numbers once features collapse; computed here without the subtraction. " +
        "μ_G is the mean of all samples. Sees all of Σ_W: directions without a class difference that predict the within-class noise lower it.",
    },
    "covariance",
    {
      read: (split) => split.covariance,
      run: (covariance, { moments }) => variabilityCollapseIndex(moments, covariance),
    },
  ),
  ...ofSplit(
    "nc1_numerical_rank",
    {
      family: "NC1",
      variant: "numerical rank of each class",
      formula: "mean_c ‖A_c‖_nuc/‖A_c‖_F, A_c the uncentred features of class c",
      range: "[1, √min(n_c, d)]",
      atCollapse: "1",
      ideal: 1,
      // The samples of a class fill two directions alike; so for the two below.
      scale: Math.SQRT2 - 1,
      source: "Zhou et al. 2022",
      notes: "Uncentred: a common offset of all features lowers it, collapsed or not.",
    },
    "spectra",
    { read: (split) => split.spectra, run: numericalRank },
  ),
  ...ofSplit(
    "nc1_numerical_rank_squared",
    {
      family: "NC1",
      variant: "squared numerical rank of each class",
      formula: "mean_c (‖A_c‖_nuc/‖A_c‖_F)²",
      range: "[1, min(n_c, d)]",
      atCollapse: "1",
      ideal: 1,
      scale: 1,
      source: "as in public code: evanmarkou/Guiding-Neural-Collapse",
      notes: "That library calls it numerical rank, without the word squared.",
    },
    "spectra",
    { read: (split) => split.spectra, run: squaredNumericalRank },
  ),
  ...ofSplit(
    "nc1_stable_rank",
    {
      family: "NC1",
      variant: "stable rank of each class",
      formula: "mean_c ‖A_c‖_F²/‖A_c‖₂²",
      range: "[1, min(n_c, d)]",
      atCollapse: "1",
      ideal: 1,
      scale: 1,
      source: "as in public code",
      notes: "Squares singular values, so it reaches 1 long before the numerical rank does.",
    },
    "spectra",
    { read: (split) => split.spectra, run: stableRank },
  ),
];

export const NC1: readonly Metric[] = VARIANTS.map(whereSomethingVaries);

/** With one sample a class all within-class statistics are 0, which says nothing about collapse. */
function whereSomethingVaries(metric: Metric): Metric {
  const run = (statistics: Statistics) => {
    const split = metric.split === "test" ? statistics.test : statistics.train;
    const varies = given(split, ({ reduced }) => given(reduced, ({ moments }) => moments));
    return given(varies, ({ count, classes }) => (count > classes ? metric.run(statistics) : ONE_SAMPLE));
  };
  return { ...metric, run };
}

const ONE_SAMPLE = { undefined: "every class has one sample, so nothing varies within classes" };
