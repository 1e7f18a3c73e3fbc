#!/usr/bin/env bash
# The story of a line over the TelecomX API, against a demo that is started for it:
#
#   examples/telecomx/run.sh
#
# DEMARC names the program. All is in a temporary folder, which is gone afterwards.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
export PYTHONDONTWRITEBYTECODE=1 PYTHONUTF8=1

say() { printf '%s\n' "$*" >&2; }
fail() { say "run.sh: $*"; exit 1; }

program() {
  local built
  for built in "${DEMARC:-}" "$root/target/release/demarc" "$root/target/debug/demarc"; do
    if [ -n "$built" ] && [ -x "$built" ]; then printf '%s\n' "$built"; return; fi
    [ "$built" != "${DEMARC:-}" ] || [ -z "$built" ] || fail "DEMARC=$built is no program"
  done
  command -v demarc || fail 'there is no program: cargo build --release, or DEMARC=path'
}

server='' client=''
work=$(mktemp -d)
clean() {
  local started
  for started in $client $server; do
    kill "$started" 2>/dev/null || true
    wait "$started" 2>/dev/null || true
  done
  rm -rf "$work"
}
trap clean EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

demarc=$(program)
demarc=$(realpath "$demarc")
cd "$work"
unset DEMARC_DATABASE DEMARC_SETTINGS
export DEMARC_DATA=$work/data
DEMARC_LOG_FORMAT=json "$demarc" demo --json --listen 127.0.0.1:0 >"$work/demo.json" 2>"$work/log" &
server=$!
for _ in $(seq 300); do
  # One line, when the demo is ready.
  [ "$(wc -l <"$work/demo.json")" = 0 ] || break
  kill -0 "$server" 2>/dev/null || { cat "$work/log" >&2; fail 'the demo has ended'; }
  sleep 0.2
done
[ "$(wc -l <"$work/demo.json")" != 0 ] || { cat "$work/log" >&2; fail 'the demo is not ready'; }

status=0
# Not in the foreground: a signal is acted upon at once.
python3 "$here/story.py" "$work/demo.json" &
client=$!
wait "$client" || status=$?
client=''
if [ "$status" = 0 ]; then
  printf '\nThe e-mails of it (no server is set, so they wait):\n'
  "$demarc" mail list
fi
if grep -q '"level":"ERROR"' "$work/log"; then
  say 'the demo has logged errors:'
  grep '"level":"ERROR"' "$work/log" | head >&2
  [ "$status" != 0 ] || status=1
fi
exit "$status"
