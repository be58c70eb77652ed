#!/usr/bin/env bash
# Kills training (SIGKILL) at random moments, resumes it, and counts how often the model file is byte for byte that of the run that was
# never interrupted. Usage: bench/resume.sh [RUNS] [SEED] [OPTION…], such as bench/resume.sh 20 1 --ensemble 3
set -uo pipefail
cd "$(dirname "$0")/.."
runs=${1:-20}
RANDOM=${2:-1}
dotnet build -c Release src/Gradus.Cli >/dev/null || exit 1
gradus=(dotnet "$PWD/src/Gradus.Cli/bin/Release/net10.0/Gradus.Cli.dll")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
options=(samples/digits.csv --target digit --hidden 128,64 --dropout 0.2 --batch-norm --ema 0.99 --epochs 60 --patience 60 --no-baselines "${@:3}")
begun=$(date +%s%N)
"${gradus[@]}" train "${options[@]}" --out "$work/whole.safetensors" --checkpoint "$work/whole" >/dev/null 2>&1 || exit 1
milliseconds=$((($(date +%s%N) - begun) / 1000000))
echo "one run: $milliseconds ms, $(find "$work/whole" -name checkpoint.safetensors -print0 | du -cb --files0-from=- | tail -1 | cut -f 1) bytes of checkpoints"

same=0 killed=0 from_start=0
for ((i = 1; i <= runs; i++)); do
  rm -rf "$work/run" "$work/m.safetensors"
  command=(train "${options[@]}" --out "$work/m.safetensors" --checkpoint "$work/run")
  for ((kill = 1; kill <= 1 + i % 3; kill++)); do   # once, twice or three times
    "${gradus[@]}" "${command[@]}" >/dev/null 2>&1 &
    pid=$!
    wait_ms=$((RANDOM % milliseconds))
    sleep "$((wait_ms / 1000)).$(printf %03d $((wait_ms % 1000)))"
    kill -9 "$pid" 2>/dev/null && killed=$((killed + 1))
    wait "$pid" 2>/dev/null
    if [ -e "$work/run/checkpoint.safetensors" ]; then
      command=(train --resume "$work/run")
    else
      from_start=$((from_start + 1))   # killed before the first step: there is nothing to resume yet
    fi
  done
  if "${gradus[@]}" "${command[@]}" >/dev/null 2>"$work/error" && cmp -s "$work/whole.safetensors" "$work/m.safetensors"; then
    same=$((same + 1))
  else
    echo "run $i differs: $(tail -1 "$work/error")"
  fi
done
echo "$same of $runs the same bytes; $killed times killed, $from_start of them before the first step"
[ "$same" -eq "$runs" ]
