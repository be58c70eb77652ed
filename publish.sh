#!/usr/bin/env bash
# Publishes the command `gradus`, compiled ahead of time (ReadyToRun) so that it starts quickly.
# Usage: ./publish.sh [FOLDER] [RUNTIME]     artifacts/gradus and this machine's runtime by default
set -euo pipefail
cd "$(dirname "$0")"
folder=${1:-artifacts/gradus}
runtime=${2:-$(dotnet --info | sed -n 's/^ *RID: *//p' | head -n 1)}
# A runtime has packages of its own; they stay out of the lock files that every machine shares.
dotnet publish src/Gradus.Cli -c Release -r "$runtime" --self-contained false -p:PublishReadyToRun=true \
  -p:NuGetLockFilePath=obj/publish.lock.json -o "$folder"
echo "Published $folder/gradus"
