"""Training as PyTorch users write it: cross-entropy, SGD with momentum and weight decay, shuffled batches."""

import multiprocessing
from pathlib import Path

import torch
from images import TransformedImages, normalised
from networks import network_of
from task import Task
from torch import nn
from torch.utils.data import DataLoader


def network(job):
    torch.manual_seed(0)
    return network_of(job["model"], job["shape"][0], job["classes"]).to(job["device"]).train()


def optimiser(net, job, **options):
    sgd = {"lr": job["learningRate"], "momentum": job["momentum"], "weight_decay": job["weightDecay"]}
    return torch.optim.SGD(net.parameters(), **sgd, **options)


class InMemory(Task):
    """The plain loop over float tensors in memory. `tuned` adds channels-last and PyTorch's fused SGD, `autocast`
    computes in bfloat16 what PyTorch's autocast does."""

    def __init__(self, job, tuned=False, autocast=False):
        self.images, self.labels = normalised(job)
        self.net = network(job)
        self.layout = torch.channels_last if tuned else torch.contiguous_format
        self.net.to(memory_format=self.layout)
        self.sgd = optimiser(self.net, job, **({"fused": True} if tuned else {}))
        device = torch.device(job["device"]).type
        self.autocast = torch.autocast(device, torch.bfloat16, enabled=autocast)
        self.batch = job["batch"]
        self.batches = iter(())

    def repeat(self, steps):
        loss_sum = torch.zeros((), device=self.labels.device)
        for _ in range(steps):
            indices = self.next_batch()
            images = self.images[indices].contiguous(memory_format=self.layout)
            with self.autocast:
                loss = nn.functional.cross_entropy(self.net(images), self.labels[indices])
            self.sgd.zero_grad()
            loss.backward()
            self.sgd.step()
            loss_sum += loss.detach()
        return {"units": steps * self.batch, "loss": loss_sum.item() / steps}

    def next_batch(self):
        """The next full batch of a shuffled epoch."""
        indices = next(self.batches, None)
        if indices is None or len(indices) < self.batch:
            order = torch.randperm(len(self.labels), device=self.labels.device)
            self.batches = iter(order.split(self.batch))
            indices = next(self.batches)
        return indices


class Loader(Task):
    """A Dataset with a transform an image, a DataLoader with two workers, and the loss read after each step."""

    def __init__(self, job):
        self.device, self.batch = job["device"], job["batch"]
        self.net = network(job)
        self.sgd = optimiser(self.net, job)
        data = TransformedImages(job)
        self.loader = DataLoader(data, batch_size=self.batch, shuffle=True, num_workers=2, drop_last=True)
        self.batches = iter(())

    def ready(self):
        """Starts the loader's workers and waits for their first batch: an epoch pays for that once, in many steps."""
        self.batches = iter(self.loader)
        next(self.batches)

    def repeat(self, steps):
        loss_sum = 0.0
        for _ in range(steps):
            images, labels = self.next_batch()
            images, labels = images.to(self.device), labels.to(self.device)
            self.sgd.zero_grad()
            outputs = self.net(images)
            loss = nn.functional.cross_entropy(outputs, labels)
            loss.backward()
            self.sgd.step()
            loss_sum += loss.item()
            outputs.argmax(1).eq(labels).sum().item()
        return {"units": steps * self.batch, "loss": loss_sum / steps}

    def done(self):
        """Ends the workers, so that they do nothing while it is another's turn; returns their largest memory."""
        peak = sum(peak_bytes(child.pid) for child in multiprocessing.active_children())
        self.batches = iter(())
        return {"helperBytes": peak}

    def next_batch(self):
        batch = next(self.batches, None)
        if batch is None:
            self.batches = iter(self.loader)
            batch = next(self.batches)
        return batch


def peak_bytes(process):
    """Linux's VmHWM of a process; 0 where the system does not tell."""
    status = Path(f"/proc/{process}/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return sum(1024 * int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))
