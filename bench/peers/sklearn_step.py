#!/usr/bin/env python3
"""Median microseconds of one Adam step of scikit-learn's multi-layer perceptron (partial_fit on one batch), as JSON.

Usage: sklearn_step.py LAYERS BATCH SECONDS
"""
import json
import statistics
import sys
import time
import warnings

import numpy as np
import sklearn
from sklearn.neural_network import MLPClassifier, MLPRegressor

warnings.filterwarnings("ignore")
sizes, batch, seconds = [int(size) for size in sys.argv[1].split(",")], int(sys.argv[2]), float(sys.argv[3])
random = np.random.RandomState(0)
x = random.randn(batch, sizes[0]).astype(np.float32)
settings = dict(hidden_layer_sizes=tuple(sizes[1:-1]), solver="adam", batch_size=batch, alpha=0.0, random_state=0)
if sizes[-1] > 1:
    model, y, classes = MLPClassifier(**settings), np.arange(batch) % sizes[-1], np.arange(sizes[-1])
    train = lambda: model.partial_fit(x, y, classes=classes)
else:
    model, y = MLPRegressor(**settings), random.randn(batch)
    train = lambda: model.partial_fit(x, y)
for _ in range(10):
    train()
times, end = [], time.perf_counter() + seconds
while time.perf_counter() < end:
    begun = time.perf_counter()
    train()
    times.append((time.perf_counter() - begun) * 1e6)
print(json.dumps({"peer": "scikit-learn " + sklearn.__version__, "microseconds": statistics.median(times)}))
