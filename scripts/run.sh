#!/usr/bin/env bash
# make run: build everything, start the server on ./data and open its page.
#   RITORNO_LISTEN   where to listen (default 127.0.0.1:8080)
#   RITORNO_DATA     the data folder (default ./data)
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

LISTEN="${RITORNO_LISTEN:-127.0.0.1:8080}"
DATA="${RITORNO_DATA:-./data}"
URL="http://$LISTEN"

has cargo || give_up "this needs Rust 1.95 or newer: https://rustup.rs"
build_web
say "building the server (the first time takes some minutes)"
cargo build --release --locked --bin ritorno
BIN="$TARGET/release/ritorno"

"$BIN" serve --data "$DATA" --listen "$LISTEN" "$@" &
SERVER=$!
# Ctrl-C reaches the server by itself; this waits for its clean end and covers every other way out.
trap 'kill -TERM "$SERVER" 2>/dev/null || true; wait "$SERVER" 2>/dev/null || true' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

answers() {
  (
    exec 3<>"/dev/tcp/${LISTEN%:*}/${LISTEN##*:}"
    printf 'GET /healthz HTTP/1.0\r\n\r\n' >&3
    read -r _ status _ <&3
    [ "$status" = 200 ]
  ) 2>/dev/null
}
for _ in $(seq 1 100); do
  kill -0 "$SERVER" 2>/dev/null || { wait "$SERVER"; exit $?; }
  answers && break
  sleep 0.2
done

cat <<TEXT

Ritorno is running: $URL

  a key for the shop      $BIN keys create --kind write --name shop --data $DATA
  the five-minute walk    README.md
  every command           $BIN --help
  to stop                 Ctrl-C

TEXT
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] && has xdg-open; then
  xdg-open "$URL" >/dev/null 2>&1 || true
elif [ "$(uname)" = Darwin ]; then
  open "$URL" || true
fi
wait "$SERVER"
