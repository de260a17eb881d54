"""Each metric written straight from its definition, with d x d matrices and PyTorch in float64.

Reads a JSON list of cases from stdin ({train, test, weight, bias}, nested lists) and writes a list of
{metric: value}. Shares no algorithm with the code under test: no between-class basis, no streaming.
"""

import json
import math
import sys

import torch

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)


def reduce(split, classes):
    h = torch.tensor(split["features"])
    y = torch.tensor(split["labels"])
    means = torch.stack([h[y == c].mean(0) for c in range(classes)])
    sample_centre = h.mean(0)
    inner = h - means[y]
    return {
        "h": h,
        "y": y,
        "means": means,
        "sample_centre": sample_centre,
        "class_centre": means.mean(0),
        "m": means - sample_centre,
        "sw": inner.T @ inner / len(h),
        "sb": between(means, sample_centre),
    }


def between(means, centre):
    m = means - centre
    return m.T @ m / len(m)


def trace_of_top_modes(sw, sb, modes):
    values, vectors = torch.linalg.eigh(sb)
    values, vectors = values[-modes:], vectors[:, -modes:]
    return torch.trace(sw @ vectors @ torch.diag(1 / values) @ vectors.T)


def nc1(s):
    classes, width = s["means"].shape
    modes = min(classes - 1, width)
    sw, sb = s["sw"], s["sb"]
    sb_class = between(s["means"], s["class_centre"])
    tw, tb = torch.trace(sw), torch.trace(sb)
    return {
        "nc1_svd": trace_of_top_modes(sw, sb, modes) / classes,
        "nc1_pinv": torch.trace(sw @ torch.linalg.pinv(sb, hermitian=True)) / classes,
        "nc1_svd_sum": trace_of_top_modes(sw, sb_class, modes),
        "nc1_class_centred": torch.trace(sw @ torch.linalg.pinv(sb_class, hermitian=True)) / classes,
        "nc1_quotient": tw / tb,
        "nc1_fraction": tw / (tw + tb),
    }


def cosines(a):
    a = a / a.norm(dim=1, keepdim=True)
    g = a @ a.T
    return g[~torch.eye(len(a), dtype=torch.bool)]


def simplex(classes):
    return (torch.eye(classes) - 1 / classes) / math.sqrt(classes - 1)


def frame_error(gram, target):
    return torch.linalg.matrix_norm(gram / torch.linalg.matrix_norm(gram) - target)


def nc2(a, suffix):
    classes = len(a)
    n, c = a.norm(dim=1), cosines(a)
    return {
        f"nc2_equinorm{suffix}": n.std() / n.mean(),
        f"nc2_equiangular{suffix}": c.std(),
        f"nc2_maxangle{suffix}": (c + 1 / (classes - 1)).abs().mean(),
        f"nc2_maxangle_signed{suffix}": (c.mean() + 1 / (classes - 1)).abs(),
        f"nc2_equinorm_biased{suffix}": n.std(unbiased=False) / n.mean(),
        f"nc2_etf{suffix}": frame_error(a @ a.T, simplex(classes)),
    }


def nc3(w, s):
    m, classes = s["m"], len(w)
    pair = torch.nn.functional.cosine_similarity(w, m)
    unit = lambda x: x / x.norm(dim=1, keepdim=True)
    distance = (w / w.norm() - m / m.norm()).norm()
    return {
        "nc3_self_duality": distance**2,
        "nc3_self_duality_root": distance,
        "nc3_etf": frame_error(w @ m.T, simplex(classes)),
        "nc3_etf_uncentred": frame_error(w @ s["means"].T, simplex(classes)),
        "nc3_direction_distance": (unit(w) - unit(m)).norm(dim=1).mean(),
        "nc3_cosine": pair.mean(),
        "nc3_cosine_distance": (1 - pair).mean(),
        "nc3_uniform_duality": (w * m).sum(1).var(),
    }


def nc4(w, b, s, centres):
    h, y = s["h"], s["y"]
    logits = h @ w.T
    nearest = torch.cdist(h, centres, compute_mode="donot_use_mm_for_euclid_dist").argmin(1)
    share = lambda hits: hits.double().mean()
    return {
        "accuracy": 100 * share((logits + b).argmax(1) == y),
        "nc4_mismatch": share((logits + b).argmax(1) != nearest),
        "nc4_mismatch_nobias": share(logits.argmax(1) != nearest),
        "nc4_ncc_accuracy": 100 * share(nearest == y),
        "nc4_bias_collapse": (w @ s["sample_centre"] + b).norm(),
    }


NAMES = {
    "accuracy_train": "train_accuracy",
    "accuracy_test": "test_accuracy",
    "nc1_svd_train": "within_class_variation",
    "nc2_equinorm_means_train": "equinorm_means",
    "nc2_equinorm_weights": "equinorm_weights",
    "nc2_equiangular_means_train": "equiangular_means",
    "nc2_equiangular_weights": "equiangular_weights",
    "nc2_maxangle_means_train": "maxangle_means",
    "nc2_maxangle_weights": "maxangle_weights",
    "nc3_self_duality_train": "self_duality",
    "nc4_mismatch_test": "ncc_mismatch",
}


def measure(case):
    w, b = torch.tensor(case["weight"]), torch.tensor(case["bias"])
    classes = len(w)
    train = reduce(case["train"], classes)
    values = {
        **nc2(w, "_weights"),
        "nc2_etf_weights_centred": frame_error((w - w.mean(0)) @ (w - w.mean(0)).T, simplex(classes)),
        "nc2_orthogonal_weights": frame_error(w @ w.T, torch.eye(classes) / math.sqrt(classes)),
    }
    for split in ("train", "test"):
        s = train if split == "train" else reduce(case["test"], classes)
        each = {
            **nc1(s),
            **nc2(s["m"], "_means"),
            "nc2_orthogonal_means": frame_error(s["means"] @ s["means"].T, torch.eye(classes) / math.sqrt(classes)),
            **nc3(w, s),
            **nc4(w, b, s, train["means"]),
        }
        values |= {f"{name}_{split}": value for name, value in each.items()}
    return {NAMES.get(name, name): float(value) for name, value in values.items()}


json.dump([measure(case) for case in json.load(sys.stdin)], sys.stdout)
