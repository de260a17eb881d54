"""Large float32 products that need as little else as possible: the rate at which this machine multiplies and adds."""

import torch
from task import Task
from torch import nn

SIZE = {"cpu": 2048, "cuda": 16384}


class MatrixProduct(Task):
    """On CUDA with TF32, which PyTorch's convolutions use there by default."""

    def __init__(self, job):
        torch.backends.cuda.matmul.allow_tf32 = True
        self.size = SIZE[torch.device(job["device"]).type]
        self.a, self.b = (torch.randn(self.size, self.size, device=job["device"]) for _ in range(2))

    def repeat(self, times):
        for _ in range(times):
            torch.mm(self.a, self.b)
        return {"units": times * self.size**3}


class ConvolutionProduct(Task):
    """The product inside a convolution: oneDNN computes it faster than MKL does a matrix product on AMD processors."""

    def __init__(self, job):
        self.images = torch.randn(8, 256, 34, 34).contiguous(memory_format=torch.channels_last)
        self.weight = torch.randn(256, 256, 3, 3).contiguous(memory_format=torch.channels_last)

    def repeat(self, times):
        for _ in range(times):
            outputs = nn.functional.conv2d(self.images, self.weight)
        return {"units": times * outputs.numel() * self.weight[0].numel()}
