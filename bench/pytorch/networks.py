"""The networks that are measured, by their names."""

from densenet import DenseNet
from resnet import NETWORKS, resnet
from vgg import STAGES, vgg


def network_of(name, channels, classes):
    if name in NETWORKS:
        return resnet(name, channels, classes)
    if name in STAGES:
        return vgg(name, channels, classes)
    if name == "densenet121":
        return DenseNet(channels, classes, blocks=(6, 12, 24, 16), growth=32, bottleneck=True, large=True)
    raise ValueError(f"expected a network that PyTorch is measured with, found {name}")
