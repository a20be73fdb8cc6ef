#!/usr/bin/env bash
# make gen: every generated file, from its source. A test fails while one of them is stale.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

say "docs/openapi.gen.json, from the routes"
cargo run --quiet --locked --bin ritorno -- openapi >"$TARGET/openapi.gen.json"
mv "$TARGET/openapi.gen.json" docs/openapi.gen.json

need_node
install_npm web
say "web/src/api/schema.ts, from docs/openapi.gen.json"
(cd web && npm run --silent gen)
