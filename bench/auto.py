#!/usr/bin/env python3
"""`gradus train --auto` beside scikit-learn's best of a random search of 50 networks, on the same rows. The search is random: what it
gives differs from one seed to the next as much as from Gradus, so several are made of each split. California housing, which is too large for such
a search, alone. Called by auto.sh."""
import argparse
import csv
import json
import os
import random
import re
import statistics
import subprocess
import sys

TARGETS = {"digits": "digit", "breast-cancer": "diagnosis", "wine": "cultivar", "diabetes": "progression"}

LARGE = {"california-housing": "medianHouseValue"}


def seeds_of(text):
    """1, 2 and 3 of "3"; those of ranges, each once."""
    seeds = []
    for each in [f"1-{text}"] if text.isdigit() else text.split(","):
        found = re.fullmatch(r"(\d+)(?:-(\d+))?", each)
        numbers = range(int(found[1]), int(found[2] or found[1]) + 1) if found else ()
        if not numbers or set(numbers) & set(seeds):
            raise argparse.ArgumentTypeError(f"'{each}' of '{text}' is {'there twice' if numbers else 'no range'}. "
                                             "Expected how many, or ranges such as 1-10,51-80.")
        seeds += numbers
    return seeds


parser = argparse.ArgumentParser()
for name in ("--gradus", "--data", "--work", "--python"):
    parser.add_argument(name, required=True)
parser.add_argument("--time", default="5m")
parser.add_argument("--seeds", type=seeds_of, default="3", help="how many from 1 on, or ranges such as 1-10,51-80")
parser.add_argument("--searches", type=int, default=5, help="random searches of scikit-learn for each split")
parser.add_argument("--peers", help="a file that keeps scikit-learn's results, which take the most time")
parser.add_argument("--sets", default=",".join(TARGETS), help="which data sets")
arguments = parser.parse_args()
if unknown := set(arguments.sets.split(",")) - TARGETS.keys() - LARGE.keys():
    parser.error(f"--sets has {', '.join(sorted(unknown))}. Expected some of {', '.join([*TARGETS, *LARGE])}.")
known = {}
if arguments.peers and os.path.exists(arguments.peers):
    with open(arguments.peers, encoding="utf-8") as file:
        known = json.load(file)


def split(name, target, seed):
    """Files of four fifths and a fifth of the rows, classes in equal shares."""
    with open(os.path.join(arguments.data, name + ".csv"), encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))
    place = header.index(target)
    shuffled = random.Random(seed).sample(rows, len(rows))
    if len({row[place] for row in rows}) <= 20:
        shuffled.sort(key=lambda row: row[place])   # stable: every fifth row of each class is a test row
    paths = []
    for part, chosen in (("train", [row for i, row in enumerate(shuffled) if i % 5]), ("test", shuffled[::5])):
        paths.append(os.path.join(arguments.work, f"{name}-{seed}-{part}.csv"))
        with open(paths[-1], "w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *chosen])
    return paths


def verdict(metric, ours, theirs):
    """On how many splits Gradus is better than the mean of the searches, and its mean gain with the standard error."""
    sign = -1 if metric == "rmse" else 1
    gains = [round(sign * (own - other), 9) for own, other in zip(ours, theirs)]   # equal shares of rows may differ in the last bit
    error = statistics.stdev(gains) / len(gains) ** 0.5 if len(gains) > 1 else float("nan")
    return (f"better on {sum(gain > 0 for gain in gains)}, equal on {sum(gain == 0 for gain in gains)}, worse on {sum(gain < 0 for gain in gains)}; "
            f"by {statistics.mean(gains):.4g} ± {error:.2g} (standard error)")


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return json.loads(done.stdout)


def alone(name):
    """A table of its test rows, 64/16/20, by seed."""
    print("| data, seed | test | the best network alone | trials | networks, of which trained again | seconds |")
    print("| --- | --- | --- | --- | --- | --- |")
    for seed in arguments.seeds:
        found = run("dotnet", arguments.gradus, "train", os.path.join(arguments.data, name + ".csv"), "--target", LARGE[name], "--split", "64/16/20",
                    "--auto", arguments.time, "--seed", str(seed), "--out", os.path.join(arguments.work, "model.safetensors"), "--json")
        metric = next(iter(found["test"]))
        print(f"| {name}, {metric}, {seed} | {found['test'][metric]:,.5g} | {found['bestTest'][metric]:,.5g} | {found['trials']} | "
              f"{found['networks']}, {found['refitted']} | {found['seconds']:.0f} |", flush=True)


def peer(name, target, seed, train, test):
    """What each random search gives."""
    found = []
    for search in range(1, arguments.searches + 1):
        key = f"{name} {seed} {search}"
        if key not in known:
            known[key] = run(arguments.python, os.path.join(os.path.dirname(__file__), "peers", "sklearn_search.py"), train, test, target, str(search))
            if arguments.peers:
                with open(arguments.peers, "w", encoding="utf-8") as file:
                    json.dump(known, file)
        found.append(known[key])
    return found


for large in (name for name in arguments.sets.split(",") if name in LARGE):
    alone(large)
small = [name for name in arguments.sets.split(",") if name in TARGETS]
if not small:
    sys.exit()
print("| data | seed | `--auto` | trials | seconds | networks | scikit-learn: mean | median | each | seconds |")
print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
for name in small:
    target = TARGETS[name]
    ours, theirs = [], []
    for seed in arguments.seeds:
        train, test = split(name, target, seed)
        others = peer(name, target, seed, train, test)
        model = os.path.join(arguments.work, "model.safetensors")
        found = run("dotnet", arguments.gradus, "train", train, "--target", target, "--split", "80/20/0", "--auto", arguments.time, "--seed", str(seed), "--out", model, "--json")
        value = run("dotnet", arguments.gradus, "evaluate", model, test, "--json")["metrics"][others[0]["metric"]]
        values = [other["test"] for other in others]
        ours.append(value)
        theirs.append(statistics.mean(values))
        print(f"| {name}, {others[0]['metric']} | {seed} | {value:.4g} | {found['trials']} | {found['seconds']:.0f} | {found['networks']} | {theirs[-1]:.4g} | "
              f"{statistics.median(values):.4g} | {' '.join(f'{each:.4g}' for each in values)} | {statistics.mean(other['seconds'] for other in others):.0f} |", flush=True)
    print(f"| {name} | mean | {statistics.mean(ours):.4g} | | | | {statistics.mean(theirs):.4g} | | {verdict(others[0]['metric'], ours, theirs)} | |", flush=True)
