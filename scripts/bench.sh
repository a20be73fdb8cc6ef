#!/usr/bin/env bash
# make bench: the load tests and, in the same run, what they are compared with. bench/run.sh holds the measuring.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

bash scripts/install-test-tools.sh postgres
if has node; then
  need_node
  install_npm bench/rivals
fi
cargo build --release --locked --workspace --bins
TARGET="$TARGET" bash bench/run.sh "$@"
