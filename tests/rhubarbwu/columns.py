"""What rhubarbwu/neural-collapse computes for the features of a case, under the names of the columns they equal.

Arguments: the path of a checkout. Reads a case as JSON from stdin ({features, labels, weight, ood}), and writes
{column: value}. Uses the library's accumulators and measures as its README does, in float64.
"""

import json
import sys

import torch

sys.path.insert(0, sys.argv[1])
from neural_collapse import accumulate, kernels, measure  # noqa: E402

torch.set_default_dtype(torch.float64)


def main(case):
    h, w = torch.tensor(case["features"]), torch.tensor(case["weight"])
    y = torch.tensor(case["labels"])
    classes, width = w.shape
    sizes = {"n_classes": classes, "d_vectors": width, "dtype": torch.float64}
    means = accumulate.MeanAccumulator(**sizes)
    means.accumulate(h, y)
    m, centre = means.compute()
    variances = accumulate.VarNormAccumulator(**sizes, M=m)
    variances.accumulate(h, y, m)
    variance, _ = variances.compute()
    covariances = accumulate.CovarAccumulator(**sizes, M=m)
    covariances.accumulate(h, y, m)
    within = covariances.compute()
    decisions = accumulate.DecAccumulator(**sizes, M=m, W=w)
    decisions.accumulate(h, y, W=w, M=m)
    # Its covariance of the means is divided by the width where the definitions divide by the number of classes.
    to_ours = classes / width
    dist, log = kernels.kernel_stats(m, centre), kernels.kernel_stats(m, centre, kernels.log_kernel)
    similarity = measure.similarities(m, w, centre)
    cosine = measure.similarities(m, w, centre, cos=True)
    return {
        "nc1_class_centred_train": measure.covariance_pinv(m, within, centre) * to_ours,
        "nc1_svd_sum_train": measure.covariance_pinv(m, within, centre, svd=True) * to_ours,
        "nc1_cdnv_train": measure.variability_cdnv(m, variance),
        "nc1_cdnv_fourth_train": measure.variability_cdnv(m, variance, dist_exp=2),
        "nc2_distance_mean_means_train": dist[0],
        "nc2_log_mean_means_train": log[0],
        "nc2_etf_weights": measure.simplex_etf_error(w),
        "nc2_etf_means_train": measure.simplex_etf_error(m, centre),
        "nc3_etf_train": measure.self_duality_error(m, w, centre),
        "nc3_cosine_train": cosine.mean().item(),
        "nc3_uniform_duality_train": similarity.var().item(),
        "nc3_direction_distance_train": measure.distance_norms(w, m, centre).mean().item(),
        "nc4_mismatch_nobias_train": 1 - measure.clf_ncc_agreement(decisions),
        "nc5_orthogonality_ood": measure.orthogonality_deviation(m, torch.tensor(case["ood"]).mean(0)),
    }


json.dump(main(json.load(sys.stdin)), sys.stdout)
