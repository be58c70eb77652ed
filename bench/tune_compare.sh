#!/usr/bin/env bash
# Compares the estimator of gradus tune with random draws on five data sets and prints the table of docs/tune.md; takes some minutes.
# Takes the folder of the data sets, GRADUS_DATA by default, and the seeds. Searches that RUNS holds already are not repeated.
# Usage: bench/tune_compare.sh [DATA] [FIRST-LAST] [RUNS]
set -euo pipefail
cd "$(dirname "$0")/.."
data=${1:-${GRADUS_DATA:?give the folder of the data sets, or set GRADUS_DATA}}
runs=${3:-$(mktemp)}
dotnet build -c Release src/Gradus.Cli >/dev/null
python3 bench/tune_compare.py --gradus src/Gradus.Cli/bin/Release/net10.0/Gradus.Cli.dll --data "$data" --seeds "${2:-1-5}" --runs "$runs"
