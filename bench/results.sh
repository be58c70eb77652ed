#!/usr/bin/env bash
# Trains what docs/results.md reports and writes that page. Takes the folder of the data sets (california-housing.csv,
# mnist, penguins.csv, titanic.csv), GRADUS_DATA by default.
# Usage: bench/results.sh [DATA]
set -euo pipefail
cd "$(dirname "$0")/.."
data=${1:-${GRADUS_DATA:?give the folder of the data sets, or set GRADUS_DATA}}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
dotnet build -c Release src/Gradus.Cli >"$work/build.log" || { cat "$work/build.log"; exit 1; }
python=$(command -v python3)
"$python" bench/results.py --gradus src/Gradus.Cli/bin/Release/net10.0/Gradus.Cli.dll --data "$data" --work "$work" --output docs/results.md
