#!/usr/bin/env python3
"""scikit-learn's best MLP of a random search: 50 draws, each cross-validated on five folds of the training rows, the best fitted
again to all of them and measured on the test rows. Prints one JSON object.
Usage: sklearn_search.py TRAIN.csv TEST.csv TARGET SEED [DRAWS]"""
import csv
import json
import sys
import time
import warnings

import numpy
from scipy.stats import loguniform
from sklearn.compose import TransformedTargetRegressor
from sklearn.model_selection import RandomizedSearchCV
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

warnings.filterwarnings("ignore")
train_file, test_file, target, seed = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
draws = int(sys.argv[5]) if len(sys.argv) > 5 else 50


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    x = numpy.array([[float(value) for name, value in row.items() if name != target] for row in rows])
    return x, [row[target] for row in rows]


(x, y), (x_test, y_test) = read(train_file), read(test_file)
is_regression = len(set(y)) > 20
if is_regression:
    y, y_test = numpy.array(y, float), numpy.array(y_test, float)
    model = TransformedTargetRegressor(make_pipeline(StandardScaler(), MLPRegressor(random_state=seed)), transformer=StandardScaler())
    prefix, scoring = "regressor__mlpregressor__", "neg_root_mean_squared_error"
else:
    model = make_pipeline(StandardScaler(), MLPClassifier(random_state=seed))
    prefix, scoring = "mlpclassifier__", "accuracy"
space = {
    "hidden_layer_sizes": [(16,), (32,), (64,), (128,), (256,), (32, 32), (64, 64), (128, 128)],
    "activation": ["relu", "tanh"],
    "alpha": loguniform(1e-6, 10),
    "learning_rate_init": loguniform(3e-4, 3e-2),
    "batch_size": [16, 32, 64, 200],
    "early_stopping": [False, True],
    "max_iter": [100, 300],
}
begun = time.perf_counter()
search = RandomizedSearchCV(model, {prefix + name: values for name, values in space.items()}, n_iter=draws, cv=5, scoring=scoring, random_state=seed)
search.fit(x, y)
answers = search.predict(x_test)
value = float(numpy.sqrt(numpy.mean((answers - y_test) ** 2))) if is_regression else float(numpy.mean(answers == numpy.array(y_test)))
print(json.dumps({
    "metric": "rmse" if is_regression else "accuracy",
    "test": value,
    "validation": float(search.best_score_),
    "seconds": time.perf_counter() - begun,
    "parameters": {name.rsplit("__", 1)[-1]: value for name, value in search.best_params_.items()},
}))
