"""The network and the samples of the tests' loops."""

import torch
from torch import nn

CLASSES, WIDTH = 4, 16


def network():
    torch.manual_seed(3)
    return nn.Sequential(
        nn.Linear(8, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Dropout(), nn.Linear(32, WIDTH), nn.ReLU(),
        nn.Linear(WIDTH, CLASSES),
    )


def samples(count, seed):
    generator = torch.Generator().manual_seed(seed)
    labels = torch.randint(CLASSES, (count,), generator=generator)
    return torch.randn(count, 8, generator=generator) + 2 * nn.functional.one_hot(labels, 8), labels


def loader(count, seed, size=32):
    return list(zip(*(part.split(size) for part in samples(count, seed))))


def unequal_parts():
    """Loaders of two ranks for train, test and out-of-distribution samples; the second rank has none of class 3."""
    parts = []
    for rank in range(2):
        loaders = []
        for count, seed in ((300, 11), (80, 12), (40, 13)):
            inputs, labels = samples(count, seed + 10 * rank)
            keep = labels < CLASSES - rank
            loaders.append(list(zip(inputs[keep].split(32), labels[keep].split(32))))
        parts.append(loaders)
    return parts
