#!/usr/bin/env bash
# Runs the BenchmarkDotNet suites and compares their medians with bench/baseline.json, related by the measured peak of
# multiply-adds: what takes over 110 % of its time is reported and fails the run.
# Usage: bench/kernels.sh            compares
#        bench/kernels.sh --store    stores the new baseline
set -euo pipefail
cd "$(dirname "$0")/.."
artifacts=$(mktemp -d)
trap 'rm -rf "$artifacts"' EXIT
dotnet run -c Release --project bench/Gradus.Benchmarks -- --filter '*' --artifacts "$artifacts"
python3 bench/kernels.py "$artifacts" bench/baseline.json "$@"
