#!/usr/bin/env python3
"""A network of 64 and 64 units that answers the rows of a CSV file of numbers: read, standardise, predict, write.
Prints one JSON object.
Usage: predict.py sklearn|torch fit MODEL DATA.csv          the last column is the target
       predict.py sklearn|torch run MODEL DATA.csv OUT.csv"""
import csv
import json
import pickle
import sys

import numpy as np

side, action, model_file, data_file = sys.argv[1:5]
with open(data_file, encoding="utf-8", newline="") as file:
    header, *rows = list(csv.reader(file))
x = np.array([row[:-1] for row in rows], np.float32)

if side == "sklearn":
    if action == "fit":
        from sklearn.neural_network import MLPRegressor
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler
        y = np.array([row[-1] for row in rows], np.float32)
        model = make_pipeline(StandardScaler(), MLPRegressor((64, 64), max_iter=5)).fit(x, y)
        with open(model_file, "wb") as file:
            pickle.dump(model, file)
    else:
        with open(model_file, "rb") as file:
            model = pickle.load(file)
        answers = model.predict(x)
else:
    import torch

    network = torch.nn.Sequential(
        torch.nn.Linear(x.shape[1], 64), torch.nn.ReLU(), torch.nn.Linear(64, 64), torch.nn.ReLU(), torch.nn.Linear(64, 1))
    if action == "fit":   # the time of an answer does not depend on the weights
        torch.save((network.state_dict(), x.mean(0), x.std(0)), model_file)
    else:
        weights, mean, deviation = torch.load(model_file)
        network.load_state_dict(weights)
        with torch.no_grad():
            answers = network(torch.from_numpy((x - mean) / deviation)).numpy()[:, 0]

if action == "run":
    with open(sys.argv[5], "w", encoding="utf-8") as file:
        file.write(header[-1] + "\n")
        file.writelines(f"{answer}\n" for answer in answers)
print(json.dumps({"rows": len(rows)}))
