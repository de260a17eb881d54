"""Plain PyTorch, in float64, of the networks that a test wrote into a folder as lists of ops.

A DenseNet is beside that the module that it is known as, which shares nothing with the list but its parameters' names.

Takes the folder of the files and the one of these modules. Reads job.json, state-<number>.pth, pixels.bin and
labels.bin; writes result.pth with, under the number of each network, the loss and gradients of the first step, the state
dict after the last, and the logits in evaluation mode. Each op is the torch module of its name, under the name of its
parameters.
"""

import json
import sys
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional

sys.path.insert(0, sys.argv[2])
from densenet import DenseNet  # noqa: E402


def module_of(op, shape):
    """The module of an op that has parameters, and None for others."""
    if op["op"] == "conv2d":
        return nn.Conv2d(
            shape[1], op["channels"], op["kernel"], stride=op["stride"], padding=op["padding"], bias=op["bias"]
        )
    if op["op"] == "batch_norm2d":
        return nn.BatchNorm2d(shape[1])
    if op["op"] == "linear":
        return nn.Linear(shape[1], op["features"], bias=op["bias"])
    return None


PLAIN = {
    "relu": lambda op, x: functional.relu(x[0]),
    "add": lambda op, x: sum(x[1:], x[0]),
    "concat": lambda op, x: torch.cat(x, 1),
    "flatten": lambda op, x: x[0].flatten(1),
    "max_pool2d": lambda op, x: functional.max_pool2d(x[0], op["kernel"], op["stride"], op["padding"]),
    "avg_pool2d": lambda op, x: functional.avg_pool2d(x[0], op["kernel"], op["stride"], op["padding"]),
    "adaptive_avg_pool2d": lambda op, x: functional.adaptive_avg_pool2d(x[0], op["size"]),
}


class Net(nn.Module):
    def __init__(self, ops, x):
        super().__init__()
        self.ops = ops
        self.parts = {}
        with torch.no_grad():
            self.run(x, make=True)

    def run(self, x, make=False):
        values = {"input": x}
        for op in self.ops:
            inputs = [values[name] for name in op["inputs"]]
            if make and (module := module_of(op, inputs[0].shape)) is not None:
                self.parts[op["name"]] = module.double()
                self.add_module(op["scope"].replace(".", "/"), module)
            part = self.parts.get(op["name"])
            values[op["name"]] = part(inputs[0]) if part is not None else PLAIN[op["op"]](op, inputs)
        return values[self.ops[-1]["name"]]

    forward = run


def made(network, images, state):
    """The network with its state, and its parameters by the names that the test knows them by."""
    if "blocks" in network:
        net = DenseNet(images.shape[1], **network).double()
        net.load_state_dict(state)
        return net, dict(net.named_parameters())
    net = Net(network["ops"], images[:2])
    net.load_state_dict({("/".join(name.split(".")[:-1]) + "." + name.split(".")[-1]): v for name, v in state.items()})
    return net, {name.replace("/", "."): p for name, p in net.named_parameters()}


def train(number, network, folder, images, labels, job, result):
    net, named = made(network, images, torch.load(folder / f"state-{number}.pth", weights_only=True))
    sgd = torch.optim.SGD(named.values(), lr=job["learning_rate"], momentum=0.9, weight_decay=0.01)
    for at, indices in enumerate(torch.tensor(job["orders"][number]).split(job["batch"])):
        sgd.zero_grad()
        loss = functional.cross_entropy(net(images[indices]), labels[indices])
        loss.backward()
        if at == 0:
            result[f"{number}.loss"] = loss.detach().clone()
            result.update({f"{number}.gradient.{name}": p.grad.clone() for name, p in named.items()})
        sgd.step()
    result.update({f"{number}.after.{name.replace('/', '.')}": v for name, v in net.state_dict().items()})
    net.eval()
    with torch.no_grad():
        result[f"{number}.logits"] = net(images)


def main(folder):
    job = json.loads((folder / "job.json").read_text())
    torch.set_num_threads(1)
    pixels = torch.frombuffer(bytearray((folder / "pixels.bin").read_bytes()), dtype=torch.uint8)
    labels = torch.frombuffer(bytearray((folder / "labels.bin").read_bytes()), dtype=torch.int32).long()
    mean, std = (torch.tensor(job[key], dtype=torch.float64).view(-1, 1, 1) for key in ("mean", "std"))
    images = (pixels.view(-1, *job["shape"]).double() / 255 - mean) / std
    result = {}
    for number, network in enumerate(job["networks"]):
        train(number, network, folder, images, labels, job, result)
    torch.save(result, folder / "result.pth")


main(Path(sys.argv[1]))
