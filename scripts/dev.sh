#!/usr/bin/env bash
# make dev: the server unoptimised, and Vite in front of it, which reloads the page as web/ is edited.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

LISTEN="${RITORNO_LISTEN:-127.0.0.1:8080}"
need_node
install_npm web
cargo build --bin ritorno
"$TARGET/debug/ritorno" serve --data "${RITORNO_DATA:-./data}" --listen "$LISTEN" "$@" &
SERVER=$!
trap 'kill -TERM "$SERVER" 2>/dev/null || true; wait "$SERVER" 2>/dev/null || true' EXIT
cd web && RITORNO_DEV_SERVER="http://$LISTEN" npm run --silent dev
