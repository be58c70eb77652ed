#!/usr/bin/env python3
"""Step time by width and epoch time by rows, as a table and a chart. Called by scaling.sh."""
import datetime
import json
import os
import subprocess
import sys

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plot  # noqa: E402

gradus, folder = sys.argv[1:3]
WIDTHS = [64, 128, 256, 512, 1024, 2048, 4096]
ROWS = [10**3, 10**4, 10**5, 10**6, 10**7]


def run(*options):
    done = subprocess.run(["dotnet", gradus, "bench", *options, "--json"], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def main():
    widths = []
    for width in WIDTHS:
        step = run("train", "--layers", f"64,{width},{width},10", "--batch", "64", "--seconds", "2")
        widths.append((width, step["microsecondsPerStep"], step["gigaflops"]))
        print(width, widths[-1], flush=True)
    rows = []
    for count in ROWS:
        epoch = run("epoch", "--layers", "10,64,64,1", "--rows", str(count), "--batch", "64", "--seconds", "2")
        rows.append((count, epoch["secondsPerEpoch"], epoch["examplesPerSecond"]))
        print(count, rows[-1], flush=True)

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
             f"Measured on {datetime.date.today()} by `bench/scaling.sh`, two cores, medians.", "", "![chart](scaling.svg)", "",
             "| width W of 64-W-W-10, batch 64, Adam | µs a step | GFLOP/s | time by the width before |", "| --- | --- | --- | --- |"]
    for i, (width, microseconds, gigaflops) in enumerate(widths):
        ratio = f"{microseconds / widths[i - 1][1]:.1f} ×" if i else ""
        lines.append(f"| {width:,} | {microseconds:,.1f} | {gigaflops:.0f} | {ratio} |")
    lines += ["", "Doubling the width makes four times the arithmetic in the middle layer and twice in the outer ones; weights and Adam's two "
              "moments take 12 bytes a weight.", "",
              "| rows of 10-64-64-1, batch 64, Adam | s an epoch | rows a second |", "| --- | --- | --- |"]
    for count, seconds, rate in rows:
        lines.append(f"| {count:,} | {seconds:.4g} | {rate:,.0f} |")
    with open(os.path.join(folder, "scaling.md"), "w", encoding="utf-8") as page:
        page.write("\n".join(lines) + "\n")


main()
