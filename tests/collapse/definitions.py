"""Each metric written straight from its definition, with d x d matrices and PyTorch in float64.

Reads a JSON list of cases from stdin ({train, test, ood, weight, bias, weight_decay}, nested lists) and writes a
list of {metric: value}. Shares no algorithm with the code under test: no between-class basis, no streaming.

A case for another definition is a function of its name with @case(...): what it is measured on. It may use what the
others do (reduce, cosines, simplex) and the training split and classifier of `run`, and gives a number, or nan where
there is none.
"""

import itertools
import json
import math
import sys
from fractions import Fraction

import torch

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)


# Cases by what they are measured on, as in src/collapse/readings.ts.
VECTORS, PAIRS, SAMPLES, TEST, CLASSIFIER, OOD = {}, {}, {}, {}, {}, {}


def case(on):
    def register(function):
        on[function.__name__] = function
        return function

    return register


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
        **ranks(s),
        "nc1_cdnv": cdnv(s, False, 2),
        "nc1_cdnv_unbiased": cdnv(s, True, 2),
        "nc1_cdnv_fourth": cdnv(s, False, 4),
        "nc1_class_weighted": class_weighted(s),
        "nc1_vci": vci(s),
        "nc1_svd": trace_of_top_modes(sw, sb, modes) / classes,
        "nc1_pinv": torch.trace(sw @ torch.linalg.pinv(sb, hermitian=True)) / classes,
        "nc1_svd_sum": trace_of_top_modes(sw, sb_class, modes),
        "nc1_class_centred": torch.trace(sw @ torch.linalg.pinv(sb_class, hermitian=True)) / classes,
        "nc1_quotient": tw / tb,
        "nc1_fraction": tw / (tw + tb),
    }


def cdnv(s, unbiased, power):
    means, y, h = s["means"], s["y"], s["h"]
    variance = torch.stack([h[y == c].var(0, unbiased=unbiased).sum() for c in range(len(means))])
    pairs = itertools.permutations(range(len(means)), 2)
    each = [(variance[a] + variance[b]) / (2 * (means[a] - means[b]).norm() ** power) for a, b in pairs]
    return torch.stack(each).mean()


def class_weighted(s):
    means, y, h = s["means"], s["y"], s["h"]
    covariances = [(h[y == c] - means[c]).T @ (h[y == c] - means[c]) / (y == c).sum() for c in range(len(means))]
    sb = between(means, s["class_centre"])
    return torch.trace(torch.stack(covariances).mean(0) @ torch.linalg.pinv(sb, hermitian=True)) / len(means)


def vci(s):
    """In rational arithmetic where the total covariance is invertible, since 1 - trace cancels near collapse."""
    classes, width = s["means"].shape
    modes = int(torch.linalg.matrix_rank(s["means"] - s["class_centre"]))
    total = s["sw"] + s["sb"]
    if torch.linalg.matrix_rank(total, hermitian=True) < width:
        return 1 - torch.trace(torch.linalg.pinv(total, hermitian=True) @ s["sb"]) / modes
    h = [[Fraction(x) for x in row] for row in s["h"].tolist()]
    centre = rational_mean(h)
    groups = [[row for row, y in zip(h, s["y"].tolist()) if y == c] for c in range(classes)]
    means = [rational_mean(group) for group in groups]
    inner = [[x - m for x, m in zip(row, mean)] for group, mean in zip(groups, means) for row in group]
    sw = rational_gram(inner, Fraction(1, len(h)))
    sb = rational_gram([[m - g for m, g in zip(mean, centre)] for mean in means], Fraction(1, classes))
    rows = [[x + y for x, y in zip(a, b)] + b for a, b in zip(sw, sb)]
    for i in range(width):
        pivot = rows[i][i]
        rows[i] = [x / pivot for x in rows[i]]
        for j in range(width):
            if j != i:
                factor = rows[j][i]
                rows[j] = [x - factor * y for x, y in zip(rows[j], rows[i])]
    return float(1 - sum(rows[i][width + i] for i in range(width)) / modes)


def rational_mean(rows):
    return [sum(column) / len(rows) for column in zip(*rows)]


def rational_gram(rows, scale):
    columns = list(zip(*rows))
    return [[scale * sum(x * y for x, y in zip(a, b)) for b in columns] for a in columns]


def ranks(s):
    spectra = [torch.linalg.svdvals(s["h"][s["y"] == c]) for c in range(len(s["means"]))]
    ratio = torch.stack([v.sum() / v.norm() for v in spectra])
    return {
        "nc1_numerical_rank": ratio.mean(),
        "nc1_numerical_rank_squared": (ratio**2).mean(),
        "nc1_stable_rank": torch.stack([(v**2).sum() / v[0] ** 2 for v in spectra]).mean(),
    }


def cosines(a):
    a = a / a.norm(dim=1, keepdim=True)
    g = a @ a.T
    return g[~torch.eye(len(a), dtype=torch.bool)]


def simplex(classes):
    return (torch.eye(classes) - 1 / classes) / math.sqrt(classes - 1)


def frame_error(gram, target):
    return torch.linalg.matrix_norm(gram / torch.linalg.matrix_norm(gram) - target)


def uniformity(a, suffix):
    a = a / a.norm(dim=1, keepdim=True)
    width = a.shape[1]
    r = torch.stack([(a[i] - a[j]).norm() for i, j in itertools.permutations(range(len(a)), 2)])
    kernels = {"log": (1 / r).log(), "distance": r}
    if width != 2:
        kernels["riesz"] = math.copysign(1, width - 2) * r ** (2 - width)
    return {
        f"nc2_{kernel}_{statistic}{suffix}": value
        for kernel, k in kernels.items()
        for statistic, value in {
            "mean": k.mean(),
            "variance": k.var(unbiased=False),
            "cov": k.std(unbiased=False) / k.mean().abs(),
        }.items()
    }


def distance_to_hull(point, others):
    """The nearest point of a hull lies inside one of its faces: tries the affine hull of every subset."""
    best = math.inf
    for size in range(1, len(others) + 1):
        for subset in itertools.combinations(range(len(others)), size):
            y = others[list(subset)] - point
            base, edges = y[0], y[1:] - y[0]
            t = torch.linalg.lstsq(edges.T, -base, driver="gelsd").solution if size > 1 else torch.zeros(0)
            if (t >= 0).all() and t.sum() <= 1:
                best = min(best, float((base + edges.T @ t).norm()))
    return best


def one_versus_rest(a):
    a = a / a.norm(dim=1, keepdim=True)
    return min(distance_to_hull(a[i], torch.cat([a[:i], a[i + 1 :]])) for i in range(len(a)))


def nc2(a, suffix):
    classes = len(a)
    n, c = a.norm(dim=1), cosines(a)
    return {
        **uniformity(a, suffix),
        f"nc2_one_vs_rest{suffix}": one_versus_rest(a),
        f"nc2_equinorm{suffix}": n.std() / n.mean(),
        f"nc2_equiangular{suffix}": c.std(),
        f"nc2_maxangle{suffix}": (c + 1 / (classes - 1)).abs().mean(),
        f"nc2_maxangle_signed{suffix}": (c.mean() + 1 / (classes - 1)).abs(),
        f"nc2_equinorm_biased{suffix}": n.std(unbiased=False) / n.mean(),
        f"nc2_etf{suffix}": frame_error(a @ a.T, simplex(classes)),
    }


def principal_angles(w, m):
    size = min(len(w) - 1, w.shape[1])
    qw = torch.linalg.svd(w, full_matrices=False).Vh[:size]
    qm = torch.linalg.svd(m, full_matrices=False).Vh[:size]
    cosine = torch.linalg.svdvals(qw @ qm.T)
    sine = torch.linalg.svdvals(qw - qw @ qm.T @ qm).flip(0)[-size:]
    return torch.atan2(sine[:size], cosine)


def nc3(w, m):
    classes = len(w)
    pair = torch.nn.functional.cosine_similarity(w, m)
    unit = lambda x: x / x.norm(dim=1, keepdim=True)
    distance = (w / w.norm() - m / m.norm()).norm()
    angles = principal_angles(w, m)
    return {
        "nc3_angle_mean": angles.mean(),
        "nc3_angle_max": angles.max(),
        "nc3_self_duality": distance**2,
        "nc3_self_duality_root": distance,
        "nc3_etf": frame_error(w @ m.T, simplex(classes)),
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


def mse(w, b, s, weight_decay):
    """Least squares on the samples themselves; the total is the regularised loss of the given classifier."""
    h, y = s["h"], s["y"]
    classes, width = s["means"].shape
    lam = weight_decay / 2
    extended = torch.cat([h, torch.ones(len(h), 1)], 1)
    target = torch.eye(classes)[y]
    a = extended.T @ extended / len(h) + lam * torch.eye(width + 1)
    best = torch.linalg.solve(a, extended.T @ target / len(h)).T
    own = torch.cat([w, b[:, None]], 1)
    w_ls, b_ls = best[:, :width], best[:, width]
    weights = torch.bincount(y, minlength=classes) / len(h)
    fitted = s["means"] @ w_ls.T + b_ls - torch.eye(classes)
    return {
        "mse_nc1": (torch.trace(w_ls @ (s["sw"] + lam * torch.eye(width)) @ w_ls.T) + lam * b_ls.norm() ** 2) / 2,
        "mse_nc23": (weights * (fitted**2).sum(1)).sum() / 2,
        "mse_perpendicular": torch.trace((own - best) @ a @ (own - best).T) / 2,
        "mse_total": ((h @ w.T + b - target) ** 2).sum(1).mean() / 2 + lam / 2 * (own**2).sum(),
    }


def nc5(train, test, ood):
    means = train["means"]
    centre = ood.mean(0)
    inner = train["h"] - train["sample_centre"]
    size = len(means) - 1
    p = torch.linalg.eigh(inner.T @ inner).eigenvectors[:, -size:]
    score = lambda h: (h @ p).norm(dim=1) / h.norm(dim=1)
    own, foreign = score(test["h"]), score(ood)
    if size >= means.shape[1]:  # the projection keeps everything
        own, foreign = own * math.nan, foreign * math.nan
    wins = (own[:, None] > foreign).double() + (own[:, None] == foreign).double() / 2
    return {
        "nc5_orthogonality_ood": torch.nn.functional.cosine_similarity(means, centre[None]).abs().mean(),
        "nc5_neco_train": score(train["h"]).mean() + 0 * own.mean(),
        "nc5_neco_test": own.mean(),
        "nc5_neco_ood": foreign.mean(),
        "nc5_neco_auroc_ood": wins.mean() + 0 * own.mean(),
    }


@case(VECTORS)
def nc2_max_cosine(a, run):
    return cosines(a).max()


@case(CLASSIFIER)
def nc0_row_sum_weights(w, run):
    return w.sum(0).norm()


@case(CLASSIFIER)
def nc0_relative_weights(w, run):
    return w.sum(0).norm() ** 2 / (len(w) * w.norm() ** 2)


@case(VECTORS)
def nc2_gram_mse(a, run):
    a = a / a.norm(dim=1, keepdim=True)
    classes = len(a)
    target = (classes * torch.eye(classes) - 1) / (classes - 1)
    return ((a @ a.T - target) ** 2).mean()


@case(VECTORS)
def nc2_condition(a, run):
    sigma = torch.linalg.svdvals(a)
    return sigma[0] / sigma[min(len(a) - 1, a.shape[1]) - 1]


@case(SAMPLES)
def nc2_condition_uncentred_means(s, run):
    sigma = torch.linalg.svdvals(s["means"])
    return sigma[0] / sigma[-1]


@case(VECTORS)
def nc2_nearest_etf(a, run):
    """By the nearest ETF itself, from the polar factor of the centred rows."""
    classes, width = a.shape
    if classes > width + 1:
        return math.nan
    u, _, v = torch.linalg.svd(a - a.mean(0), full_matrices=False)
    nearest = u[:, : classes - 1] @ v[: classes - 1] / math.sqrt(classes - 1)
    return (a / a.norm() - nearest).norm() ** 2


@case(PAIRS)
def nc3_nearest_etf(w, m, run):
    """The polar factor by the inverse square root of the Gram matrix."""
    classes, width = w.shape
    if classes > width + 1:
        return math.nan

    def frame(a):
        a = a - a.mean(0)
        values, vectors = torch.linalg.eigh(a @ a.T)
        root = vectors[:, 1:] @ torch.diag(values[1:] ** -0.5) @ vectors[:, 1:].T
        return root @ a / math.sqrt(classes - 1)

    return (frame(w) - frame(m)).norm() ** 2


@case(VECTORS)
def nc2_minority(a, run):
    counts = torch.bincount(run["train"]["y"])
    small = counts <= counts.sort().values[(len(counts) - 1) // 2]
    return cosines(a[small]).mean() if small.sum() > 1 and len(counts.unique()) > 1 else math.nan


def seli(counts):
    classes = len(counts)
    return torch.linalg.svd((torch.eye(classes) - 1 / classes) @ torch.diag(counts.double().sqrt()))


@case(CLASSIFIER)
def nc2_seli_weights(w, run):
    v, sigma, _ = seli(torch.bincount(run["train"]["y"]))
    target = v @ torch.diag(sigma) @ v.T
    return frame_error(w @ w.T, target / torch.linalg.matrix_norm(target))


@case(SAMPLES)
def nc2_seli_means(s, run):
    counts = torch.bincount(run["train"]["y"])
    _, sigma, q = seli(counts)
    root = torch.diag(counts.double() ** -0.5)
    target = root @ q.T @ torch.diag(sigma) @ q @ root
    return frame_error(s["means"] @ s["means"].T, target / torch.linalg.matrix_norm(target))


def unit_gram(a):
    a = a / a.norm(dim=1, keepdim=True)
    return a @ a.T / len(a)


def entropy(gram):
    values = torch.linalg.eigvalsh(gram)
    values = values[values > 1e-15]
    return -(values * values.log()).sum()


@case(PAIRS)
def nc3_hdr(w, m, run):
    hw, hm = entropy(unit_gram(w)), entropy(unit_gram(m))
    return (hw - hm).abs() / max(hw, hm) if min(hw, hm) > 1e-12 else math.nan


@case(PAIRS)
def nc3_mir(w, m, run):
    kw, km = unit_gram(w), unit_gram(m)
    hw, hm = entropy(kw), entropy(km)
    return (hw + hm - entropy(len(w) * kw * km)) / min(hw, hm) if min(hw, hm) > 1e-12 else math.nan


def sample_cosines(s, w):
    h = s["h"] - s["sample_centre"]
    return (h / h.norm(dim=1, keepdim=True)) @ (w / w.norm(dim=1, keepdim=True)).T


@case(SAMPLES)
def nc3_margin(s, run):
    c = sample_cosines(s, run["w"] - run["w"].mean(0))
    own = torch.zeros_like(c, dtype=torch.bool).scatter_(1, s["y"][:, None], True)
    return (c[own] - c.masked_fill(own, -math.inf).max(1).values).mean()


@case(SAMPLES)
def nc3_sample_cosine(s, run):
    return sample_cosines(s, run["w"]).gather(1, s["y"][:, None]).mean()


def total_spectrum(s):
    inner = s["h"] - s["sample_centre"]
    values = torch.linalg.svdvals(inner) ** 2
    return values / values.sum()


@case(SAMPLES)
def nc1_effective_rank(s, run):
    p = total_spectrum(s)
    p = p[p > 0]
    return (-(p * p.log()).sum()).exp()


@case(SAMPLES)
def nc1_participation_ratio(s, run):
    return 1 / (total_spectrum(s) ** 2).sum()


@case(SAMPLES)
def norm_mean(s, run):
    return s["h"].norm(dim=1).mean()


def on_sphere(s):
    h = s["h"] / s["h"].norm(dim=1, keepdim=True)
    return reduce({"features": h.tolist(), "labels": s["y"].tolist()}, len(s["means"]))


@case(SAMPLES)
def nc1_sphere(s, run):
    s = on_sphere(s)
    return torch.trace(s["sw"] @ torch.linalg.pinv(s["sb"], hermitian=True)) / len(s["means"])


@case(SAMPLES)
def nc1_separation(s, run):
    """By cosine distances of all pairs, classes weighing alike."""
    h = s["h"] / s["h"].norm(dim=1, keepdim=True)
    distance = ((h[:, None] - h) ** 2).sum(2) / 2
    groups = [s["y"] == c for c in range(len(s["means"]))]
    mean = lambda a, b: distance[a][:, b].mean()
    inside = torch.stack([mean(a, a) for a in groups]).mean()
    return 1 - inside / torch.stack([mean(a, b) for a in groups for b in groups]).mean()


@case(SAMPLES)
def nc1_rnc1(s, run):
    train = run["train"]
    return ((s["h"] - train["means"][s["y"]]) ** 2).sum(1).mean() / (train["h"].norm(dim=1) ** 2).max()


@case(TEST)
def nc1_strong(s, run):
    train = run["train"]
    return ((s["h"] - train["means"][s["y"]]) ** 2).sum(1).mean() / torch.trace(train["sb"])


@case(TEST)
def nc1_weak(s, run):
    train = run["train"]
    square = ((s["h"][:, None] - train["means"]) ** 2).sum(2)
    return square.min(1).values.mean() / torch.trace(train["sb"])


@case(SAMPLES)
def nc1_directional_cdnv(s, run):
    means = s["means"]
    found = []
    for a, b in itertools.permutations(range(len(means)), 2):
        line = means[b] - means[a]
        along = (s["h"][s["y"] == a] - means[a]) @ (line / line.norm())
        found.append((along**2).mean() / line.norm() ** 2)
    return torch.stack(found).mean()


@case(SAMPLES)
def nc1_worst_class(s, run):
    classes, width = s["means"].shape
    modes = min(classes - 1, width)
    inner = [s["h"][s["y"] == c] - s["means"][c] for c in range(classes)]
    return max(trace_of_top_modes(x.T @ x / len(x), s["sb"], modes) for x in inner)


@case(SAMPLES)
def nc1_worst_class_trace(s, run):
    inner = [s["h"][s["y"] == c] - s["means"][c] for c in range(len(s["means"]))]
    return max((x**2).sum(1).mean() for x in inner) / s["m"].norm(dim=1).mean() ** 2


def detection_scores(h, run):
    z = h @ run["w"].T + run["b"]
    inner = h - run["train"]["sample_centre"]
    chosen = (run["w"][z.argmax(1)] * inner).sum(1) / inner.norm(dim=1)
    return {
        "softmax": torch.log_softmax(z, 1).max(1).values,
        "energy": torch.logsumexp(z, 1),
        "nci": chosen + 0.0001 * h.abs().sum(1),
    }


def separation(own, foreign):
    return ((own[:, None] > foreign).double() + (own[:, None] == foreign).double() / 2).mean()


def false_positives(own, foreign):
    threshold = own.sort().values[len(own) // 20]
    return (foreign >= threshold).double().mean()


def detection(name, compare):
    return lambda h, run: compare(detection_scores(run["test"]["h"], run)[name], detection_scores(h, run)[name])


for score in ["softmax", "energy", "nci"]:
    OOD[f"nc5_{score}_auroc"] = detection(score, separation)
    OOD[f"nc5_{score}_fpr95"] = detection(score, false_positives)


@case(OOD)
def nc5_neco_fpr95(h, run):
    means, inner = run["train"]["means"], run["train"]["h"] - run["train"]["sample_centre"]
    size = len(means) - 1
    if size >= means.shape[1]:
        return math.nan
    p = torch.linalg.eigh(inner.T @ inner).eigenvectors[:, -size:]
    score = lambda x: (x @ p).norm(dim=1) / x.norm(dim=1)
    return false_positives(score(run["test"]["h"]), score(h))


def calibration_error(z, y):
    confidence, decided = torch.softmax(z, 1).max(1)
    bins = (confidence * 15).ceil().long().clamp(max=15)
    gaps = [(confidence - (decided == y).double())[bins == b].sum().abs() for b in range(1, 16)]
    return torch.stack(gaps).sum() / len(y)


@case(SAMPLES)
def calibration_ece(s, run):
    return calibration_error(s["h"] @ run["w"].T + run["b"], s["y"])


def fit_temperature(z, y):
    """By halving the interval in which the derivative of the cross-entropy changes its sign."""

    def slope(inverse):
        return ((torch.softmax(z * inverse, 1) * z).sum(1) - z.gather(1, y[:, None])[:, 0]).sum()

    low, high = 1e-6, 1e6
    if slope(low) >= 0 or slope(high) <= 0:
        return math.nan
    for _ in range(120):
        middle = math.sqrt(low * high)
        low, high = (low, middle) if slope(middle) > 0 else (middle, high)
    return 1 / low


@case(TEST)
def calibration_temperature(s, run):
    return fit_temperature((s["h"] @ run["w"].T + run["b"])[::2], s["y"][::2])


@case(TEST)
def calibration_ece_scaled(s, run):
    temperature = calibration_temperature(s, run)
    return calibration_error((s["h"] @ run["w"].T + run["b"])[1::2] / temperature, s["y"][1::2]) + 0 * temperature


@case(SAMPLES)
def calibration_margin(s, run):
    w, z = run["w"], s["h"] @ run["w"].T + run["b"]
    total = 0
    for i, y in enumerate(s["y"].tolist()):
        total += min((z[i, y] - z[i, c]) / (w[y] - w[c]).norm() for c in range(len(w)) if c != y)
    return total / len(z)


@case(SAMPLES)
def nc1_fuzziness(s, run):
    share = torch.bincount(s["y"]) / len(s["y"])
    modes = min(len(s["m"]) - 1, s["m"].shape[1])
    return trace_of_top_modes(s["sw"], s["m"].T @ torch.diag(share) @ s["m"], modes)


@case(SAMPLES)
def nc2_discrimination_means(s, run):
    return 1 - cosines(s["means"]).max()


@case(SAMPLES)
def nc1_total_rank(s, run):
    p = total_spectrum(s)
    return (p > 1e-3 * p[0]).double().sum()


@case(SAMPLES)
def accuracy_probe(s, run):
    """The ridge as samples of its own: least squares over features and, under them, a multiple of the identity."""
    train, classes = run["train"], len(run["w"])
    h = train["h"] - train["sample_centre"]
    hot = torch.nn.functional.one_hot(train["y"], classes).double()
    width = h.shape[1]
    if (h**2).sum() <= 1e-28 * len(h):
        return math.nan
    ridge = torch.eye(width) * ((h**2).sum() / (1000 * width)).sqrt()
    target = torch.cat([hot - hot.mean(0), torch.zeros(width, classes)])
    a = torch.linalg.lstsq(torch.cat([h, ridge]), target, driver="gelsd").solution
    decided = ((s["h"] - train["sample_centre"]) @ a + hot.mean(0)).argmax(1)
    return 100 * (decided == s["y"]).double().mean()


@case(SAMPLES)
def accuracy_superclass(s, run):
    """Two classes each."""
    decided = (s["h"] @ run["w"].T + run["b"]).argmax(1)
    return 100 * (decided // 2 == s["y"] // 2).double().mean()


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


def measure(data):
    w, b = torch.tensor(data["weight"]), torch.tensor(data["bias"])
    classes = len(w)
    train = reduce(data["train"], classes)
    test = reduce(data["test"], classes)
    ood = torch.tensor(data["ood"]["features"])
    run = {"train": train, "test": test, "w": w, "b": b}
    values = {
        **nc2(w, "_weights"),
        **each(VECTORS, "_weights", w, run),
        **each(CLASSIFIER, "", w, run),
        "nc2_etf_weights_centred": frame_error((w - w.mean(0)) @ (w - w.mean(0)).T, simplex(classes)),
        "nc2_orthogonal_weights": frame_error(w @ w.T, torch.eye(classes) / math.sqrt(classes)),
    }
    values |= nc5(train, test, ood) | each(OOD, "_ood", ood, run)
    for split, s in {"train": train, "test": test}.items():
        centred = s["means"] - s["class_centre"]
        found = {
            **nc1(s),
            **nc2(s["m"], "_means"),
            "nc2_orthogonal_means": frame_error(s["means"] @ s["means"].T, torch.eye(classes) / math.sqrt(classes)),
            **nc2(centred, "_class_centred_means"),
            **nc3(w, s["m"]),
            **{f"{name}_class_centred": value for name, value in nc3(w, centred).items()},
            "nc3_etf_uncentred": frame_error(w @ s["means"].T, simplex(classes)),
            **nc4(w, b, s, train["means"]),
            **mse(w, b, s, data["weight_decay"]),
            **each(VECTORS, "_means", s["m"], run),
            **each(VECTORS, "_class_centred_means", centred, run),
            **each(PAIRS, "", w, s["m"], run),
            **each(PAIRS, "_class_centred", w, centred, run),
            **each(SAMPLES, "", s, run),
            **(each(TEST, "", s, run) if split == "test" else {}),
        }
        values |= {f"{name}_{split}": value for name, value in found.items()}
    return {NAMES.get(name, name): finite(value) for name, value in values.items()}


def each(cases, suffix, *arguments):
    return {f"{name}{suffix}": function(*arguments) for name, function in cases.items()}


def finite(value):
    return float(value) if math.isfinite(value) else None


json.dump([measure(data) for data in json.load(sys.stdin)], sys.stdout)
