"""Prints the scikit-learn values that the tests of the metrics hold as constants.

Run: python3 metrics.py   (made with scikit-learn 1.2.1, numpy 1.24.2)

The data are small integers over powers of two, so that float32 holds them exactly and the rows of probabilities sum to
exactly 1 (scikit-learn before 1.5 divides by that sum); none is near 0 or 1, where the log-loss clips by type.
"""
import numpy as np
from sklearn import metrics as m


def lcg(n, modulus, seed):
    """The numbers that Numbers() in the tests makes: a linear congruential generator, high bits."""
    state, out = seed, []
    for _ in range(n):
        state = (state * 1664525 + 1013904223) % 2**32
        out.append((state >> 16) % modulus)
    return np.array(out)


def regression(seed):
    t = lcg(200, 4096, seed) / 8 + 1000
    p = t + (lcg(200, 256, seed + 1) - 100) / 16
    rmse = np.sqrt(m.mean_squared_error(t, p))
    print("regression", seed, repr(rmse), repr(m.mean_absolute_error(t, p)), repr(m.r2_score(t, p)))


def classification(classes, seed):
    rows = 150
    truths = lcg(rows, classes, seed)
    weights = lcg(rows * classes, 16, seed + 1).reshape(rows, classes) + 1
    weights[np.arange(rows), truths] += 5
    # Probabilities in 256ths that sum to 1: rounded down, the first takes the rest.
    p = weights * 256 // weights.sum(axis=1, keepdims=True)
    p[:, 0] += 256 - p.sum(axis=1)
    p = p / 256
    predicted = p.argmax(axis=1)
    labels = range(classes)
    print("classification", classes, seed)
    print(" accuracy", repr(m.accuracy_score(truths, predicted)), "logLoss", repr(m.log_loss(truths, p, labels=labels)))
    for row in zip(*m.precision_recall_fscore_support(truths, predicted, labels=labels, zero_division=0)):
        print(" ", ", ".join(repr(float(v)) for v in row))
    print(" ", m.confusion_matrix(truths, predicted, labels=labels).tolist())
    if classes == 2:
        print(" rocAuc", repr(m.roc_auc_score(truths, p[:, 1])))


print("constant truth", m.r2_score([5, 5, 5], [5, 5, 5]), m.r2_score([5, 5, 5], [5, 5, 6]))
regression(7)
classification(2, 11)
classification(5, 13)
