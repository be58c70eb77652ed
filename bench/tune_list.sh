#!/usr/bin/env bash
# Times 'gradus tune list' and 'show' on a study of 10,000 trials, in a file and in PostgreSQL: seconds, the median of five.
# Usage: bench/postgres.sh bench/tune_list.sh [GRADUS]     the published command, artifacts/gradus/gradus by default
set -euo pipefail
cd "$(dirname "$0")/.."
gradus=$(realpath "${1:-artifacts/gradus/gradus}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
first=(tune samples/digits.csv --target digit --trials 1 --epochs 1 --out "$work/m.safetensors")
"$gradus" "${first[@]}" --study "$work/first" >/dev/null 2>&1
"$gradus" "${first[@]}" --store "$STORE" --study first >/dev/null 2>&1
"$gradus" tune delete first --store "$STORE" 2>/dev/null
# Each trial as the first, with rates and values of its own and one rung.
python3 - "$work" <<'PY'
import csv, json, random, sys, uuid
work = sys.argv[1]
header, begin, end = [json.loads(line) for line in open(f"{work}/first") if '"rung"' not in line and '"alive"' not in line]
random.seed(1)
lines = [header]
for trial in range(1, 10_001):
    begin["parameters"] = dict(begin["parameters"], lr=f"{10 ** random.uniform(-3.5, -1.5):.3g}", dropout=f"{random.random() / 2:.3g}")
    begin["trial"] = end["trial"] = trial
    end["value"] = random.random()
    rung = {"event": "rung", "trial": trial, "worker": begin["worker"], "time": begin["time"], "epoch": 3, "value": end["value"]}
    lines += [dict(begin), rung, dict(end)]
texts = [json.dumps(line, separators=(",", ":")) for line in lines]
open(f"{work}/many.study.jsonl", "w").write("".join(text + "\n" for text in texts))
with open(f"{work}/rows", "w") as rows:
    csv.writer(rows).writerows([1_000_000, number, uuid.uuid4(), text] for number, text in enumerate(texts, 1))
PY
psql "$STORE" -q -c "insert into gradus_studies (id, name) overriding system value values (1000000, 'many')" -c "\\copy gradus_events from '$work/rows' csv"
median() {
  for _ in 1 2 3 4 5; do
    /usr/bin/env bash -c 'TIMEFORMAT=%R; time "$@" >/dev/null' -- "$gradus" tune "$@" 2>&1
  done | sort -n | sed -n 3p
}
echo "file:       list $(median list "$work") s, show $(median show "$work/many.study.jsonl") s"
echo "PostgreSQL: list $(median list --store "$STORE") s, show $(median show many --store "$STORE") s"
