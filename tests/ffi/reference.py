"""Plain PyTorch on the state dict, images and order that a test wrote into a folder.

Reads job.json, state.pth, pixels.bin and labels.bin; writes result.pth with the loss and gradients of one training
pass, the state dict after the steps, and features and loss in evaluation mode.
"""

import json
import sys
from pathlib import Path

import torch
from torch import nn


class Basic(nn.Module):
    expansion = 1

    def __init__(self, inputs, width, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, width, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.downsample = projection(inputs, width, stride)

    def forward(self, x):
        identity = x if self.downsample is None else self.downsample(x)
        y = torch.relu(self.bn1(self.conv1(x)))
        return torch.relu(self.bn2(self.conv2(y)) + identity)


class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inputs, width, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, 4 * width, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(4 * width)
        self.downsample = projection(inputs, 4 * width, stride)

    def forward(self, x):
        identity = x if self.downsample is None else self.downsample(x)
        y = torch.relu(self.bn1(self.conv1(x)))
        y = torch.relu(self.bn2(self.conv2(y)))
        return torch.relu(self.bn3(self.conv3(y)) + identity)


def projection(inputs, outputs, stride):
    if stride == 1 and inputs == outputs:
        return None
    return nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))


class ResNet(nn.Module):
    def __init__(self, block, depths, channels, classes, stem):
        super().__init__()
        stock = stem == "stock"
        self.conv1 = nn.Conv2d(channels, 64, *((7, 2, 3) if stock else (3, 1, 1)), bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.pool = nn.MaxPool2d(3, 2, 1) if stock else nn.Identity()
        inputs = 64
        for stage, depth in enumerate(depths):
            width = 64 * 2**stage
            blocks = []
            for index in range(depth):
                blocks.append(block(inputs, width, 2 if stage > 0 and index == 0 else 1))
                inputs = width * block.expansion
            setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))
        self.fc = nn.Linear(inputs, classes)

    def features(self, x):
        x = self.pool(torch.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return x.mean((2, 3))

    def forward(self, x):
        return self.fc(self.features(x))


NETWORKS = {
    "resnet18": (Basic, (2, 2, 2, 2)),
    "resnet34": (Basic, (3, 4, 6, 3)),
    "resnet50": (Bottleneck, (3, 4, 6, 3)),
    "resnet101": (Bottleneck, (3, 4, 23, 3)),
    "resnet152": (Bottleneck, (3, 8, 36, 3)),
}


def main(folder):
    job = json.loads((folder / "job.json").read_text())
    torch.set_num_threads(1)
    channels, height, width = job["shape"]
    pixels = torch.frombuffer(bytearray((folder / "pixels.bin").read_bytes()), dtype=torch.uint8)
    labels = torch.frombuffer(bytearray((folder / "labels.bin").read_bytes()), dtype=torch.int32).long()
    mean, std = (torch.tensor(job[key], dtype=torch.float64).view(-1, 1, 1) for key in ("mean", "std"))
    images = (pixels.view(-1, channels, height, width).double() / 255 - mean) / std

    block, depths = NETWORKS[job["model"]]
    net = ResNet(block, depths, channels, job["classes"], job["stem"]).double()
    net.load_state_dict(torch.load(folder / "state.pth", weights_only=True))
    sgd = torch.optim.SGD(
        net.parameters(), lr=job["learning_rate"], momentum=job["momentum"], weight_decay=job["weight_decay"]
    )
    batch = job["batch"]
    order = torch.tensor(job["order"])
    result = {}
    for step, indices in enumerate(order.split(batch)):
        sgd.zero_grad()
        loss = nn.functional.cross_entropy(net(images[indices]), labels[indices])
        loss.backward()
        if step == 0:
            result["loss"] = loss.detach().clone()
            result.update({f"gradient.{name}": p.grad.clone() for name, p in net.named_parameters()})
        sgd.step()
    result.update({f"after.{name}": value for name, value in net.state_dict().items()})
    net.eval()
    with torch.no_grad():
        features = net.features(images)
        result["features"] = features
        result["evaluation_loss"] = nn.functional.cross_entropy(net.fc(features), labels, reduction="sum")
    torch.save(result, folder / "result.pth")


main(Path(sys.argv[1]))
