#!/usr/bin/env bash
# make run: build everything, start the demonstration on ./demo-data and open its shop.
#   RITORNO_DEMO     0 starts an empty server on ./data instead, and opens its page
#   RITORNO_LISTEN   where to listen (default 127.0.0.1:8080)
#   RITORNO_DATA     the data folder
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

LISTEN="${RITORNO_LISTEN:-127.0.0.1:8080}"
URL="http://$LISTEN"
case "${RITORNO_DEMO:-1}" in
  0 | false | no | off)
    export RITORNO_DEMO=false
    DATA="${RITORNO_DATA:-./data}" PAGE="$URL"
    ;;
  *)
    export RITORNO_DEMO=true
    DATA="${RITORNO_DATA:-./demo-data}" PAGE="$URL/demo"
    ;;
esac

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

if [ "$RITORNO_DEMO" = true ]; then
  cat <<TEXT

The demonstration is running. The first time it plays 18 months of history, which takes about half a minute.

  the shop, with a guide  $PAGE
  its mailbox             $PAGE/mailbox
  into Ritorno            $PAGE/enter
  an empty server         RITORNO_DEMO=0 make run
  to begin anew           stop it and remove $DATA
  to stop                 Ctrl-C

TEXT
else
  cat <<TEXT

Ritorno is running: $URL

  a key for the shop      $BIN keys create --kind write --name shop --data $DATA
  the five-minute walk    README.md
  every command           $BIN --help
  to stop                 Ctrl-C

TEXT
fi
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] && has xdg-open; then
  xdg-open "$PAGE" >/dev/null 2>&1 || true
elif [ "$(uname)" = Darwin ]; then
  open "$PAGE" || true
fi
wait "$SERVER"
