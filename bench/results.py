#!/usr/bin/env python3
"""Runs the trainings that docs/results.md reports and writes the page. Called by results.sh."""
import argparse
import datetime
import json
import os
import platform
import statistics
import subprocess
import sys
import time

parser = argparse.ArgumentParser()
for name in ("--gradus", "--data", "--work", "--output"):
    parser.add_argument(name, required=True)
arguments = parser.parse_args()
SEEDS = (1, 2, 3)


def train(data, *options):
    """The JSON of one training run, with its wall time in seconds."""
    command = ["dotnet", arguments.gradus, "train", data, *options, "--json", "--out", os.path.join(arguments.work, "model.safetensors")]
    begun = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}\n{done.stderr}")
    answer = json.loads(done.stdout)
    answer["wall"] = time.perf_counter() - begun
    return answer


def csv(name):
    return os.path.join(arguments.data, name)


def each(figure, runs):
    return " / ".join(figure(run) for run in runs)


def dollars(value):
    return f"{value:,.0f}"


def main():
    rows = []

    def report(command, wanted, data, *options, figure, wall=False, seeds=SEEDS):
        runs = [train(data, *options, "--seed", str(seed)) for seed in seeds]
        text = each(figure, runs)
        rows.append(f"| `gradus train {command}` | {wanted} | {text} | {statistics.median(run['seconds'] for run in runs):.1f} |")
        print(command, text, flush=True)
        return runs

    california = csv("california-housing.csv")
    runs = report("california-housing.csv --target medianHouseValue", "test RMSE, $: at most 55,000", california,
                  "--target", "medianHouseValue", figure=lambda run: dollars(run["test"]["rmse"]))
    rows.append("| the same: linear baseline | test RMSE, $: 68,000–72,000 | "
                + each(lambda run: dollars(run["baselines"]["linear"]["rmse"]), runs) + " | |")
    report("california-housing.csv --target medianHouseValue --hidden 10 --activation relu", "test RMSE, $: at most 63,000", california,
           "--target", "medianHouseValue", "--hidden", "10", "--activation", "relu", figure=lambda run: dollars(run["test"]["rmse"]))
    runs = report("mnist --hidden 512,512 --epochs 5", "test accuracy: at least 0.978", csv("mnist"), "--hidden", "512,512", "--epochs", "5",
                  figure=lambda run: f"{run['test']['accuracy']:.4f}")
    rows.append("| the same: seconds an epoch, validation included | at most 4 | "
                + each(lambda run: f"{run['seconds'] / run['epochs']:.2f}", runs) + " | |")
    runs = report("samples/digits.csv --target digit", "test accuracy: at least 0.965", "samples/digits.csv", "--target", "digit",
                  figure=lambda run: f"{run['test']['accuracy']:.4f}")
    rows.append("| the same: seconds of the whole command, build done | under 15 | " + each(lambda run: f"{run['wall']:.1f}", runs) + " | |")
    report("penguins.csv --target species", "runs: text, missing values", csv("penguins.csv"), "--target", "species",
           figure=lambda run: f"{run['test']['accuracy']:.3f}")
    report("titanic.csv --target survived", "runs: text, missing values, a column that gives the answer away", csv("titanic.csv"),
           "--target", "survived", figure=lambda run: f"{run['test']['accuracy']:.3f}")
    report("titanic.csv --target survived --columns alive=ignored", "the same without that column", csv("titanic.csv"),
           "--target", "survived", "--columns", "alive=ignored", figure=lambda run: f"{run['test']['accuracy']:.3f}")

    with open("/proc/cpuinfo", encoding="utf-8") as info:
        model = next((line.split(":")[1].strip() for line in info if line.startswith("model name")), platform.processor())
    runtime = subprocess.run(["dotnet", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    head = [
        "# Results", "",
        f"Measured on {datetime.date.today()} by `bench/results.sh` on {model}, {os.cpu_count()} cores, .NET SDK {runtime}. Each figure is "
        "for `--seed` 1 / 2 / 3, which deal other rows to the three parts and start from other weights; the last column is the median of "
        "the seconds spent training. Rows are dealt 64 / 16 / 20 % to training, validation and test, stratified by class; MNIST keeps "
        "its own 10,000 test images and deals the rest 90 / 10.", "",
        "| command | wanted | seeds 1 / 2 / 3 | s |", "| --- | --- | --- | --- |",
    ]
    tail = [
        "", "On Titanic the column `alive` is the target in words: leave it out (`--columns alive=ignored`) to see what the rest knows.", "",
        "Gradients: every op, and 50 random networks, agree with central differences in double precision to a relative error of at most "
        "1e-6, and the compiled float32 programs agree with the double reference within bounds derived from the number of roundings; "
        "`tests/Gradus.Tests/Expressions` and `tests/Gradus.Tests/Programs` hold both.",
    ]
    with open(arguments.output, "w", encoding="utf-8") as page:
        page.write("\n".join(head + rows + tail) + "\n")


main()
