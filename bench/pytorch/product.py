"""One large float32 matrix product: the rate at which this machine multiplies and adds."""

import torch
from task import Task


class Product(Task):
    """On CUDA with TF32, which PyTorch's convolutions use there by default."""

    def __init__(self, job):
        torch.backends.cuda.matmul.allow_tf32 = True
        self.size = job["size"]
        self.a, self.b = (torch.randn(self.size, self.size, device=job["device"]) for _ in range(2))

    def repeat(self, times):
        for _ in range(times):
            torch.mm(self.a, self.b)
        return {"units": times * self.size**3}
