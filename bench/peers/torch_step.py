#!/usr/bin/env python3
"""Median microseconds of one training step of a ReLU network in PyTorch (forward, backward, update), as JSON.

Usage: torch_step.py LAYERS BATCH OPTIMIZER THREADS SECONDS, such as torch_step.py 784,512,512,10 64 adam 1 3
"""
import json
import statistics
import sys
import time

import torch
from torch import nn

sizes = [int(size) for size in sys.argv[1].split(",")]
batch, optimizer, threads, seconds = int(sys.argv[2]), sys.argv[3], int(sys.argv[4]), float(sys.argv[5])
torch.set_num_threads(threads)
torch.manual_seed(0)

modules = []
for i, (inputs, outputs) in enumerate(zip(sizes, sizes[1:])):
    modules.append(nn.Linear(inputs, outputs))
    if i < len(sizes) - 2:
        modules.append(nn.ReLU())
network = nn.Sequential(*modules)
step = torch.optim.Adam(network.parameters(), 1e-3) if optimizer == "adam" else torch.optim.SGD(network.parameters(), 1e-2)
classifies = sizes[-1] > 1
loss = nn.CrossEntropyLoss() if classifies else nn.MSELoss()
inputs = [torch.randn(batch, sizes[0]) for _ in range(8)]
targets = [torch.randint(0, sizes[-1], (batch,)) if classifies else torch.randn(batch, 1) for _ in range(8)]


def train(number):
    step.zero_grad()
    loss(network(inputs[number % 8]), targets[number % 8]).backward()
    step.step()


for i in range(30):
    train(i)
chunks, repeats, end = [], 1, time.perf_counter() + seconds
while time.perf_counter() < end:
    begun = time.perf_counter()
    for i in range(repeats):
        train(i)
    elapsed = time.perf_counter() - begun
    chunks.append(elapsed / repeats * 1e6)
    if elapsed < 0.02:
        repeats *= 2
print(json.dumps({"peer": "PyTorch " + torch.__version__, "microseconds": statistics.median(chunks[len(chunks) // 4:])}))
