"""Runs the plain loop of the examples: argument: the folder for its files."""

import json
import sys

import neural_collapse as nc
import plain_loop
import torch
from loop_network import loader, network

model = network()
rows = []
optimizer = torch.optim.SGD(model.parameters(), 0.05)
plain_loop.fit(model, optimizer, loader(200, 1), loader(60, 2), 2, sys.argv[1], rows.append)
page = nc.report(sys.argv[1], "loop", arguments=["--threads", "1"])
print(json.dumps({"rows": rows, "page": page}))
