"""Plain PyTorch, in float64, trained as each recipe that a test wrote into a folder says.

Reads job.json, state0.pth and on, pixels.bin and labels.bin; writes result.pth with, under the number of each recipe, the loss
and gradients of the first step, and parameters, buffers and the optimizer's state after the last.
"""

import copy
import json
import sys
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional


class NearestETF(nn.Linear):
    """Weight and bias of the simplex ETF nearest to the class means, of which every training batch moves the averages."""

    def __init__(self, width, classes):
        super().__init__(width, classes)
        self.requires_grad_(False)
        self.register_buffer("class_means", torch.zeros(classes, width))
        self.register_buffer("frame", torch.zeros(classes, width))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def follow(self, h, labels):
        classes, mean = self.out_features, h.mean(0)
        share = max(2 / (int(self.num_batches_tracked) + 2), 1e-4)
        rows = [
            h[labels == c].mean(0) - mean if (labels == c).any() else self.class_means[c] for c in range(classes)
        ]
        average = share * torch.stack(rows) + (1 - share) * self.class_means
        simplex = torch.eye(classes, dtype=h.dtype) - 1 / classes
        before = self.frame if self.num_batches_tracked > 0 else torch.eye(*self.frame.shape, dtype=h.dtype)
        frame = 2 / (classes - 1) ** 0.5 * simplex @ (average / torch.linalg.matrix_norm(average)) + 1e-3 * before
        # Newton's and Schulz's iteration to the polar factor.
        frame = frame / torch.linalg.matrix_norm(frame).detach()
        for _ in range(40):
            frame = 1.5 * frame - 0.5 * frame @ frame.T @ frame
        weight = (classes / (classes - 1)) ** 0.5 * simplex @ frame
        bias = -weight @ mean
        with torch.no_grad():
            for buffer, value in zip((self.weight, self.bias, self.class_means, self.frame), (weight, bias, average, frame)):
                buffer.copy_(value)
            self.num_batches_tracked += 1
        return functional.linear(h, weight, bias)


class Net(nn.Module):
    def __init__(self, channels, classes, classifier):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, 32, 3, stride=2, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(32)
        self.conv2 = nn.Conv2d(32, 32, 3, stride=2, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(32)
        self.conv3 = nn.Conv2d(32, 32, 3, padding=1, bias=False)
        self.bn3 = nn.BatchNorm2d(32)
        self.hidden = nn.Linear(32 * 4, 12)
        width = 12
        if classifier["width"] is not None:
            width = classifier["width"]
            self.projection = nn.Linear(12, width)
        if classifier["kind"] == "nearest-etf":
            self.fc = NearestETF(width, classes)
        else:
            self.fc = nn.Linear(width, classes, bias=not classifier["noBias"])
        if classifier["kind"] == "etf":
            self.fc.weight.requires_grad_(False)
        self.temperature = classifier["temperature"]

    def forward(self, x, labels):
        h = self.features(x)
        if isinstance(self.fc, NearestETF):
            h = h if self.temperature is None else functional.normalize(h)
            read = h if self.temperature is None else h / self.temperature
            return h, self.fc.follow(read, labels) if self.training else self.fc(read)
        if self.temperature is None:
            return h, self.fc(h)
        h = functional.normalize(h)
        return h, functional.linear(h, functional.normalize(self.fc.weight)) / self.temperature

    def features(self, x):
        x = functional.relu(self.bn1(self.conv1(x)))
        x = functional.relu(self.bn2(self.conv2(x)))
        x = functional.relu(self.bn3(self.conv3(x)) + x)
        x = functional.relu(self.hidden(functional.adaptive_avg_pool2d(x, 2).flatten(1)))
        return self.projection(x) if hasattr(self, "projection") else x


def loss_of(loss, logits, labels):
    if loss["kind"] == "cross_entropy":
        return functional.cross_entropy(logits, labels, label_smoothing=loss["labelSmoothing"])
    if loss["kind"] == "focal":
        p = functional.softmax(logits, 1).gather(1, labels[:, None])[:, 0]
        return (-((1 - p) ** loss["gamma"]) * p.log()).mean()
    hot = functional.one_hot(labels, logits.shape[1]).to(logits.dtype)
    if loss["scale"] == loss["target"] == 1:
        return functional.mse_loss(logits, hot)
    weights = 1 + hot * (loss["scale"] - 1)
    return (weights * (logits - loss["target"] * hot) ** 2).mean()


class MuonAndAdamW:
    """torch.optim.Muon on kernels as matrices, which share their memory, and torch.optim.AdamW on all else."""

    def __init__(self, o, groups, moved):
        self.param_groups, self.part = groups, o["adamwLearningRate"]
        self.matrices = {p: nn.Parameter(p.detach().view(len(p), -1)) for p in moved}
        decays = [(p, group["weight_decay"]) for group in groups for p in group["params"]]
        by_muon = [{"params": [self.matrices[p]], "weight_decay": d} for p, d in decays if p in self.matrices]
        by_adamw = [{"params": [p], "weight_decay": d} for p, d in decays if p not in self.matrices]
        self.muon = torch.optim.Muon(
            by_muon, momentum=o["momentum"], nesterov=o["nesterov"], adjust_lr_fn=o["adjustLearningRate"]
        )
        self.adamw = torch.optim.AdamW(by_adamw, betas=o["betas"], eps=o["eps"])

    def zero_grad(self):
        self.adamw.zero_grad()
        for p in self.matrices:
            p.grad = None

    def step(self):
        for p, matrix in self.matrices.items():
            matrix.grad = p.grad.view(len(p), -1)
        for optimizer, part in ((self.muon, 1), (self.adamw, self.part)):
            for group in optimizer.param_groups:
                group["lr"] = self.param_groups[0]["lr"] * part
            optimizer.step()

    @property
    def state(self):
        return {**self.adamw.state, **{p: self.muon.state[matrix] for p, matrix in self.matrices.items()}}


def optimizer_of(recipe, net):
    o, decay = recipe["optimizer"], recipe["weightDecay"]
    everything = [p for p in net.parameters() if p.requires_grad]
    groups = [{"params": everything, "weight_decay": decay}]
    if recipe["decayOn"] == "weights":
        groups = [
            {"params": [p for p in everything if p.dim() > 1], "weight_decay": decay},
            {"params": [p for p in everything if p.dim() == 1], "weight_decay": 0},
        ]
    if o["kind"] == "muon":
        spared = {net.fc.weight} if o["muonOn"] == "hidden" else set()
        return MuonAndAdamW(o, groups, [p for p in everything if p.dim() > 1 and p not in spared])
    if o["kind"] in ("adam", "adamw"):
        made = torch.optim.Adam if o["kind"] == "adam" else torch.optim.AdamW
        return made(groups, lr=1, betas=o["betas"], eps=o["eps"])
    return torch.optim.SGD(groups, lr=1, momentum=o["momentum"], nesterov=o["nesterov"])


def step(optimizer, kind, rate):
    for group in optimizer.param_groups:
        group["lr"] = rate
        if kind != "sgdw":
            continue
        with torch.no_grad():
            for p in group["params"]:
                p.mul_(1 - rate * group.setdefault("decoupled", group["weight_decay"]))
        group["weight_decay"] = 0
    optimizer.step()


def augmented(recipe, pixels, changes):
    """Cut out of zero padding around each image, then mirrored: torchvision's RandomCrop and RandomHorizontalFlip."""
    if not changes:
        return pixels
    padding = recipe["augmentation"]["padding"]
    height, width = pixels.shape[2:]
    cuts = []
    for image, change in zip(functional.pad(pixels, [padding] * 4), changes):
        place, flip = divmod(change, 2)
        top, left = divmod(place, 2 * padding + 1)
        cut = image[:, top : top + height, left : left + width]
        cuts.append(cut.flip(2) if flip else cut)
    return torch.stack(cuts)


NAMES = {"momentum_buffer": "momentum", "exp_avg": "exp_avg", "exp_avg_sq": "exp_avg_sq"}


def train(number, recipe, state, pixels, normalise, labels, job, result):
    net = Net(pixels.shape[1], job["classes"], recipe["classifier"]).double()
    net.load_state_dict(state)
    optimizer = optimizer_of(recipe, net)
    batch = job["batch"]

    def differentiate(net, x, labels):
        h, logits = net(x, labels)
        loss = loss_of(recipe["loss"], logits, labels)
        (loss + recipe["featureDecay"] / 2 * (h**2).sum(1).mean()).backward()
        return loss

    trained = {name: p for name, p in net.named_parameters() if p.requires_grad}
    for at, indices in enumerate(torch.tensor(recipe["order"]).split(batch)):
        if at == 0:
            # Of images as they are.
            probe = copy.deepcopy(net)
            loss = differentiate(probe, normalise(pixels[indices]), labels[indices])
            result[f"{number}.loss"] = loss.detach().clone()
            gradients = {name: p.grad.clone() for name, p in probe.named_parameters() if p.requires_grad}
            result.update({f"{number}.gradient.{name}": gradient for name, gradient in gradients.items()})
        changes = recipe["changes"] and recipe["changes"][at * batch : (at + 1) * batch]
        optimizer.zero_grad()
        differentiate(net, normalise(augmented(recipe, pixels[indices], changes)), labels[indices])
        rate = job["learning_rates"][recipe["optimizer"]["kind"]] / (2 if at >= recipe["slowerFrom"] else 1)
        step(optimizer, recipe["optimizer"]["kind"], rate)
    result.update({f"{number}.after.{name}": value for name, value in net.state_dict().items()})
    for name, p in trained.items():
        for key, value in optimizer.state[p].items():
            if key in NAMES and value is not None:
                result[f"{number}.after.{NAMES[key]}.{name}"] = value
    net.eval()
    with torch.no_grad():
        result[f"{number}.evaluated"] = loss_of(recipe["loss"], net(normalise(pixels), labels)[1], labels) * len(labels)


def main(folder):
    job = json.loads((folder / "job.json").read_text())
    torch.set_num_threads(1)
    pixels = torch.frombuffer(bytearray((folder / "pixels.bin").read_bytes()), dtype=torch.uint8)
    labels = torch.frombuffer(bytearray((folder / "labels.bin").read_bytes()), dtype=torch.int32).long()
    mean, std = (torch.tensor(job[key], dtype=torch.float64).view(-1, 1, 1) for key in ("mean", "std"))
    pixels = pixels.view(-1, *job["shape"])
    starts = {recipe["start"] for recipe in job["recipes"]}
    states = {start: torch.load(folder / f"state{start}.pth", weights_only=True) for start in starts}
    result = {}
    for number, recipe in enumerate(job["recipes"]):
        state = states[recipe["start"]]
        train(number, recipe, state, pixels, lambda x: (x.double() / 255 - mean) / std, labels, job, result)
    torch.save(result, folder / "result.pth")


main(Path(sys.argv[1]))
