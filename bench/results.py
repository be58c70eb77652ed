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


def measured(*command):
    """(standard output, wall seconds, peak memory in MB) of a command."""
    with open(os.path.join(arguments.work, "out"), "w+", encoding="utf-8") as out:
        begun = time.perf_counter()
        child = subprocess.Popen(["dotnet", arguments.gradus, *command], stdout=out, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - begun
        if status != 0:
            sys.exit(f"{' '.join(command)} failed")
        out.seek(0)
        return out.read(), wall, usage.ru_maxrss / 1024


def write_numbers(path, rows):
    """A CSV file of ten columns of numbers with four decimals, from a linear congruential generator."""
    state = 1
    with open(path, "w", encoding="utf-8") as file:
        file.write(",".join(f"c{i}" for i in range(10)) + "\n")
        for _ in range(rows):
            cells = []
            for _ in range(10):
                state = (state * 6364136223846793005 + 1442695040888963407) & (2**64 - 1)
                cells.append(f"{(state >> 33) / 2**31 * 100:.4f}")
            file.write(",".join(cells) + "\n")


def repeat_rows(source, path, rows):
    """A CSV file that repeats the rows of another."""
    with open(source, encoding="utf-8") as file:
        header, *lines = file.read().splitlines()
    with open(path, "w", encoding="utf-8") as file:
        file.write(header + "\n")
        block = "\n".join(lines) + "\n"
        for _ in range(rows // len(lines)):
            file.write(block)
    return rows // len(lines) * len(lines)


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

    table = []

    def note(what, wanted, figure):
        table.append(f"| {what} | {wanted} | {figure} |")
        print(what, figure, flush=True)

    product = json.loads(measured("bench", "product", "--shape", "1024,1024,1024", "--threads", "1", "--json")[0])
    note("`gradus bench product --shape 1024,1024,1024 --threads 1`", "at least 100 GFLOP/s",
         f"{product['gigaflops']:.0f} GFLOP/s, {100 * product['shareOfPeak']:.0f} % of the measured peak of {product['peakGigaflops']:.0f}")
    numbers = os.path.join(arguments.work, "numbers.csv")
    write_numbers(numbers, 1_000_000)
    _, wall, memory = measured("describe", numbers, "--json")
    note("`gradus describe` of 1,000,000 rows × 10 numbers: read and summarised", "read in under 5 s and 400 MB", f"{wall:.1f} s, {memory:.0f} MB")
    os.remove(numbers)
    model = os.path.join(arguments.work, "model.safetensors")
    train(california, "--target", "medianHouseValue", "--epochs", "5", "--no-baselines")
    many = os.path.join(arguments.work, "many.csv")
    count = repeat_rows(california, many, 10_000_000)
    _, wall, memory = measured("predict", model, many, "--out", os.path.join(arguments.work, "predictions.csv"))
    note(f"`gradus predict` of {count:,} rows of California", "ten million in 500 MB", f"{wall:.1f} s, {memory:.0f} MB")
    os.remove(many)
    _, wall, memory = measured("train", csv("mnist"), "--hidden", "512,512", "--epochs", "2", "--no-baselines", "--json", "--out", model)
    note("`gradus train mnist --hidden 512,512`: peak memory", "–", f"{memory:.0f} MB")

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
        "", "| run | wanted | measured |", "| --- | --- | --- |", *table, "", "On Titanic the column `alive` is the target in words: leave it out (`--columns alive=ignored`) to see what the rest knows.", "",
        "Gradients: every op, and 50 random networks, agree with central differences in double precision to a relative error of at most "
        "1e-6, and the compiled float32 programs agree with the double reference within bounds derived from the number of roundings; "
        "`tests/Gradus.Tests/Expressions` and `tests/Gradus.Tests/Programs` hold both.",
    ]
    with open(arguments.output, "w", encoding="utf-8") as page:
        page.write("\n".join(head + rows + tail) + "\n")


main()
