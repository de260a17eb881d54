"""Measures neural collapse from a running PyTorch loop, by the command `measure` of this repository.

One file, to be copied or put on PYTHONPATH; it needs PyTorch 2.1 or later and NumPy, and Deno for the command.

    import neural_collapse as nc

    nc.export_features(model, "collapse/001.npz", train=train_loader, test=test_loader)
    wandb.log(nc.measure("collapse/001.npz"), step=1)   # a flat dict: name of the metric -> number
    print(nc.report("collapse", "mine"))                # in the end: all epochs as a report, as of a run

Two ways lead from a model to a file that `measure` reads, each by one pass over the loaders in evaluation mode:

- `export_features` writes what the classifier is fed, sample by sample: all definitions can be measured from it. It
  takes the disk space of the features twice while it writes, once in the end, and of memory one batch.
- `export_statistics` accumulates class sums and scatter on the model's device, in float64: a file of C x d + d x d
  numbers, whatever the number of samples. What reads samples one by one (singular values of each class, NECO scores)
  has no value then. Nearest centres need all means first: `decisions=True` takes a second pass over the training loader.

Under DistributedDataParallel every rank calls `export_statistics` with its own loader; statistics are merged over the
ranks and rank 0 writes. (A DistributedSampler repeats some samples where the ranks do not divide their number.)
Autocast is off in the pass unless `autocast` gives a context; torch.compile is left out of it, so that hooks are called.
The model's modes and the random states are put back as they were: training goes on as if nothing had happened.

Names and shapes in the files: src/collapse/STATISTICS.md of the repository.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import shlex
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from types import TracebackType
from typing import Any, Callable, ContextManager, Iterable, Iterator, Mapping, Optional, Sequence, Union

import numpy as np
import torch
import torch.distributed as dist
from torch import Tensor, nn

__all__ = [
    "FeatureTap",
    "FeatureWriter",
    "Statistics",
    "default_command",
    "export_features",
    "export_statistics",
    "find_classifier",
    "measure",
    "measure_all",
    "report",
    "save_statistics",
    "unwrap",
]

STATISTICS_VERSION = 1
COMMAND_VARIABLE = "NEURAL_COLLAPSE_MEASURE"
COPY_BYTES = 2**20

PathLike = Union[str, "os.PathLike[str]"]
#: Runs the model on a batch of the loader and returns the labels of its samples.
Forward = Callable[[nn.Module, Any], Tensor]


def unwrap(model: nn.Module) -> nn.Module:
    """The model inside DistributedDataParallel, DataParallel and torch.compile, with the same parameters."""
    while True:
        wrapped = isinstance(model, (nn.parallel.DistributedDataParallel, nn.DataParallel))
        inner = getattr(model, "module" if wrapped else "_orig_mod", None)
        if not isinstance(inner, nn.Module):
            return model
        model = inner


def find_classifier(model: nn.Module, classifier: Union[nn.Module, str, None] = None) -> nn.Module:
    """The module that makes logits of features: the one given, by itself or by name, else the last nn.Linear.

    The last is that of `named_modules()`. Raises ValueError where there is none, or its weight is no matrix.
    """
    model = unwrap(model)
    if classifier is None:
        linear = [module for module in model.modules() if isinstance(module, nn.Linear)]
        if not linear:
            raise ValueError("expected a torch.nn.Linear in the model, found none; name the classifier")
        return linear[-1]
    found = dict(model.named_modules()).get(classifier) if isinstance(classifier, str) else classifier
    if found is None:
        raise ValueError(f"expected a module named {classifier!r} in the model, found none")
    weight = getattr(found, "weight", None)
    if not isinstance(weight, Tensor) or weight.ndim != 2:
        raise ValueError("expected a classifier with a weight of classes x features, found none; name another")
    return found


class FeatureTap:
    """Keeps what a module is fed while the context is open; `take` hands over that of the last forward pass."""

    def __init__(self, classifier: nn.Module) -> None:
        self._classifier = classifier
        self._found: list[Tensor] = []
        self._hook: Any = None

    def __enter__(self) -> "FeatureTap":
        self._hook = self._classifier.register_forward_pre_hook(self._keep, with_kwargs=True)
        return self

    def __exit__(self, *_: object) -> None:
        self._hook.remove()

    def take(self) -> Tensor:
        """Features of the last pass, samples x width. Raises RuntimeError unless the classifier was called once."""
        found, self._found = self._found, []
        if len(found) != 1:
            raise RuntimeError(
                f"expected one call of the classifier in a forward pass, found {len(found)}; name another classifier, "
                "and pass data through unwrap(model): a compiled model need not call hooks"
            )
        if found[0].ndim != 2:
            raise RuntimeError(
                "expected features of samples x width before the classifier, "
                f"found shape {tuple(found[0].shape)}; name another classifier"
            )
        return found[0]

    def _keep(self, _: nn.Module, inputs: tuple[Any, ...], named: dict[str, Any]) -> None:
        self._found.append((*inputs, *named.values())[0].detach())


class FeatureWriter:
    """Writes features.npz as a whole or not at all, of samples that come in batches.

    with FeatureWriter(path, classifier) as writer:
        writer.add("train", features, labels)
    """

    def __init__(self, path: PathLike, classifier: Optional[nn.Module] = None) -> None:
        self._path = Path(path)
        self._classifier = classifier
        self._folder = Path(tempfile.mkdtemp(".partial", f".{self._path.name}.", _parent(self._path)))
        self._spools: dict[str, tuple[Any, np.dtype[Any], int]] = {}
        self._rows: dict[str, int] = {}
        self._labels: dict[str, list[np.ndarray[Any, Any]]] = {}

    def add(self, split: str, features: Tensor, labels: Optional[Tensor] = None) -> None:
        """Adds a batch to "train", "test" or "ood" (which has no labels)."""
        if split not in ("train", "test", "ood"):
            raise ValueError(f"expected 'train', 'test' or 'ood', found {split!r}")
        numbers = (features if features.dtype is torch.float64 else features.float()).detach().cpu().numpy()
        if split not in self._spools:
            self._spools[split] = open(self._folder / split, "wb"), numbers.dtype, numbers.shape[1]
        spool, dtype, width = self._spools[split]
        if numbers.dtype != dtype or numbers.shape[1] != width:
            raise ValueError(f"expected {dtype} features of width {width}, found {numbers.dtype} of {numbers.shape[1]}")
        spool.write(np.ascontiguousarray(numbers).data)
        self._rows[split] = self._rows.get(split, 0) + len(numbers)
        if split != "ood":
            if labels is None or labels.shape != features.shape[:1]:
                raise ValueError(f"expected a label for each of {len(numbers)} samples")
            self._labels.setdefault(split, []).append(labels.detach().cpu().numpy().astype(np.int64))

    def __enter__(self) -> "FeatureWriter":
        return self

    def __exit__(
        self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        try:
            for spool, _, _ in self._spools.values():
                spool.close()
            if kind is None:
                _write_npz(self._path, self._arrays(), self._spooled())
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _arrays(self) -> dict[str, np.ndarray[Any, Any]]:
        labels = {f"{split}_labels": np.concatenate(parts) for split, parts in self._labels.items()}
        return {**labels, **_classifier_arrays(self._classifier)}

    def _spooled(self) -> dict[str, tuple[Path, np.dtype[Any], tuple[int, int]]]:
        return {
            f"{split}_features": (self._folder / split, dtype, (self._rows[split], width))
            for split, (_, dtype, width) in self._spools.items()
        }


class Statistics:
    """Sufficient statistics of one split in float64, on `device`; one pass, no sample is kept.

    Per class: count, sum and squared distances to the mean; over all classes the scatter around the class means. Means
    and centred second moments are updated together: with mu the mean of a class before a batch and mu' after it,
    sum_i (h_i - mu)(h_i - mu')^T over the batch is what Chan, Golub & LeVeque (1983) add, in one product.
    """

    def __init__(
        self,
        classes: int,
        width: int,
        *,
        classifier: Optional[nn.Module] = None,
        device: Union[torch.device, str] = "cpu",
    ) -> None:
        # Apple's GPUs know no float64.
        self.device = torch.device("cpu" if torch.device(device).type == "mps" else device)
        zeros: Callable[..., Tensor] = lambda *shape: torch.zeros(shape, dtype=torch.float64, device=self.device)
        self.counts, self.sums = zeros(classes), zeros(classes, width)
        self.deviations, self.scatter = zeros(classes), zeros(width, width)
        self.correct = torch.zeros((), dtype=torch.int64, device=self.device)
        #: Decisions of classifier and nearest centre: classifier right, centre right, equal, equal without the bias.
        self.decisions: Optional[Tensor] = None
        self.centres: Optional[Tensor] = None
        self._last: Optional[tuple[Tensor, Tensor]] = None
        if classifier is not None:
            weight, bias = _weight_and_bias(classifier)
            self._last = (weight.cpu().to(self.sums), bias.cpu().to(self.sums))

    @torch.no_grad()
    def update(self, features: Tensor, labels: Tensor) -> None:
        """Adds a batch of samples x width with labels from 0 to classes - 1."""
        h, y = self._read(features, labels)
        ones = torch.ones(len(y), dtype=torch.float64, device=h.device)
        counts = torch.zeros_like(self.counts).index_add_(0, y, ones)
        sums = torch.zeros_like(self.sums).index_add_(0, y, h)
        seen = (self.counts > 0).unsqueeze(1)
        # Of a class that comes for the first time, both means are that of the batch.
        before = torch.where(seen, self.sums / self.counts.clamp(min=1)[:, None], sums / counts.clamp(min=1)[:, None])
        self.counts += counts
        self.sums += sums
        after = self.means()
        old, new = h - before[y], h - after[y]
        self.scatter += old.T @ new
        self.deviations.index_add_(0, y, (old * new).sum(1))
        if self._last is not None:
            weight, bias = self._last
            self.correct += ((h @ weight.T + bias).argmax(1) == y).sum()

    def compare_with(self, centres: Tensor) -> None:
        """Begins to count decisions of nearest centres: those are the training means of all samples together."""
        self.centres = centres.to(self.sums)
        self.decisions = torch.zeros(4, dtype=torch.int64, device=self.device)

    @torch.no_grad()
    def decide(self, features: Tensor, labels: Tensor) -> None:
        """Counts the decisions of a batch, in another pass over the samples, after `compare_with`."""
        if self.decisions is None or self.centres is None:
            raise RuntimeError("expected compare_with before decide")
        h, y = self._read(features, labels)
        nearest = torch.cdist(h, self.centres, compute_mode="donot_use_mm_for_euclid_dist").argmin(1)
        self.decisions[1] += (nearest == y).sum()
        if self._last is not None:
            weight, bias = self._last
            unbiased = h @ weight.T
            predicted = (unbiased + bias).argmax(1)
            self.decisions[0] += (predicted == y).sum()
            self.decisions[2] += (predicted == nearest).sum()
            self.decisions[3] += (unbiased.argmax(1) == nearest).sum()

    @torch.no_grad()
    def merge_ranks(self) -> None:
        """Makes the statistics those of all ranks together, once all batches were added and before decisions are."""
        if not _is_distributed():
            return
        own, count = self.means(), self.counts.clone()
        dist.all_reduce(self.counts)
        dist.all_reduce(self.sums)
        shift = count.sqrt()[:, None] * (own - self.means())
        self.scatter += shift.T @ shift
        self.deviations += (shift * shift).sum(1)
        for total in (self.scatter, self.deviations, self.correct):
            dist.all_reduce(total)

    def merge_decisions(self) -> None:
        """Makes the decisions those of all ranks together."""
        if _is_distributed() and self.decisions is not None:
            dist.all_reduce(self.decisions)

    def means(self) -> Tensor:
        """Class means, classes x width; zeros for a class without samples."""
        return self.sums / self.counts.clamp(min=1)[:, None]

    def arrays(self, split: str) -> dict[str, np.ndarray[Any, Any]]:
        """What a file of statistics holds of the split "train" or "test"."""
        found = {
            "counts": self.counts.to(torch.int64),
            "sums": self.sums,
            "deviations": self.deviations.clamp(min=0),
            # The two factors differ by rounding, so that the halves of the product do.
            "scatter": (self.scatter + self.scatter.T) / 2,
        }
        if self._last is not None:
            found["correct"] = self.correct
        if self.decisions is not None:
            found["decisions"] = self.decisions
        return {f"{split}_{name}": value.cpu().numpy() for name, value in found.items()}

    def _read(self, features: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        if features.ndim != 2 or labels.shape != features.shape[:1]:
            raise ValueError(
                "expected features of samples x width and a label for each sample, "
                f"found shapes {tuple(features.shape)} and {tuple(labels.shape)}"
            )
        classes = len(self.counts)
        if len(labels) and not 0 <= int(labels.min()) <= int(labels.max()) < classes:
            found = f"{int(labels.min())} to {int(labels.max())}"
            raise ValueError(f"expected labels from 0 to {classes - 1}, found {found}")
        return features.detach().to(self.sums), labels.to(device=self.device, dtype=torch.int64)


def export_features(
    model: nn.Module,
    path: PathLike,
    *,
    train: Iterable[Any],
    test: Optional[Iterable[Any]] = None,
    ood: Optional[Iterable[Any]] = None,
    classifier: Union[nn.Module, str, None] = None,
    forward: Optional[Forward] = None,
    autocast: Optional[Callable[[], ContextManager[Any]]] = None,
) -> Path:
    """Writes the features of all samples, their labels and the classifier to `path`, which should end in .npz.

    `train`, `test` and `ood` give batches, each passed over once: (inputs, labels), or a mapping with "labels" that is
    given to the model by name; for others, `forward(model, batch)` runs the model and returns the labels.
    Under DistributedDataParallel a single rank calls it, with a loader of all samples.
    """
    if _rank() != 0:
        raise RuntimeError("expected rank 0 alone to export features, with a loader of all samples; see export_statistics")
    layer = find_classifier(model, classifier)
    with FeatureWriter(path, layer) as writer:
        for split, loader in (("train", train), ("test", test), ("ood", ood)):
            if loader is not None:
                for features, labels in _passes(model, loader, layer, forward, autocast):
                    writer.add(split, features, labels)
    return Path(path)


def export_statistics(
    model: nn.Module,
    path: PathLike,
    *,
    train: Iterable[Any],
    test: Optional[Iterable[Any]] = None,
    ood: Optional[Iterable[Any]] = None,
    decisions: bool = False,
    classifier: Union[nn.Module, str, None] = None,
    forward: Optional[Forward] = None,
    autocast: Optional[Callable[[], ContextManager[Any]]] = None,
) -> Path:
    """Writes sufficient statistics to `path`, which should end in .npz; the arguments are those of `export_features`.

    With `decisions` each split but `ood` is passed over twice: nearest centres are those of all training samples.
    Every rank of a process group calls it, each with its own samples; rank 0 writes the statistics of all.
    """
    layer = find_classifier(model, classifier)
    weight, _ = _weight_and_bias(layer)
    found: dict[str, Statistics] = {}
    loaders = {split: loader for split, loader in (("train", train), ("test", test)) if loader is not None}
    for split, loader in loaders.items():
        found[split] = Statistics(*weight.shape, classifier=layer, device=weight.device)
        for features, labels in _passes(model, loader, layer, forward, autocast):
            found[split].update(features, labels)
        found[split].merge_ranks()
    for split, loader in loaders.items() if decisions else ():
        found[split].compare_with(found["train"].means())
        for features, labels in _passes(model, loader, layer, forward, autocast):
            found[split].decide(features, labels)
        found[split].merge_decisions()
    foreign: Optional[Statistics] = None
    if ood is not None:
        foreign = Statistics(1, weight.shape[1], device=weight.device)
        for features, _ in _passes(model, ood, layer, forward, autocast):
            foreign.update(features, torch.zeros(len(features), dtype=torch.int64))
        foreign.merge_ranks()
    if _rank() == 0:
        save_statistics(path, train=found["train"], test=found.get("test"), ood=foreign, classifier=layer)
    return Path(path)


def save_statistics(
    path: PathLike,
    *,
    train: Statistics,
    test: Optional[Statistics] = None,
    ood: Optional[Statistics] = None,
    classifier: Optional[nn.Module] = None,
) -> None:
    """Writes statistics as a file that `measure` reads, alone or merged with those of other shards.

    Of `ood`, out-of-distribution samples as one class, the mean is kept.
    """
    arrays: dict[str, np.ndarray[Any, Any]] = {
        "collapse_statistics": np.array(STATISTICS_VERSION, dtype=np.int64),
        **train.arrays("train"),
        **(test.arrays("test") if test is not None else {}),
        **_classifier_arrays(classifier),
    }
    if train.centres is not None:
        arrays["centres"] = train.centres.cpu().numpy()
    if ood is not None:
        arrays["ood_count"] = ood.counts[0].to(torch.int64).cpu().numpy()
        arrays["ood_sum"] = ood.sums[0].cpu().numpy()
    _write_npz(Path(path), arrays, {})


def measure(*paths: PathLike, prefix: str = "", missing: Optional[float] = None, **options: Any) -> dict[str, float]:
    """Metrics of one file of features, or of files of statistics merged: a number by name.

    Names begin with `prefix` ("collapse/"). A metric without a value is left out, or is `missing` (float("nan") keeps
    the columns of a table). `options` are those of `measure_all`. On ranks other than 0 of a process group it is empty.
    """
    if _rank() != 0:
        return {}
    results = measure_all(*paths, **options)
    if len(results) != 1:
        raise ValueError(f"expected files of one epoch, found {len(results)} results; measure_all gives them all")
    values = {name: missing if value is None else value for name, value in results[0]["values"].items()}
    return {prefix + name: float(value) for name, value in values.items() if value is not None}


def measure_all(
    *paths: PathLike,
    command: Union[str, Sequence[str], None] = None,
    metrics: Optional[str] = None,
    weight_decay: Optional[float] = None,
    arguments: Sequence[str] = (),
    timeout: Optional[float] = None,
) -> list[dict[str, Any]]:
    """What `measure PATHS --json` prints: for each result `values`, `trust` (why a value is missing), `epoch`, `source`.

    `metrics` is a selection ("default", "all", "NC1", names), `arguments` are further words of the command line.
    Raises RuntimeError with the line that the command ends in.
    """
    words = [os.path.abspath(path) for path in paths] + ["--json"]
    words += [] if metrics is None else ["--metrics", metrics]
    words += [] if weight_decay is None else ["--weight-decay", repr(float(weight_decay))]
    return list(json.loads(_run(command, [*words, *arguments], timeout).stdout))


def report(
    folder: PathLike,
    name: str,
    *,
    command: Union[str, Sequence[str], None] = None,
    arguments: Sequence[str] = (),
    timeout: Optional[float] = None,
) -> str:
    """Writes the report `name` of a folder with a file for each epoch, and returns the address of its page.

    The files are those of `export_features` or `export_statistics`, each name ending in its epoch: 001.npz. Reports lie
    in reports/ where the command works: in the repository, for `deno task`. The other arguments are those of
    `measure_all`. On ranks other than 0 of a process group the address is empty.
    """
    if _rank() != 0:
        return ""
    done = _run(command, [os.path.abspath(folder), "--report", name, *arguments], timeout)
    return next(line for line in done.stderr.splitlines() if line.startswith("report: "))[len("report: ") :]


def default_command() -> list[str]:
    """Words that start `measure`: those in NEURAL_COLLAPSE_MEASURE, else `deno task measure` of this repository."""
    if COMMAND_VARIABLE in os.environ:
        return shlex.split(os.environ[COMMAND_VARIABLE])
    configuration = Path(__file__).resolve().parent.parent / "deno.json"
    if configuration.is_file():
        deno = ["deno"] if shutil.which("deno") else ["npx", "-y", "deno@2"]
        return [*deno, "task", "--config", str(configuration), "measure"]
    raise RuntimeError(f"expected {configuration}, found none; name the command with command= or {COMMAND_VARIABLE}")


def _run(
    command: Union[str, Sequence[str], None], words: Sequence[str], timeout: Optional[float]
) -> "subprocess.CompletedProcess[str]":
    """Raises RuntimeError with the line that the command ends in."""
    start = shlex.split(command) if isinstance(command, str) else list(command or default_command())
    try:
        done = subprocess.run([*start, *words], capture_output=True, text=True, timeout=timeout, check=False)
    except FileNotFoundError as error:
        raise RuntimeError(f"expected the command {start[0]}, found none; name it with command=") from error
    if done.returncode != 0:
        line = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise RuntimeError(f"{shlex.join([*start, *words])}: {line}")
    return done


def _passes(
    model: nn.Module,
    loader: Iterable[Any],
    layer: nn.Module,
    forward: Optional[Forward],
    autocast: Optional[Callable[[], ContextManager[Any]]],
) -> Iterator[tuple[Tensor, Tensor]]:
    """Features and labels batch by batch, in evaluation mode; modes and random states are put back at the end."""
    inner = unwrap(model)
    first = next(inner.parameters())
    context = autocast or (lambda: _without_autocast(first.device.type))
    modes = {module: module.training for module in inner.modules()}
    run = forward or (lambda network, batch: _forward(network, batch, first.device))
    with _random_states(first.device, loader), _own_forward(inner), FeatureTap(layer) as tap:
        try:
            inner.eval()
            for batch in loader:
                with torch.no_grad(), context(), _eager():
                    labels = run(inner, batch)
                yield tap.take(), labels
        finally:
            for module, training in modes.items():
                module.training = training


def _forward(model: nn.Module, batch: Any, device: torch.device) -> Tensor:
    """Runs the model on (inputs, labels), or by name on a mapping that has labels."""
    if isinstance(batch, Mapping):
        if "labels" not in batch:
            raise ValueError(f"expected labels in a batch, found {', '.join(map(str, batch))}; pass forward=")
        model(**{name: value.to(device) if isinstance(value, Tensor) else value for name, value in batch.items()})
        labels: Tensor = batch["labels"]
        return labels
    if not isinstance(batch, (tuple, list)) or len(batch) < 2 or not isinstance(batch[0], Tensor):
        raise ValueError(f"expected batches of (inputs, labels), found {type(batch).__name__}; pass forward=")
    model(batch[0].to(device, non_blocking=True))
    of_batch: Tensor = batch[1]
    return of_batch


def _without_autocast(device: str) -> ContextManager[Any]:
    try:
        off: ContextManager[Any] = torch.autocast(device, enabled=False)
        return off
    except RuntimeError:  # a device that has none, as Apple's GPUs before PyTorch 2.5
        return contextlib.nullcontext()


@contextlib.contextmanager
def _own_forward(model: nn.Module) -> Iterator[None]:
    """The model's forward in place of the one by which Accelerate, and so Hugging Face's Trainer, turns autocast on."""
    wrapped, own = model.__dict__.get("forward"), model.__dict__.get("_original_forward")
    if wrapped is None or own is None:
        yield
        return
    model.forward = own
    try:
        yield
    finally:
        model.forward = wrapped


def _generators(loader: Iterable[Any]) -> list[torch.Generator]:
    """Those that a DataLoader and its samplers draw from in place of the global one."""
    batches = getattr(loader, "batch_sampler", None)
    owners = (loader, getattr(loader, "sampler", None), batches, getattr(batches, "sampler", None))
    found = (getattr(owner, "generator", None) for owner in owners)
    return [one for one in found if isinstance(one, torch.Generator)]


@contextlib.contextmanager
def _random_states(device: torch.device, loader: Iterable[Any]) -> Iterator[None]:
    """Puts back the random states that loaders and augmentations draw from."""
    python, numpy = random.getstate(), np.random.get_state()
    generators = [(one, one.get_state()) for one in _generators(loader)]
    with torch.random.fork_rng(range(torch.cuda.device_count()) if device.type == "cuda" else []):
        try:
            yield
        finally:
            random.setstate(python)
            np.random.set_state(numpy)
            for generator, state in generators:
                generator.set_state(state)


def _eager() -> ContextManager[Any]:
    """Leaves torch.compile out where a module was compiled in place. Nothing was before its compiler was imported."""
    stance = getattr(torch.compiler, "set_stance", None)  # from PyTorch 2.6
    if stance is None or "torch._dynamo" not in sys.modules:
        return contextlib.nullcontext()
    eager: ContextManager[Any] = stance("force_eager")
    return eager


def _weight_and_bias(classifier: nn.Module) -> tuple[Tensor, Tensor]:
    weight: Tensor = getattr(classifier, "weight").detach()
    bias: Optional[Tensor] = getattr(classifier, "bias", None)
    return weight, torch.zeros(weight.shape[0]) if bias is None else bias.detach()


def _classifier_arrays(classifier: Optional[nn.Module]) -> dict[str, np.ndarray[Any, Any]]:
    if classifier is None:
        return {}
    numbers = [x if x.dtype is torch.float64 else x.float() for x in _weight_and_bias(classifier)]
    return {name: x.cpu().numpy() for name, x in zip(("weight", "bias"), numbers)}


def _write_npz(
    path: Path,
    arrays: Mapping[str, np.ndarray[Any, Any]],
    spooled: Mapping[str, tuple[Path, "np.dtype[Any]", tuple[int, int]]],
) -> None:
    """Writes beside `path`, flushes and renames; rows in `spooled` files are copied a piece at a time."""
    descriptor, beside = tempfile.mkstemp(".partial", f".{path.name}.", _parent(path))
    try:
        with os.fdopen(descriptor, "wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
                for name, (rows, dtype, shape) in spooled.items():
                    with archive.open(f"{name}.npy", "w", force_zip64=True) as entry, open(rows, "rb") as source:
                        header = {"descr": dtype.str, "fortran_order": False, "shape": shape}
                        np.lib.format.write_array_header_1_0(entry, header)
                        shutil.copyfileobj(source, entry, COPY_BYTES)
                for name, array in arrays.items():
                    with archive.open(f"{name}.npy", "w", force_zip64=True) as entry:
                        np.lib.format.write_array(entry, np.asanyarray(array), allow_pickle=False)
            file.flush()
            os.fsync(file.fileno())
        # A temporary file is its owner's alone; this one is to be as readable as any other.
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(beside, 0o666 & ~mask)
        os.replace(beside, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(beside)
        raise


def _parent(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.parent


def _is_distributed() -> bool:
    return dist.is_available() and dist.is_initialized() and dist.get_world_size() > 1


def _rank() -> int:
    return dist.get_rank() if _is_distributed() else 0
