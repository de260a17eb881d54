/** Entries: NC1, within-class variation. */
import {
  classCentredVariation,
  pinvVariation,
  summedVariation,
  traceFraction,
  traceQuotient,
  withinClassVariation,
} from "../nc1.ts";
import { type Metric, ofFeatures } from "./metric.ts";

const TRACE = { family: "NC1", range: "[0, ∞)", atCollapse: "0" } as const;

export const NC1: readonly Metric[] = [
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
    { train: "within_class_variation" },
  ),
  ...ofFeatures("nc1_pinv", {
    ...TRACE,
    variant: "pseudo-inverse of default tolerance",
    formula: "Tr(Σ_W Σ_B†)/C, Σ_B† of the modes above d·2.2e-16 of the largest",
    source: "Zhu et al. 2021; as in public code: tding1/Neural-Collapse",
    notes: "Public code often inverts in float32, whose default tolerance (d·1.2e-7) drops more modes.",
  }, ({ moments, within }) => pinvVariation(moments, within)),
  ...ofFeatures("nc1_svd_sum", {
    ...TRACE,
    variant: "inverse of the C − 1 largest modes, not divided by C",
    formula: "Tr(Σ_W Σ_B†), μ_G = mean of the class means",
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
    notes: "No inverse. Blind to a small mode of Σ_B that drowns in Σ_W, which the inverse weighs most. " +
      "rhubarbwu/neural-collapse, version c3864c2, divides Σ_B by d in place of C: d/C times this one.",
  }, ({ moments, within }) => traceQuotient(moments, within)),
  ...ofFeatures("nc1_fraction", {
    ...TRACE,
    range: "[0, 1]",
    variant: "fraction of the total trace",
    formula: "Tr Σ_W / (Tr Σ_W + Tr Σ_B)",
    source: "Rangamani et al. 2023",
    notes: "q/(1 + q) of the quotient q: the same order, squeezed into [0, 1].",
  }, ({ moments, within }) => traceFraction(moments, within)),
];
