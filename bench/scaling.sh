#!/usr/bin/env bash
# Measures how the time of a training step grows with the width of a network and that of an epoch with the rows, and writes
# docs/scaling.md and its chart. Needs python3 with matplotlib (Debian: apt-get install python3-matplotlib).
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet build -c Release src/Gradus.Cli >/dev/null
python=$(for p in /usr/bin/python3 python3; do "$p" -c 'import matplotlib' 2>/dev/null && { echo "$p"; break; }; done)
"${python:?python3 with matplotlib is needed}" bench/scaling.py src/Gradus.Cli/bin/Release/net10.0/Gradus.Cli.dll docs
