#!/usr/bin/env python3
"""Median seconds of one epoch of scikit-learn's multi-layer perceptron with Adam (partial_fit shuffles and cuts batches), then
the validation rows' probabilities. As JSON.

Usage: sklearn_epoch.py LAYERS ROWS VALIDATION_ROWS BATCH SECONDS [MNIST_FOLDER]
Random numbers, or the pictures of a folder.
"""
import gzip
import json
import statistics
import sys
import time
import warnings

import numpy as np
import sklearn
from sklearn.neural_network import MLPClassifier

warnings.filterwarnings("ignore")
sizes = [int(size) for size in sys.argv[1].split(",")]
rows, validation_rows, batch = (int(text) for text in sys.argv[2:5])
seconds = float(sys.argv[5])
random = np.random.RandomState(0)
if len(sys.argv) > 6:
    def read(name, skipped):
        return np.frombuffer(gzip.open(f"{sys.argv[6]}/{name}").read(), np.uint8, offset=skipped)
    pictures = read("train-images-idx3-ubyte.gz", 16).reshape(-1, 784).astype(np.float32) / 255
    x, y, held = pictures[:rows], read("train-labels-idx1-ubyte.gz", 8)[:rows], pictures[-validation_rows:]
else:
    x, y = random.randn(rows, sizes[0]).astype(np.float32), np.arange(rows) % sizes[-1]
    held = random.randn(validation_rows, sizes[0]).astype(np.float32)
model = MLPClassifier(hidden_layer_sizes=tuple(sizes[1:-1]), solver="adam", batch_size=batch, alpha=0.0, random_state=0)
times, end = [], time.perf_counter() + seconds
while time.perf_counter() < end or len(times) < 2:
    begun = time.perf_counter()
    model.partial_fit(x, y, classes=np.arange(sizes[-1]))
    model.predict_proba(held)
    times.append(time.perf_counter() - begun)
print(json.dumps({"peer": "scikit-learn " + sklearn.__version__, "microseconds": statistics.median(times) * 1e6}))
