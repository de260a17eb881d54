"""A small network, trained a little, exported in every way: argument: the folder for the files."""

import json
import random
import sys
from pathlib import Path

import neural_collapse as nc
import numpy as np
import torch
from torch import nn
from loop_network import loader, network


def forward(model, batch):
    model(batch["x"])
    return batch["y"]


def main(folder):
    model = network()
    train, test, ood = loader(403, 1), loader(90, 2), loader(50, 3)
    optimizer = torch.optim.SGD(model.parameters(), 0.05)
    for inputs, labels in train:
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(inputs), labels).backward()
        optimizer.step()

    model[1].eval()
    modes = [module.training for module in model.modules()]
    states = torch.get_rng_state(), random.getstate(), np.random.get_state()[1].tolist()
    splits = {"train": train, "test": test, "ood": ood}
    nc.export_features(model, folder / "features.npz", **splits)
    nc.export_statistics(model, folder / "statistics.npz", decisions=True, **splits)
    assert [module.training for module in model.modules()] == modes
    assert torch.equal(torch.get_rng_state(), states[0]) and random.getstate() == states[1]
    assert np.random.get_state()[1].tolist() == states[2]

    own = torch.Generator().manual_seed(3)
    pairs = [pair for inputs, labels in train for pair in zip(inputs, labels)]
    shuffled = torch.utils.data.DataLoader(pairs, batch_size=64, shuffle=True, generator=own)
    before = own.get_state()
    nc.export_statistics(model, folder / "shuffled.npz", decisions=True, train=shuffled)
    assert torch.equal(own.get_state(), before)

    # As Accelerate prepares a model for mixed precision.
    model._original_forward = model.forward
    model.forward = torch.autocast("cpu", torch.bfloat16)(model.forward)
    prepared = model.forward
    nc.export_features(model, folder / "prepared.npz", **splits)
    assert model.forward is prepared
    del model.forward, model._original_forward

    compiled = torch.compile(model, backend="eager")
    compiled(train[0][0])
    nc.export_features(compiled, folder / "compiled.npz", **splits)
    in_place = network()
    in_place.load_state_dict(model.state_dict())
    in_place[1].eval()
    in_place.compile(backend="eager")
    in_place(train[0][0])
    nc.export_features(in_place, folder / "in_place.npz", **splits)
    with torch.autocast("cpu", torch.bfloat16):
        nc.export_features(model, folder / "autocast.npz", **splits)
    half = {"autocast": lambda: torch.autocast("cpu", torch.bfloat16)}
    nc.export_features(model, folder / "bfloat16.npz", **splits, **half)
    nc.export_statistics(model, folder / "bfloat16_statistics.npz", decisions=True, **splits, **half)
    by_name = {split: [{"x": x, "y": y} for x, y in batches] for split, batches in splits.items()}
    nc.export_features(model, folder / "forward.npz", forward=forward, classifier="6", **by_name)
    values = nc.measure(folder / "features.npz", metrics="all", weight_decay=1e-3, arguments=["--threads", "1"])
    prefixed = nc.measure(folder / "features.npz", prefix="collapse/", missing=float("nan"))
    assert all(name.startswith("collapse/") and isinstance(value, float) for name, value in prefixed.items())
    print(json.dumps(values))


main(Path(sys.argv[1]))
