"""Runs the plain loop of the examples: argument: the folder for its files."""

import json
import sys

import plain_loop
import torch
from loop_network import loader, network

model = network()
rows = []
optimizer = torch.optim.SGD(model.parameters(), 0.05)
plain_loop.fit(model, optimizer, loader(200, 1), loader(60, 2), 2, sys.argv[1], rows.append)
print(json.dumps(rows))
