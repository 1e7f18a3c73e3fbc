#!/usr/bin/env bash
# The AEx order flow on a network of one's own, from an empty folder to lines in use:
#
#   examples/aex/run.sh [REGISTER]
#
# REGISTER is a file of premises (see README.md); without one a small one is made up. DEMARC names the program, COUNT
# how many premises are ordered, PARALLEL how many at a time. All is in a temporary folder, which is gone afterwards.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
export PYTHONDONTWRITEBYTECODE=1

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
register=${1:+$(realpath "$1")}
say "1  the network's files"
if [ -n "$register" ]; then
  [ -r "$register" ] || fail "$register cannot be read"
  python3 "$here/network.py" "$register" "$work"
else
  python3 "$here/network.py" "$work"
  register=$work/register.csv
fi

say '2  the server'
# Commands and server find the store, and each other, by the folder.
cd "$work"
unset DEMARC_DATABASE DEMARC_SETTINGS
export DEMARC_DATA=$work/data
DEMARC_LOG_FORMAT=json "$demarc" serve --listen 127.0.0.1:0 2>"$work/log" &
server=$!
url=
for _ in $(seq 150); do
  url=$(sed -n 's/.*"url":"\([^"]*\)".*/\1/p' "$work/log" | head -n 1)
  [ -z "$url" ] || break
  kill -0 "$server" 2>/dev/null || { cat "$work/log" >&2; fail 'the server has ended'; }
  sleep 0.2
done
[ -n "$url" ] || { cat "$work/log" >&2; fail 'the server does not listen'; }

say '3  organizations, keys, the carrier'
"$demarc" org create 'Coast Network' --kind operator
"$demarc" org create 'Harbour Internet' --kind reseller
# The days of appointments are the network's; everybody's clock shows the same.
for name in 'Coast Network' 'Harbour Internet'; do "$demarc" org zone "$name" Australia/Sydney; done
operator_key=$("$demarc" key create --org 'Coast Network')
provider_key=$("$demarc" key create --org 'Harbour Internet')
"$demarc" carrier create coast --connector own --org 'Coast Network' --config "$work/network.json"

say '4  what the network sells, where, and to which premises'
"$demarc" import products "$work/products.json" --carrier coast
"$demarc" import areas "$work/areas.geojson" --carrier coast
"$demarc" import premises "$register" --carrier coast --country AU \
  --map loc_id=external_reference,address=full_text,tech=technology,lat=latitude,lon=longitude

say '5  the order flow'
status=0
# Not in the foreground: a signal is acted upon at once.
python3 "$here/order.py" "$url" "$provider_key" "$operator_key" "$register" \
  --count "${COUNT:-1000}" --parallel "${PARALLEL:-16}" &
client=$!
wait "$client" || status=$?
client=''
if grep -q '"level":"ERROR"' "$work/log"; then
  say 'the server has logged errors:'
  grep '"level":"ERROR"' "$work/log" | head >&2
  [ "$status" != 0 ] || status=1
fi
exit "$status"
