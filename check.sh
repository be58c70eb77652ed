#!/usr/bin/env bash
# Restores locked, checks formatting, builds with warnings as errors, and runs every test: once with all vector widths,
# then the library's tests with narrower ones. Ends with "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

step() { printf '\n== %s\n' "$1"; }
stop() { printf '\n%s\n%d passed, %d failed\n' "$1" "${passed:-0}" "$((${failed:-0} + 1))"; exit 1; }

step "Restore (locked)"
dotnet restore --locked-mode || stop "The restore failed."
step "Format"
dotnet format --no-restore --verify-no-changes || stop "Run 'dotnet format' and commit what it changes."
step "Build"
dotnet build --no-restore -c Release || stop "The build failed."

passed=0 failed=0 skipped=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# run NAME PROJECT [VARIABLE=VALUE]
run() {
  step "Test: $1"
  env "${@:3}" dotnet test "$2" --no-build -c Release --logger "console;verbosity=minimal" 2>&1 | tee "$log"
  local status=${PIPESTATUS[0]} summary
  summary=$(grep -E '^(Passed|Failed|Skipped)! +- ' "$log" | tail -n 1)
  if [ -z "$summary" ]; then
    echo "The test run printed no summary (exit code $status)."
    failed=$((failed + 1))
    return
  fi
  local f p s
  f=$(sed -E 's/.*Failed: +([0-9]+).*/\1/' <<<"$summary")
  p=$(sed -E 's/.*Passed: +([0-9]+).*/\1/' <<<"$summary")
  s=$(sed -E 's/.*Skipped: +([0-9]+).*/\1/' <<<"$summary")
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
  if [ "$status" -ne 0 ] && [ "$f" -eq 0 ]; then failed=$((failed + 1)); fi
}

run "library, all vector widths" tests/Gradus.Tests
run "command line" tests/Gradus.Cli.Tests
run "library, 256-bit vectors" tests/Gradus.Tests DOTNET_EnableAVX512=0
run "library, 128-bit vectors" tests/Gradus.Tests DOTNET_EnableAVX2=0
run "library, no vector instructions" tests/Gradus.Tests DOTNET_EnableHWIntrinsic=0

if [ "$skipped" -gt 0 ]; then printf '\n%d skipped: their data is not on this machine.\n' "$skipped"; fi
printf '\n%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
