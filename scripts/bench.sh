#!/usr/bin/env bash
# make bench: the load tests and, in the same run, what they are compared with. bench/run.sh holds the measuring.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
source scripts/postgres.sh

need_node
bash scripts/install-test-tools.sh postgres
install_npm bench/rivals
cargo build --profile dist --locked --workspace --bins

trap stop_postgres EXIT
start_postgres on
TARGET="$TARGET" POSTGRES_URL="$POSTGRES_URL" bash bench/run.sh "$@"
