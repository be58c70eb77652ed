#!/usr/bin/env python3
"""Median seconds of one epoch of a ReLU network in PyTorch with Adam: rows shuffled, batches gathered, steps, then the loss of
the validation rows. As JSON.

Usage: torch_epoch.py LAYERS ROWS VALIDATION_ROWS BATCH THREADS SECONDS [MNIST_FOLDER]
Random numbers, or the pictures of a folder.
"""
import gzip
import json
import statistics
import sys
import time

import numpy as np
import torch
from torch import nn

sizes = [int(size) for size in sys.argv[1].split(",")]
rows, validation_rows, batch, threads = (int(text) for text in sys.argv[2:6])
seconds = float(sys.argv[6])
torch.set_num_threads(threads)
torch.manual_seed(0)

modules = []
for i, (inputs, outputs) in enumerate(zip(sizes, sizes[1:])):
    modules.append(nn.Linear(inputs, outputs))
    if i < len(sizes) - 2:
        modules.append(nn.ReLU())
network = nn.Sequential(*modules)
step, loss = torch.optim.Adam(network.parameters(), 1e-3), nn.CrossEntropyLoss()
if len(sys.argv) > 7:
    def read(name, skipped):
        return np.frombuffer(gzip.open(f"{sys.argv[7]}/{name}").read(), np.uint8, offset=skipped)
    x = torch.tensor(read("train-images-idx3-ubyte.gz", 16).reshape(-1, 784).astype(np.float32) / 255)
    y = torch.tensor(read("train-labels-idx1-ubyte.gz", 8).astype(np.int64))
    x, y, held_x, held_y = x[:rows].clone(), y[:rows].clone(), x[-validation_rows:], y[-validation_rows:]
else:
    x, y = torch.randn(rows, sizes[0]), torch.randint(0, sizes[-1], (rows,))
    held_x, held_y = torch.randn(validation_rows, sizes[0]), torch.randint(0, sizes[-1], (validation_rows,))

times, end = [], time.perf_counter() + seconds
while time.perf_counter() < end or len(times) < 2:
    begun = time.perf_counter()
    order = torch.randperm(rows)
    for first in range(0, rows, batch):
        chosen = order[first:first + batch]
        step.zero_grad()
        loss(network(x[chosen]), y[chosen]).backward()
        step.step()
    with torch.no_grad():
        loss(network(held_x), held_y).item()
    times.append(time.perf_counter() - begun)
print(json.dumps({"peer": "PyTorch " + torch.__version__, "microseconds": statistics.median(times) * 1e6}))
