#!/usr/bin/env bash
# Gradus beside PyTorch, scikit-learn and ONNX Runtime on this machine, in alternation; writes docs/benchmarks.md.
# Needs python3 with torch, scikit-learn, numpy and onnx (Debian: apt-get install python3-torch python3-sklearn
# python3-onnx libopenblas0-pthread, without which its products are slow) and node with npm. A peer that is not installed is left out, and the page says so.
# Usage: bench/compare.sh [ROUNDS] [SECONDS]     3 rounds of 2 seconds a measurement by default
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
./publish.sh "$work/gradus" >"$work/publish.log" 2>&1 || { cat "$work/publish.log"; exit 1; }
if command -v npm >/dev/null; then
  (cd "$work" && npm init -y >/dev/null && npm install --ignore-scripts --silent onnxruntime-node@1 >/dev/null) ||
    echo "onnxruntime-node could not be installed; ONNX Runtime is left out." >&2
fi
python=$(for p in /usr/bin/python3 python3; do "$p" -c 'import numpy' 2>/dev/null && { echo "$p"; break; }; done)
"${python:-python3}" bench/compare.py --work "$work" --rounds "${1:-3}" --seconds "${2:-2}" --output docs/benchmarks.md
