#!/usr/bin/env bash
# `gradus train --auto` beside scikit-learn's best of a random search of 50 networks, several such searches for each split, on the same rows
# of digits, breast cancer, wine and diabetes, or alone on california-housing; prints a table for docs/auto.md. Needs python3 with
# scikit-learn (Debian: apt-get install python3-sklearn). GRADUS_PEERS names a file that keeps its results, which take the most time.
# Usage: bench/auto.sh DATA [TIME] [SEEDS] [SEARCHES] [SETS]     5m, 3, 5 and digits,breast-cancer,wine,diabetes by default; SEEDS is how many, or
# which, such as 1-10,51-80
set -euo pipefail
cd "$(dirname "$0")/.."
data=${1:-${GRADUS_DATA:?give the folder of the data sets, or set GRADUS_DATA}}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
dotnet build -c Release src/Gradus.Cli >"$work/build.log" || { cat "$work/build.log"; exit 1; }
python=$(for p in /usr/bin/python3 python3; do "$p" -c 'import sklearn' 2>/dev/null && { echo "$p"; break; }; done)
python3 bench/auto.py --gradus src/Gradus.Cli/bin/Release/net10.0/Gradus.Cli.dll --data "$data" --work "$work" \
  --python "${python:?scikit-learn is not installed}" --time "${2:-5m}" --seeds "${3:-3}" --searches "${4:-5}" \
  ${5:+--sets "$5"} ${GRADUS_PEERS:+--peers "$GRADUS_PEERS"}
