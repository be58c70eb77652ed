#!/usr/bin/env python3
"""Compares the estimator with random draws: searches of 60 trials on five data sets, the same seeds and splits. Called by tune_compare.sh."""
import argparse
import concurrent.futures
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

SETS = {  # target and options of each
    "diabetes": ("progression", []),
    "breast-cancer": ("diagnosis", []),
    "wine": ("cultivar", []),
    "digits": ("digit", []),
    "california-housing": ("medianHouseValue", ["--epochs", "20"]),
}
METHODS = ["tpe", "random"]
TRIALS = 60
SPACE = ["lr", "l2", "dropout", "width", "depth", "activation", "batch"]  # each in its usual range, so that no range is measured

parser = argparse.ArgumentParser()
parser.add_argument("--gradus", required=True)
parser.add_argument("--data", required=True)
parser.add_argument("--runs", required=True, help="file of finished searches, one a line, which are not repeated")
parser.add_argument("--seeds", default="1-5", help="FIRST-LAST")
parser.add_argument("--sets", default=",".join(SETS))
parser.add_argument("--methods", default=",".join(METHODS))
arguments = parser.parse_args()


def search(name, method, seed):
    """One search with one worker, which gives the same trials each time."""
    target, options = SETS[name]
    with tempfile.TemporaryDirectory() as folder:
        command = ["dotnet", arguments.gradus, "tune", os.path.join(arguments.data, name + ".csv"), "--target", target, "--trials", str(TRIALS), "--method", method,
                   "--seed", str(seed), "--workers", "1", "--threads", "1", "--study", os.path.join(folder, "a.study.jsonl"),
                   "--out", os.path.join(folder, "m.safetensors"), "--json", *options]
        for parameter in SPACE:
            command += ["--vary", parameter]
        begun = time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"{' '.join(command)}\n{done.stderr}")
    answer = json.loads(done.stdout)
    metric = "rmse" if "rmse" in answer["best"]["test"] else "accuracy"
    return {"set": name, "method": method, "seed": seed, "loss": answer["best"]["value"], "metric": metric, "test": answer["best"]["test"][metric],
            "seconds": time.perf_counter() - begun, "pruned": answer["pruned"]}


def figure(number, metric):
    return f"accuracy {number:.3f}" if metric == "accuracy" else f"RMSE {number:,.2f}" if number < 1000 else f"RMSE {number:,.0f}"


def main():
    first, last = (int(end) for end in (arguments.seeds if "-" in arguments.seeds else f"{arguments.seeds}-{arguments.seeds}").split("-"))
    seeds = range(first, last + 1)
    runs = []
    if os.path.exists(arguments.runs):
        with open(arguments.runs, encoding="utf-8") as file:
            runs = [json.loads(line) for line in file]
    there = {(run["set"], run["method"], run["seed"]) for run in runs}
    wanted = [(name, method, seed) for name in arguments.sets.split(",") for method in arguments.methods.split(",") for seed in seeds]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool, open(arguments.runs, "a", encoding="utf-8") as file:
        for run in pool.map(lambda each: search(*each), [each for each in wanted if each not in there]):
            runs.append(run)
            file.write(json.dumps(run) + "\n")
            file.flush()
    found = {(run["set"], run["method"], run["seed"]): run for run in runs}

    print("| data | validation loss, tpe | random | tpe lower or equal | test, tpe | test, random | one search |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    won = lower = count = 0
    for name, (_, options) in SETS.items():
        tpe, random = ([found.get((name, method, seed)) for seed in seeds] for method in METHODS)
        if None in tpe or None in random:
            continue
        losses = [[run["loss"] for run in each] for each in (tpe, random)]
        medians = [statistics.median(each) for each in losses]
        tests = [figure(statistics.median(run["test"] for run in each), each[0]["metric"]) for each in (tpe, random)]
        below = sum(a <= b for a, b in zip(*losses))
        won, lower, count = won + (medians[0] <= medians[1]), lower + below, count + len(seeds)
        print(f"| {name}{', 20 epochs' if options else ''} | {medians[0]:.3g} | {medians[1]:.3g} | {below} of {len(seeds)} | {tests[0]} | {tests[1]} "
              f"| {statistics.median(run['seconds'] for run in tpe + random):.0f} s |")
    print(f"\ntpe: the lower or equal median on {won} sets, the lower or equal loss in {lower} of {count} searches")


main()
