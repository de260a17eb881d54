/** All definitions, in the order of their columns: a new one comes last. */
import type { Definition } from "../definition.ts";
import accuracy from "./accuracy.ts";
import accuracyProbe from "./accuracy_probe.ts";
import accuracySuperclass from "./accuracy_superclass.ts";
import calibrationEce from "./calibration_ece.ts";
import calibrationMargin from "./calibration_margin.ts";
import calibrationTemperature from "./calibration_temperature.ts";
import mse from "./mse.ts";
import nc0RelativeWeights from "./nc0_relative_weights.ts";
import nc0RowSumWeights from "./nc0_row_sum_weights.ts";
import nc1Cdnv from "./nc1_cdnv.ts";
import nc1CdnvFourth from "./nc1_cdnv_fourth.ts";
import nc1CdnvUnbiased from "./nc1_cdnv_unbiased.ts";
import nc1ClassCentred from "./nc1_class_centred.ts";
import nc1ClassWeighted from "./nc1_class_weighted.ts";
import nc1DirectionalCdnv from "./nc1_directional_cdnv.ts";
import nc1EffectiveRank from "./nc1_effective_rank.ts";
import nc1Fraction from "./nc1_fraction.ts";
import nc1Fuzziness from "./nc1_fuzziness.ts";
import nc1NumericalRank from "./nc1_numerical_rank.ts";
import nc1NumericalRankSquared from "./nc1_numerical_rank_squared.ts";
import nc1ParticipationRatio from "./nc1_participation_ratio.ts";
import nc1Pinv from "./nc1_pinv.ts";
import nc1Quotient from "./nc1_quotient.ts";
import nc1Rnc1 from "./nc1_rnc1.ts";
import nc1Separation from "./nc1_separation.ts";
import nc1Sphere from "./nc1_sphere.ts";
import nc1StableRank from "./nc1_stable_rank.ts";
import nc1Strong from "./nc1_strong.ts";
import nc1Svd from "./nc1_svd.ts";
import nc1SvdSum from "./nc1_svd_sum.ts";
import nc1TotalRank from "./nc1_total_rank.ts";
import nc1Vci from "./nc1_vci.ts";
import nc1Weak from "./nc1_weak.ts";
import nc1WorstClass from "./nc1_worst_class.ts";
import nc1WorstClassTrace from "./nc1_worst_class_trace.ts";
import nc2Condition from "./nc2_condition.ts";
import nc2ConditionUncentredMeans from "./nc2_condition_uncentred_means.ts";
import nc2DiscriminationMeans from "./nc2_discrimination_means.ts";
import nc2Equiangular from "./nc2_equiangular.ts";
import nc2Equinorm from "./nc2_equinorm.ts";
import nc2EquinormBiased from "./nc2_equinorm_biased.ts";
import nc2Etf from "./nc2_etf.ts";
import nc2EtfWeightsCentred from "./nc2_etf_weights_centred.ts";
import nc2GramMse from "./nc2_gram_mse.ts";
import nc2MaxCosine from "./nc2_max_cosine.ts";
import nc2Maxangle from "./nc2_maxangle.ts";
import nc2MaxangleSigned from "./nc2_maxangle_signed.ts";
import nc2Minority from "./nc2_minority.ts";
import nc2NearestEtf from "./nc2_nearest_etf.ts";
import nc2OneVsRest from "./nc2_one_vs_rest.ts";
import nc2OrthogonalMeans from "./nc2_orthogonal_means.ts";
import nc2OrthogonalWeights from "./nc2_orthogonal_weights.ts";
import nc2Seli from "./nc2_seli.ts";
import nc2Uniformity from "./nc2_uniformity.ts";
import nc3AngleMax from "./nc3_angle_max.ts";
import nc3AngleMean from "./nc3_angle_mean.ts";
import nc3Cosine from "./nc3_cosine.ts";
import nc3CosineDistance from "./nc3_cosine_distance.ts";
import nc3DirectionDistance from "./nc3_direction_distance.ts";
import nc3Entropy from "./nc3_entropy.ts";
import nc3Etf from "./nc3_etf.ts";
import nc3EtfUncentred from "./nc3_etf_uncentred.ts";
import nc3Margin from "./nc3_margin.ts";
import nc3NearestEtf from "./nc3_nearest_etf.ts";
import nc3SampleCosine from "./nc3_sample_cosine.ts";
import nc3SelfDuality from "./nc3_self_duality.ts";
import nc3SelfDualityRoot from "./nc3_self_duality_root.ts";
import nc3UniformDuality from "./nc3_uniform_duality.ts";
import nc4BiasCollapse from "./nc4_bias_collapse.ts";
import nc4Mismatch from "./nc4_mismatch.ts";
import nc4MismatchNobias from "./nc4_mismatch_nobias.ts";
import nc4NccAccuracy from "./nc4_ncc_accuracy.ts";
import nc5Detection from "./nc5_detection.ts";
import nc5Neco from "./nc5_neco.ts";
import nc5NecoAuroc from "./nc5_neco_auroc.ts";
import nc5Orthogonality from "./nc5_orthogonality.ts";
import normMean from "./norm_mean.ts";

export const DEFINITIONS: readonly Definition[] = [
  accuracy,
  nc1Svd,
  nc1Pinv,
  nc1SvdSum,
  nc1ClassCentred,
  nc1Quotient,
  nc1Fraction,
  nc1Cdnv,
  nc1CdnvUnbiased,
  nc1CdnvFourth,
  nc1ClassWeighted,
  nc1Vci,
  nc1NumericalRank,
  nc1NumericalRankSquared,
  nc1StableRank,
  nc2Equinorm,
  nc2Equiangular,
  nc2Maxangle,
  nc2MaxangleSigned,
  nc2EquinormBiased,
  nc2Etf,
  nc2EtfWeightsCentred,
  nc2OrthogonalMeans,
  nc2OrthogonalWeights,
  ...nc2Uniformity,
  nc2OneVsRest,
  nc3SelfDuality,
  nc3SelfDualityRoot,
  nc3Etf,
  nc3EtfUncentred,
  nc3DirectionDistance,
  nc3Cosine,
  nc3CosineDistance,
  nc3UniformDuality,
  nc3AngleMean,
  nc3AngleMax,
  nc4Mismatch,
  nc4MismatchNobias,
  nc4NccAccuracy,
  nc4BiasCollapse,
  nc5Orthogonality,
  nc5Neco,
  nc5NecoAuroc,
  ...mse,
  nc2MaxCosine,
  nc0RowSumWeights,
  nc0RelativeWeights,
  nc2GramMse,
  nc2Condition,
  nc2ConditionUncentredMeans,
  nc2NearestEtf,
  nc3NearestEtf,
  nc2Minority,
  ...nc2Seli,
  ...nc3Entropy,
  nc3Margin,
  nc3SampleCosine,
  nc1EffectiveRank,
  nc1ParticipationRatio,
  normMean,
  nc1Sphere,
  nc1Separation,
  nc1Rnc1,
  nc1Strong,
  nc1Weak,
  nc1DirectionalCdnv,
  nc1WorstClass,
  nc1WorstClassTrace,
  ...nc5Detection,
  calibrationEce,
  ...calibrationTemperature,
  calibrationMargin,
  nc1Fuzziness,
  nc2DiscriminationMeans,
  nc1TotalRank,
  accuracyProbe,
  accuracySuperclass,
];
