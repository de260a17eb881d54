"""Features of all images in evaluation mode, with float tensors in memory."""

import torch
from images import normalised
from resnet import resnet
from task import Task


class Extraction(Task):
    def __init__(self, job):
        torch.manual_seed(0)
        self.images, _ = normalised(job)
        self.net = resnet(job["model"], job["shape"][0], job["classes"]).to(job["device"]).eval()
        self.batch = job["batch"]

    def repeat(self, passes):
        for _ in range(passes):
            with torch.no_grad():
                features = torch.cat([self.net.features(images) for images in self.images.split(self.batch)])
        return {"units": passes * len(features)}
