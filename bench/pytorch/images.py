"""The images that the benchmark wrote into a folder: as float tensors in memory, or as a Dataset for a DataLoader."""

from pathlib import Path

import torch
from torch.utils.data import Dataset


def read(path, dtype, shape):
    """A raw file in row-major order, little-endian."""
    count = torch.Size(shape).numel()
    return torch.from_file(str(path), shared=False, size=count, dtype=dtype).view(shape)


def read_bytes(job):
    """Pixels (uint8, N x C x H x W) and labels (int64)."""
    folder, count = Path(job["folder"]), job["images"]
    labels = read(folder / "labels.bin", torch.int32, (count,))
    return read(folder / "pixels.bin", torch.uint8, (count, *job["shape"])), labels.long()


def normalised(job):
    """All images as float32 on the device and their labels, made once before anything is timed."""
    pixels, labels = read_bytes(job)
    mean, std = (torch.tensor(job[key]).view(1, -1, 1, 1) for key in ("mean", "std"))
    images = pixels.float().div_(255).sub_(mean).div_(std)
    return images.to(job["device"]), labels.to(job["device"])


class TransformedImages(Dataset):
    """One image at a time, through the operations of torchvision's ToTensor and Normalize.

    torchvision's CIFAR10 makes a PIL image on the way; that is left out here, which favours this side.
    """

    def __init__(self, job):
        pixels, labels = read_bytes(job)
        self.pixels = pixels.permute(0, 2, 3, 1).contiguous()
        self.labels = labels.tolist()
        self.mean, self.std = job["mean"], job["std"]

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, index):
        return normalize(to_tensor(self.pixels[index]), self.mean, self.std), self.labels[index]


def to_tensor(image):
    return image.permute(2, 0, 1).contiguous().to(torch.float32).div(255)


def normalize(image, mean, std):
    image = image.clone()
    mean, std = (torch.as_tensor(values, dtype=image.dtype) for values in (mean, std))
    if (std == 0).any():
        raise ValueError("expected standard deviations above 0")
    return image.sub_(mean.view(-1, 1, 1)).div_(std.view(-1, 1, 1))
