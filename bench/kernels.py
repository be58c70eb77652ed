#!/usr/bin/env python3
"""Compares BenchmarkDotNet's medians with a stored baseline. Called by kernels.sh."""
import glob
import json
import os
import sys

ALERT = 1.10
PEAK = "KernelBenchmarks.Peak"

artifacts, stored = sys.argv[1:3]
medians = {}
for path in glob.glob(os.path.join(artifacts, "**", "*-report-full-compressed.json"), recursive=True):
    with open(path, encoding="utf-8") as file:
        for benchmark in json.load(file)["Benchmarks"]:
            name = f"{benchmark['Type']}.{benchmark['Method']}" + (f"({benchmark['Parameters']})" if benchmark["Parameters"] else "")
            medians[name] = benchmark["Statistics"]["Median"]
if PEAK not in medians:
    sys.exit("The peak was not measured; run all suites.")
if "--store" in sys.argv:
    with open(stored, "w", encoding="utf-8") as file:
        json.dump({"unit": "ns, median", "medians": dict(sorted(medians.items()))}, file, indent=2)
        file.write("\n")
    print(f"Stored {len(medians)} medians in {stored}.")
    sys.exit(0)

with open(stored, encoding="utf-8") as file:
    baseline = json.load(file)["medians"]
machine = medians[PEAK] / baseline[PEAK]
slower = []
print(f"This machine's peak takes {machine:.2f} × the baseline's time; every figure is related to it.")
for name in sorted(set(medians) & set(baseline) - {PEAK}):
    ratio = medians[name] / baseline[name] / machine
    mark = " SLOWER" if ratio > ALERT else ""
    print(f"{100 * ratio:6.0f} %  {medians[name]:14,.1f} ns  {name}{mark}")
    if mark:
        slower.append(name)
gone = sorted(set(baseline) - set(medians))
if gone:
    print("Not measured: " + ", ".join(gone))
if slower or gone:
    sys.exit(f"{len(slower)} of {len(baseline) - 1} benchmarks take over {100 * ALERT:.0f} % of their baseline.")
