"""Hands what the Python file and the tables say to the tools people have: arguments: which tool, the folder.

The folder holds features.npz, and as of a run metrics.csv, metrics.jsonl, log.csv and columns.json.
"""

import json
import sys
from pathlib import Path

import neural_collapse as nc

tool, folder = sys.argv[1], Path(sys.argv[2])


def with_pandas():
    import pandas as pd

    metrics, log = pd.read_csv(folder / "metrics.csv"), pd.read_csv(folder / "log.csv")
    lines = pd.read_json(folder / "metrics.jsonl", lines=True)
    columns = pd.DataFrame(json.loads((folder / "columns.json").read_text())["columns"])
    assert list(columns["name"]) == list(metrics.columns[1:]) == list(lines.columns[1:])
    for table in (metrics, log):
        assert all(kind.kind in "fi" for kind in table.dtypes), table.dtypes
    # All there are of its digits: its faster way to read a float may lose the last one.
    exact = pd.read_csv(folder / "metrics.csv", float_precision="round_trip")
    return {"metrics": exact.to_dict("list"), "log": log.to_dict("list"), "lines": lines.to_dict("list")}


def with_tensorboard():
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    from torch.utils.tensorboard import SummaryWriter

    with SummaryWriter(folder / "tensorboard") as writer:
        for name, value in nc.measure(folder / "features.npz", prefix="collapse/").items():
            writer.add_scalar(name, value, 7)
    read = EventAccumulator(str(folder / "tensorboard"))
    read.Reload()
    return {tag: [[event.step, event.value] for event in read.Scalars(tag)] for tag in read.Tags()["scalars"]}


def with_wandb():
    import wandb

    run = wandb.init(project="collapse", dir=str(folder), mode="offline", settings=wandb.Settings(silent=True))
    run.log(nc.measure(folder / "features.npz", prefix="collapse/"), step=7, commit=True)
    found = {name: value for name, value in dict(run.summary).items() if name.startswith("collapse/")}
    run.finish()
    assert list((folder / "wandb").glob("offline-run-*/*.wandb")), "expected the run's file"
    return found


def with_torchmetrics():
    import torchmetrics

    class Collapse(torchmetrics.Metric):
        """Class means and scatter as a metric; `compute` gives one number."""

        full_state_update = False

        def __init__(self, classes, width):
            super().__init__()
            self.statistics = nc.Statistics(classes, width)

        def update(self, features, labels):
            self.statistics.update(features, labels)

        def compute(self):
            nc.save_statistics(folder / "torchmetrics.npz", train=self.statistics)
            return nc.measure(folder / "torchmetrics.npz")

    import numpy as np
    import torch

    arrays = np.load(folder / "features.npz")
    metric = Collapse(*arrays["weight"].shape)
    batches = [torch.from_numpy(arrays[f"train_{name}"]).split(10) for name in ("features", "labels")]
    for features, labels in zip(*batches):
        metric.update(features, labels)
    return metric.compute()


print(json.dumps({
    "pandas": with_pandas, "tensorboard": with_tensorboard, "wandb": with_wandb, "torchmetrics": with_torchmetrics,
}[tool]()))
