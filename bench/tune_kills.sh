#!/usr/bin/env bash
# Kills the workers of a search (SIGKILL) at random moments, starts others, and checks that every trial was begun once and ended once.
# Usage: bench/tune_kills.sh [KILLS] [SEED], or for a study in PostgreSQL bench/postgres.sh bench/tune_kills.sh [KILLS] [SEED]
set -uo pipefail
cd "$(dirname "$0")/.."
kills=${1:-50}
RANDOM=${2:-1}
dotnet build -c Release src/Gradus.Cli >/dev/null || exit 1
gradus=(dotnet "$PWD/src/Gradus.Cli/bin/Release/net10.0/Gradus.Cli.dll")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trials=$((kills * 25))   # enough that a fast machine is not done before the last kill
study=(--study "$work/events")
if [ -n "${STORE:-}" ]; then study=(--store "$STORE" --study kills); fi
command=(tune samples/digits.csv --target digit --trials "$trials" --epochs 30 "${study[@]}" --out "$work/m.safetensors" --json)
pids=("" "")
killed=0
while ((killed < kills)); do
  for i in 0 1; do   # two processes at a time
    if [ -z "${pids[i]}" ] || ! kill -0 "${pids[i]}" 2>/dev/null; then
      "${gradus[@]}" "${command[@]}" >/dev/null 2>"$work/error$i" &
      pids[i]=$!
    fi
  done
  wait_ms=$((300 + RANDOM % 1500))
  sleep "$((wait_ms / 1000)).$(printf %03d $((wait_ms % 1000)))"
  victim=$((RANDOM % 2))
  if ! kill -9 "${pids[victim]}" 2>/dev/null; then
    echo "all trials were done after $killed kills"
    break
  fi
  wait "${pids[victim]}" 2>/dev/null
  killed=$((killed + 1))
done
wait
"${gradus[@]}" "${command[@]}" >/dev/null 2>"$work/error" || { tail -1 "$work/error"; exit 1; }
if [ -n "${STORE:-}" ]; then
  psql "$STORE" -Atc "select line from gradus_events join gradus_studies on id = study where name = 'kills' order by number" >"$work/events" || exit 1
fi
count() { grep -c "\"event\":\"$1\"" "$work/events"; }
distinct() { grep "\"event\":\"$1\"" "$work/events" | grep -o '"trial":[0-9]*' | sort -u | wc -l; }
echo "$killed killed; $trials trials wanted, $(count begin) begun ($(distinct begin) different), $(count end) ended ($(distinct end) different), $(count retry) taken over"
[ "$killed" -eq "$kills" ] && [ "$(count begin)" -eq "$trials" ] && [ "$(distinct begin)" -eq "$trials" ] && [ "$(count end)" -eq "$trials" ] && [ "$(distinct end)" -eq "$trials" ]
