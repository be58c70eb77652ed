#!/usr/bin/env bash
# Runs a command with a throw-away PostgreSQL server on loopback (Debian's package postgresql), whose address it finds in STORE.
# Usage: bench/postgres.sh COMMAND...
set -euo pipefail
programs=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
if [ -z "$programs" ]; then
  echo "PostgreSQL is not installed: apt-get install postgresql" >&2
  exit 2
fi
# initdb refuses root.
as=()
if [ "$(id -u)" -eq 0 ]; then as=(setpriv --reuid postgres --regid postgres --clear-groups); fi
folder=$(mktemp -d)
trap 'cd /; "${as[@]}" "$programs/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$folder"' EXIT
echo secret >"$folder/password"
if [ "${#as[@]}" -gt 0 ]; then chown -R postgres "$folder"; fi
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"${as[@]}" "$programs/initdb" -D "$folder/data" -U gradus -A scram-sha-256 --pwfile "$folder/password" >/dev/null
"${as[@]}" "$programs/pg_ctl" -D "$folder/data" -l "$folder/log" -w start \
  -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=" >/dev/null || { cat "$folder/log" >&2; exit 1; }
STORE=postgres://gradus:secret@127.0.0.1:$port/postgres "$@"
