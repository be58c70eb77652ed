"""Writes lbfgs.json beside itself: a hundred steps of PyTorch's L-BFGS with its strong-Wolfe line search, in double precision.

Run with a Python that has torch (Debian: python3-torch):  python3 lbfgs.py
The function is Rosenbrock's valley in SIZE dimensions, a sum of (1 - x[i])^2 + STEEPNESS (x[i+1] - x[i]^2)^2.
"""
import json
import pathlib

import torch

SIZE, STEEPNESS, STEPS, KEPT = 10, 100.0, 100, (1, 2, 5, 10, 20, 50, 100)

start = torch.tensor([-1.25 if i % 2 == 0 else 1.0 for i in range(SIZE)], dtype=torch.float64)
x = torch.nn.Parameter(start.clone())
optimizer = torch.optim.LBFGS(
    [x], lr=1, max_iter=STEPS, max_eval=100_000, history_size=10, tolerance_grad=0, tolerance_change=0, line_search_fn="strong_wolfe")
evaluations = 0
weights, values, counts = [], [], []


def closure():
    global evaluations
    evaluations += 1
    optimizer.zero_grad()
    value = ((1 - x[:-1]) ** 2 + STEEPNESS * (x[1:] - x[:-1] ** 2) ** 2).sum()
    value.backward()
    return value


# One iteration a call would evaluate the beginning of each step again; the search evaluates it once.
for step in range(1, STEPS + 1):
    optimizer.param_groups[0]["max_iter"] = 1
    optimizer.step(closure)
    if step in KEPT:
        weights.append(x.detach().tolist())
        with torch.no_grad():
            values.append(((1 - x[:-1]) ** 2 + STEEPNESS * (x[1:] - x[:-1] ** 2) ** 2).sum().item())
        counts.append(evaluations - step + 1)

pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps({
    "torch": torch.__version__, "steps": KEPT, "start": start.tolist(), "steepness": STEEPNESS,
    "weights": weights, "values": values, "evaluations": counts,
}, indent=1).replace("\n  ", " ").replace("\n ]", "]") + "\n")
