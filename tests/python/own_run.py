"""The network of a run of ours in plain PyTorch: arguments: the folder with job.json, state.pth, pixels and labels."""

import json
import sys
from pathlib import Path

import neural_collapse as nc
import torch
from resnet import resnet

folder = Path(sys.argv[1])
job = json.loads((folder / "job.json").read_text())
model = resnet(job["model"], job["shape"][0], job["classes"], job["stem"], job["width"]).double()
model.load_state_dict(torch.load(folder / "state.pth", weights_only=True))
mean, std = (torch.tensor(job[key], dtype=torch.float64).view(-1, 1, 1) for key in ("mean", "std"))

pixels = torch.frombuffer(bytearray((folder / "pixels.bin").read_bytes()), dtype=torch.uint8)
labels = torch.frombuffer(bytearray((folder / "labels.bin").read_bytes()), dtype=torch.uint8).long()
images = (pixels.view(-1, *job["shape"]).double() / 255 - mean) / std
train = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(images, labels), batch_size=16)
nc.export_features(model, folder / "features.npz", train=train)
nc.export_statistics(model, folder / "statistics.npz", train=train, decisions=True)
