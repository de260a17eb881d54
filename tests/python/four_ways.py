"""Features of four unequal classes, exported as samples and as statistics: argument: the folder for the files."""

import json
import sys
from pathlib import Path

import neural_collapse as nc
import torch
from torch import nn

CLASSES, WIDTH = 4, 7
folder = Path(sys.argv[1])
generator = torch.Generator().manual_seed(5)


def normal(*shape):
    return torch.randn(shape, generator=generator, dtype=torch.float64)


classifier = nn.Linear(WIDTH, CLASSES, dtype=torch.float64)
with torch.no_grad():
    means = normal(CLASSES, WIDTH) + 2
    classifier.weight.copy_(means - means.mean(0) + 0.2 * normal(CLASSES, WIDTH))
    classifier.bias.copy_(normal(CLASSES))


def split(*counts):
    labels = torch.repeat_interleave(torch.arange(CLASSES), torch.tensor(counts))
    return means[labels] + 0.7 * normal(len(labels), WIDTH), labels


splits = {"train": split(40, 31, 22, 13), "test": split(12, 9, 7, 5)}
found = {name: nc.Statistics(CLASSES, WIDTH, classifier=classifier) for name in splits}
with nc.FeatureWriter(folder / "features.npz", classifier) as writer:
    for name, (features, labels) in splits.items():
        for batch in zip(features.split(16), labels.split(16)):
            writer.add(name, *batch)
            found[name].update(*batch)
for name, batch in splits.items():
    found[name].compare_with(found["train"].means())
    found[name].decide(*batch)
nc.save_statistics(folder / "statistics.npz", classifier=classifier, **found)
samples = {name: [features.flatten().tolist(), labels.tolist()] for name, (features, labels) in splits.items()}
last = [classifier.weight.flatten().tolist(), classifier.bias.tolist()]
(folder / "samples.json").write_text(json.dumps({**samples, "classifier": last, "classes": CLASSES, "width": WIDTH}))
values = {file: nc.measure(folder / f"{file}.npz", missing=float("nan")) for file in ("features", "statistics")}
print(json.dumps({file: {k: None if v != v else v for k, v in row.items()} for file, row in values.items()}))
