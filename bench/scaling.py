#!/usr/bin/env python3
"""Step time by width and epoch time by rows, as a table and a chart. Called by scaling.sh."""
import datetime
import json
import os
import statistics
import subprocess
import sys

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plot  # noqa: E402

gradus, folder = sys.argv[1:3]
WIDTHS = [64, 128, 256, 512, 1024, 2048, 4096]
ROWS = [10**3, 10**4, 10**5, 10**6, 10**7]
ROUNDS = 5   # a shared host has good and bad seconds


def run(*options):
    done = subprocess.run(["dotnet", gradus, "bench", *options, "--json"], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def cache_megabytes():
    """Size of the last cache level, in MB."""
    folder = "/sys/devices/system/cpu/cpu0/cache"
    levels = [open(os.path.join(folder, name, "size"), encoding="ascii").read().strip() for name in os.listdir(folder) if name.startswith("index")]
    return max(int(size[:-1]) / (1 if size.endswith("M") else 1024) for size in levels)


def main():
    machine = run("product", "--shape", "1024,1024,1024")
    peak = machine["peakGigaflops"] * machine["threads"]
    steps, epochs = {width: [] for width in WIDTHS}, {count: [] for count in ROWS}
    for _ in range(ROUNDS):
        for width in WIDTHS:
            steps[width].append(run("train", "--layers", f"64,{width},{width},10", "--batch", "64", "--seconds", "1"))
        for count in ROWS:
            epochs[count].append(run("epoch", "--layers", "10,64,64,1", "--rows", str(count), "--batch", "64", "--seconds", "1"))
    widths = [(width, *(statistics.median(step[key] for step in each) for key in ("microsecondsPerStep", "gigaflops"))) for width, each in steps.items()]
    rows = [(count, *(statistics.median(epoch[key] for epoch in each) for key in ("secondsPerEpoch", "examplesPerSecond"))) for count, each in epochs.items()]

    plot.rcParams["svg.hashsalt"] = "gradus"
    figure, (left, right) = plot.subplots(1, 2, figsize=(10, 4))
    left.loglog(WIDTHS, [w[1] for w in widths], "o-", label="measured")
    left.loglog(WIDTHS, [widths[-1][1] * (w / WIDTHS[-1]) ** 2 for w in WIDTHS], ":", color="grey", label="∝ width²")
    left.set(xlabel="width of two hidden layers", ylabel="µs a step", title="64-W-W-10, batch 64, Adam", xticks=WIDTHS, xticklabels=WIDTHS)
    right.loglog(ROWS, [r[1] for r in rows], "o-", label="measured")
    right.loglog(ROWS, [rows[0][1] * r / ROWS[0] for r in ROWS], ":", color="grey", label="∝ rows")
    right.set(xlabel="training rows", ylabel="s an epoch", title="10-64-64-1, batch 64, Adam")
    for axes in (left, right):
        axes.grid(True, which="both", alpha=0.2)
        axes.legend()
    figure.tight_layout()
    figure.savefig(os.path.join(folder, "scaling.svg"), metadata={"Date": None})

    lines = ["# How time grows", "",
             f"Measured on {datetime.date.today()} by `bench/scaling.sh`, two cores, medians of {ROUNDS} rounds.", "", "![chart](scaling.svg)", "",
             f"| width W of 64-W-W-10, batch 64, Adam | µs a step | GFLOP/s, as if zeros were multiplied | arithmetic at the peak of {peak:.0f} GFLOP/s, µs | weights and moments, MB | time by the width before |",
             "| --- | --- | --- | --- | --- | --- |"]
    for i, (width, microseconds, gigaflops) in enumerate(widths):
        ratio = f"{microseconds / widths[i - 1][1]:.1f} ×" if i else ""
        flops = 2 * 64 * (2 * 64 * width + 3 * width * width + 3 * 10 * width)
        megabytes = 12 * (64 * width + width * width + 10 * width) / 1e6
        lines.append(f"| {width:,} | {microseconds:,.1f} | {gigaflops:.0f} | {flops / peak / 1e3:,.1f} | {megabytes:,.1f} | {ratio} |")
    lines += ["", "Doubling the width makes four times the arithmetic in the middle layer and twice in the outer ones: the smaller steps grow by less "
              "than four. Adam reads and writes 24 bytes a weight. While weights and moments fit in the last cache level "
              f"({cache_megabytes():.0f} MB here) the arithmetic hides that; beyond it, memory adds to every step. A small step runs on "
              "one thread where that is faster ([kernels](kernels.md#one-thread-or-all)).", "",
              "| rows of 10-64-64-1, batch 64, Adam | s an epoch | rows a second |", "| --- | --- | --- |"]
    for count, seconds, rate in rows:
        lines.append(f"| {count:,} | {seconds:.4g} | {rate:,.0f} |")
    lines += ["", "Rows are 40 bytes of inputs and 4 of target. A batch gathers rows in a new random order each epoch: beyond the last cache "
              "level each row comes from memory, and the order itself takes 4 bytes a row."]
    with open(os.path.join(folder, "scaling.md"), "w", encoding="utf-8") as page:
        page.write("\n".join(lines) + "\n")


main()
