"""The quantities of the paper's seven figures from given features, by way of the d x d covariances, in float64."""

from pathlib import Path

import torch
from images import read
from task import Task


class Collapse(Task):
    """Features are in float64 before anything is timed."""

    def __init__(self, job):
        folder, width, classes = Path(job["folder"]), job["width"], job["classes"]

        def load(name, *shape, dtype=torch.float32):
            values = read(folder / f"{name}.bin", dtype, shape)
            return values.to(torch.int64 if dtype == torch.int32 else torch.float64).to(job["device"])

        self.train = load("train", job["train"], width)
        self.train_labels = load("train_labels", job["train"], dtype=torch.int32)
        self.test = load("test", job["test"], width)
        self.test_labels = load("test_labels", job["test"], dtype=torch.int32)
        self.weight, self.bias = load("weight", classes, width), load("bias", classes)

    def repeat(self, times):
        for _ in range(times):
            values = self.measure()
        return {"units": times, "values": {name: float(value) for name, value in values.items()}}

    def measure(self):
        classes = len(self.bias)
        means = torch.stack([self.train[self.train_labels == c].mean(0) for c in range(classes)])
        centred = means - self.train.mean(0)
        predicted = decide(self.test, self.weight, self.bias)
        nearest = torch.cdist(self.test, means).argmin(1)
        spread_means, shift_means = angles(centred)
        spread_weights, shift_weights = angles(self.weight)
        return {
            "train_accuracy": 100 * share(decide(self.train, self.weight, self.bias) == self.train_labels),
            "test_accuracy": 100 * share(predicted == self.test_labels),
            "equinorm_means": variation(centred.norm(dim=1)),
            "equinorm_weights": variation(self.weight.norm(dim=1)),
            "equiangular_means": spread_means,
            "equiangular_weights": spread_weights,
            "maxangle_means": shift_means,
            "maxangle_weights": shift_weights,
            "self_duality": ((self.weight / self.weight.norm() - centred / centred.norm()) ** 2).sum(),
            "within_class_variation": within_class_variation(self.train, self.train_labels, means, centred),
            "ncc_mismatch": 1 - share(predicted == nearest),
        }


def within_class_variation(features, labels, means, centred):
    """Tr(Sigma_W pinv(Sigma_B)) / C, with the C - 1 largest modes of Sigma_B."""
    classes, width = means.shape
    within = torch.zeros(width, width, dtype=features.dtype, device=features.device)
    for c in range(classes):
        deviations = features[labels == c] - means[c]
        within += deviations.T @ deviations
    within /= len(labels)
    between = centred.T @ centred / classes
    left, values, right = torch.linalg.svd(between)
    kept = classes - 1
    inverse = right[:kept].T @ torch.diag(1 / values[:kept]) @ left[:, :kept].T
    return torch.trace(within @ inverse) / classes


def decide(features, weight, bias):
    return (features @ weight.T + bias).argmax(1)


def share(matches):
    return matches.double().mean()


def variation(norms):
    return norms.std() / norms.mean()


def angles(vectors):
    """Standard deviation of the cosines between different rows, and their mean distance from -1/(C - 1)."""
    count = len(vectors)
    unit = vectors / vectors.norm(dim=1, keepdim=True)
    cosines = (unit @ unit.T)[~torch.eye(count, dtype=torch.bool, device=vectors.device)]
    return cosines.std(), (cosines + 1 / (count - 1)).abs().mean()
