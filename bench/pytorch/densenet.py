"""DenseNets in plain torch.nn (Huang et al. 2017), with torchvision's parameter names and, for large images, its stem.

The benchmark measures them; the tests of the engine compare with them.
"""

import torch
from torch import nn
from torch.nn import functional


class DenseLayer(nn.Module):
    def __init__(self, channels, growth, bottleneck):
        super().__init__()
        self.bottleneck = bottleneck
        self.norm1 = nn.BatchNorm2d(channels)
        if bottleneck:
            self.conv1 = nn.Conv2d(channels, 4 * growth, 1, bias=False)
            self.norm2 = nn.BatchNorm2d(4 * growth)
            self.conv2 = nn.Conv2d(4 * growth, growth, 3, padding=1, bias=False)
        else:
            self.conv1 = nn.Conv2d(channels, growth, 3, padding=1, bias=False)

    def forward(self, x):
        y = self.conv1(functional.relu(self.norm1(x)))
        return torch.cat([x, self.conv2(functional.relu(self.norm2(y))) if self.bottleneck else y], 1)


class Transition(nn.Module):
    def __init__(self, channels, fewer):
        super().__init__()
        self.norm = nn.BatchNorm2d(channels)
        self.conv = nn.Conv2d(channels, fewer, 1, bias=False)

    def forward(self, x):
        return functional.avg_pool2d(self.conv(functional.relu(self.norm(x))), 2)


class DenseNet(nn.Module):
    """With the stem for `large` images and bottlenecks torchvision's DenseNet."""

    def __init__(self, channels, classes, blocks, growth, bottleneck, large):
        super().__init__()
        self.large = large
        width = 64 if large else 2 * growth if bottleneck else 16
        self.features = nn.Module()
        stem = {"kernel_size": 7, "stride": 2, "padding": 3} if large else {"kernel_size": 3, "padding": 1}
        self.features.conv0 = nn.Conv2d(channels, width, bias=False, **stem)
        if large:
            self.features.norm0 = nn.BatchNorm2d(width)
        self.order = []
        for b, layers in enumerate(blocks, 1):
            block = nn.Module()
            for layer in range(1, layers + 1):
                block.add_module(f"denselayer{layer}", DenseLayer(width, growth, bottleneck))
                self.order.append(f"features.denseblock{b}.denselayer{layer}")
                width += growth
            self.features.add_module(f"denseblock{b}", block)
            if b < len(blocks):
                fewer = width // 2 if bottleneck else width
                self.features.add_module(f"transition{b}", Transition(width, fewer))
                self.order.append(f"features.transition{b}")
                width = fewer
        self.features.norm5 = nn.BatchNorm2d(width)
        self.classifier = nn.Linear(width, classes)

    def forward(self, x):
        x = self.features.conv0(x)
        if self.large:
            x = functional.max_pool2d(functional.relu(self.features.norm0(x)), 3, 2, 1)
        for name in self.order:
            x = self.get_submodule(name)(x)
        return self.classifier(functional.relu(self.features.norm5(x)).mean((2, 3)))
