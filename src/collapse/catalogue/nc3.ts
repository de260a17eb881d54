/** Entries: NC3, self-duality of classifier and class means. */
import * as nc3 from "../nc3.ts";
import { largestPrincipalAngle, meanPrincipalAngle } from "../nc3_angles.ts";
import type { Outcome } from "../outcome.ts";
import { given } from "../split.ts";
import type { Rows } from "../vectors.ts";
import { type Definition, type Metric, ofFeaturesAndClassifier } from "./metric.ts";
import { classCentred } from "./vectors.ts";

/** One definition on W and the class means of each split, less the mean of all samples and less their own mean. */
function ofPairs(
  key: string,
  definition: Omit<Definition, "family">,
  run: (weights: Rows, means: Rows) => Outcome,
  { names = {}, cost = "cheap" }: { names?: { train?: string }; cost?: Metric["cost"] } = {},
): Metric[] {
  const whole = { family: "NC3" as const, ...definition };
  const { variant, notes } = whole;
  return [
    ...ofFeaturesAndClassifier(
      key,
      { ...whole, notes: `${notes} Class means less the mean of all samples.` },
      ({ moments }, { rows }) => given(rows, (weights) => run(weights, moments.centred)),
      { names, cost },
    ),
    ...ofFeaturesAndClassifier(
      `${key}_class_centred`,
      classCentred({ ...whole, variant: `${variant}, around the mean of the class means` }, "class means"),
      ({ moments }, { rows }) => given(rows, (weights) => run(weights, moments.classCentred)),
      { cost },
    ),
  ];
}

/** The scale is the distance of unit vectors at right angles. */
const ZERO_TO_TWO = { range: "[0, 2]", atCollapse: "0", ideal: 0, scale: Math.SQRT2 } as const;

const wholeSpace = (classes: number, width: number) =>
  classes > width ? "with more classes than features both spans are the whole space" : null;

export const NC3: readonly Metric[] = [
  ...ofPairs(
    "nc3_self_duality",
    {
      variant: "squared distance of the normalised matrices",
      formula: "‖W/‖W‖_F − M/‖M‖_F‖_F²",
      range: "[0, 4]",
      atCollapse: "0",
      ideal: 0,
      scale: 2,
      source: "Papyan, Han & Donoho 2020, Fig. 5",
      notes: "Public code that leaves out the square reports the root of it.",
    },
    nc3.selfDuality,
    { names: { train: "self_duality" } },
  ),
  ...ofPairs("nc3_self_duality_root", {
    ...ZERO_TO_TWO,
    variant: "distance of the normalised matrices, not squared",
    formula: "‖W/‖W‖_F − M/‖M‖_F‖_F",
    source: "as in public code",
    notes: "The root of nc3_self_duality.",
  }, nc3.unsquaredSelfDuality),
  ...ofPairs("nc3_etf", {
    ...ZERO_TO_TWO,
    variant: "distance of WMᵀ from the simplex ETF",
    formula: "‖WMᵀ/‖WMᵀ‖_F − (I − 11ᵀ/C)/√(C−1)‖_F",
    source: "Zhu et al. 2021; as in public code: rhubarbwu/neural-collapse",
    notes: "Asks for duality and for the ETF at once.",
  }, nc3.dualityError),
  ...ofFeaturesAndClassifier(
    "nc3_etf_uncentred",
    {
      ...ZERO_TO_TWO,
      family: "NC3",
      variant: "distance of WHᵀ from the simplex ETF, uncentred class means",
      formula: "‖WHᵀ/‖WHᵀ‖_F − (I − 11ᵀ/C)/√(C−1)‖_F, H = [μ_c]",
      source: "as in public code: cjyaras/normalized-neural-collapse",
      notes: "Equals nc3_etf where Wμ_G = 0.",
    },
    ({ moments }, { rows }) =>
      given(rows, (weights) => nc3.dualityError(weights, { ...moments.centred, values: moments.means })),
  ),
  ...ofPairs("nc3_direction_distance", {
    ...ZERO_TO_TWO,
    variant: "mean distance of directions",
    formula: "mean_c ‖w_c/‖w_c‖ − m_c/‖m_c‖‖, m_c = μ_c − μ_G",
    source: "as in public code: rhubarbwu/neural-collapse",
    notes: "Each class by itself: blind to unequal norms.",
  }, nc3.directionDistance),
  ...ofPairs("nc3_cosine", {
    range: "[−1, 1]",
    atCollapse: "1",
    ideal: 1,
    scale: 1,
    variant: "mean cosine",
    formula: "mean_c cos(w_c, m_c)",
    source: "as in public code: rhubarbwu/neural-collapse",
    notes: "Rises to 1, where the other variants fall to 0.",
  }, nc3.alignment),
  ...ofPairs("nc3_cosine_distance", {
    ...ZERO_TO_TWO,
    variant: "mean cosine distance",
    scale: 1,
    formula: "mean_c (1 − cos(w_c, m_c))",
    source: "as in public code",
    notes: "Half the mean squared distance of directions.",
  }, nc3.misalignment),
  ...ofPairs("nc3_uniform_duality", {
    range: "[0, ∞)",
    atCollapse: "0",
    ideal: 0,
    variant: "variance of products (UNC3)",
    formula: "var_c ⟨w_c, μ_c − μ_G⟩, unbiased",
    source: "as in public code: rhubarbwu/neural-collapse (nc3u_uni_dual)",
    notes: "Uniform, not maximal: 0 also when every product is equally small. Scales with the logits.",
  }, nc3.uniformDuality),
  ...ofPairs(
    "nc3_angle_mean",
    {
      range: "[0, π/2] rad",
      atCollapse: "0",
      ideal: 0,
      scale: Math.PI / 2,
      uninformative: wholeSpace,
      variant: "mean principal angle between the spans",
      formula: "mean of the principal angles between the leading min(C−1, d) directions of W and of M",
      source: "Björck & Golub 1973 for the angles; as in public code",
      notes:
        "Compares subspaces only: 0 for any W whose rows span the space of the class means. 0 by force where C > d.",
    },
    meanPrincipalAngle,
    { cost: "expensive" },
  ),
  ...ofPairs(
    "nc3_angle_max",
    {
      range: "[0, π/2] rad",
      atCollapse: "0",
      ideal: 0,
      scale: Math.PI / 2,
      uninformative: wholeSpace,
      variant: "largest principal angle between the spans",
      formula: "largest principal angle between the leading min(C−1, d) directions of W and of M",
      source: "Björck & Golub 1973 for the angles; as in public code",
      notes: "One direction of W outside the span of the class means makes it large.",
    },
    largestPrincipalAngle,
    { cost: "expensive" },
  ),
];
