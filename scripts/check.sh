#!/usr/bin/env bash
# make check: everything that reads the code without running it.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

say "formatting"
cargo fmt --all --check
say "lints"
cargo clippy --workspace --all-targets --locked -- -D warnings
if has node; then
  need_node
  install_npm web
  say "types of the web interface"
  (cd web && npm run --silent check)
else
  say "skipped: the types of the web interface (no Node here)"
fi
say "house rules"
cargo test --locked --package ritorno --test tidy
if has cargo-deny; then
  say "licences"
  cargo deny --log-level error check licenses bans sources
else
  say "skipped: licences (cargo-deny is not installed)"
fi
