"""Plain PyTorch on the state dict, images and order that a test wrote into a folder.

Reads job.json, state.pth, pixels.bin and labels.bin; writes result.pth with the loss and gradients of one training
pass (where the job says "rounding", also as float32 gives them), the state dict and momentum after the steps, and features and loss in evaluation mode. Arguments: that folder,
and the folder of resnet.py. All in float64, or, where the job says "autocast", in float32 with autocast to bfloat16.
"""

import copy
import json
import sys
from pathlib import Path

import torch
from torch import nn

sys.path.insert(0, sys.argv[2])
from resnet import resnet  # noqa: E402


def rounded_gradients(net, images, labels):
    """The gradients in float32, from the same parameters and images."""
    net = copy.deepcopy(net).float()
    net.zero_grad()
    nn.functional.cross_entropy(net(images.float()), labels).backward()
    return {f"rounded.{name}": p.grad.double() for name, p in net.named_parameters()}


def main(folder):
    job = json.loads((folder / "job.json").read_text())
    torch.set_num_threads(job["threads"])
    channels, height, width = job["shape"]
    pixels = torch.frombuffer(bytearray((folder / "pixels.bin").read_bytes()), dtype=torch.uint8)
    labels = torch.frombuffer(bytearray((folder / "labels.bin").read_bytes()), dtype=torch.int32).long()
    dtype = torch.float32 if job["autocast"] else torch.float64
    mean, std = (torch.tensor(job[key], dtype=dtype).view(-1, 1, 1) for key in ("mean", "std"))
    images = (pixels.view(-1, channels, height, width).to(dtype) / 255 - mean) / std

    net = resnet(job["model"], channels, job["classes"], job["stem"], job["width"]).to(dtype)
    if job["autocast"]:
        # The engine's layout: kernels for another one round elsewhere, and a fresh network amplifies that.
        net, images = net.to(memory_format=torch.channels_last), images.to(memory_format=torch.channels_last)
    net.load_state_dict(torch.load(folder / "state.pth", weights_only=True))
    sgd = torch.optim.SGD(
        net.parameters(), lr=job["learning_rates"][0], momentum=job["momentum"], weight_decay=job["weight_decay"]
    )
    batch = job["batch"]
    order = torch.tensor(job["order"])
    result = {}
    for step, indices in enumerate(order.split(batch)):
        sgd.param_groups[0]["lr"] = job["learning_rates"][step]
        sgd.zero_grad()
        with torch.autocast("cpu", torch.bfloat16, enabled=job["autocast"]):
            loss = nn.functional.cross_entropy(net(images[indices]), labels[indices])
        loss.backward()
        if step == 0:
            result["loss"] = loss.detach().clone()
            if job["rounding"]:
                result.update(rounded_gradients(net, images[indices], labels[indices]))
            result.update({f"gradient.{name}": p.grad.clone() for name, p in net.named_parameters()})
        sgd.step()
    result.update({f"after.{name}": value for name, value in net.state_dict().items()})
    result.update({f"momentum.{name}": sgd.state[p]["momentum_buffer"] for name, p in net.named_parameters()})
    net.eval()
    with torch.no_grad():
        features = net.features(images)
        result["features"] = features
        result["evaluation_loss"] = nn.functional.cross_entropy(net.fc(features), labels, reduction="sum")
    torch.save(result, folder / "result.pth")


main(Path(sys.argv[1]))
