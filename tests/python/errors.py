"""What goes wrong says so and leaves nothing: argument: an empty folder."""

import os
import sys
from pathlib import Path

import neural_collapse as nc
import torch
from torch import nn

folder = Path(sys.argv[1])
model = nn.Sequential(nn.Linear(5, 6), nn.ReLU(), nn.Linear(6, 3))
batch = torch.randn(7, 5), torch.arange(7) % 3


def refuses(message, act):
    try:
        act()
    except (ValueError, RuntimeError) as error:
        assert message in str(error) and "\n" not in str(error), error
    else:
        raise AssertionError(f"expected a refusal: {message}")
    assert os.listdir(folder) == [], os.listdir(folder)


def broken():
    yield batch
    raise RuntimeError("the loader broke")


def export(train, model=model, **options):
    nc.export_features(model, folder / "a.npz", train=train, **options)


def twice(model, batch):
    model(batch[0])
    model(batch[0])
    return batch[1]


refuses("the loader broke", lambda: export(broken()))
refuses("found 2; name another classifier", lambda: export([batch], forward=twice))
refuses("found 0; name another", lambda: export([batch], classifier=nn.Linear(6, 3)))
refuses("a module named 'head'", lambda: export([batch], classifier="head"))
refuses("a torch.nn.Linear in the model, found none", lambda: export([batch], model=nn.Sequential(nn.ReLU())))
refuses("a weight of classes x features", lambda: export([batch], classifier="1"))
refuses("batches of (inputs, labels), found Tensor", lambda: export([batch[0]]))
refuses("expected labels in a batch, found x", lambda: export([{"x": batch[0]}]))
refuses("a label for each of 7 samples", lambda: export([(batch[0], batch[1][:3])]))
refuses("found shape (1, 7, 6)", lambda: export([(batch[0][None], batch[1])]))
assert model.training
statistics = nc.Statistics(3, 6)
refuses("labels from 0 to 2, found -100 to 2", lambda: statistics.update(torch.randn(2, 6), torch.tensor([-100, 2])))
refuses("expected compare_with before decide", lambda: statistics.decide(torch.randn(2, 6), torch.tensor([0, 2])))
refuses("missing.npz, found none", lambda: nc.measure(folder / "missing.npz"))
refuses("expected the command no-such-command", lambda: nc.measure("a.npz", command="no-such-command"))
found = nc.unwrap(torch.compile(nn.DataParallel(model), backend="eager"))
assert found is model and nc.find_classifier(model) is model[2]
del os.environ["NEURAL_COLLAPSE_MEASURE"]
*_, configuration, verb = nc.default_command()
assert verb == "measure" and Path(configuration).is_file(), configuration
