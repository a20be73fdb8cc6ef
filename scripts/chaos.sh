#!/usr/bin/env bash
# make chaos: kill -9 at random moments during a load, on both databases, then count.
#   RITORNO_CHAOS_KILLS    how often (default 25; make test does fewer)
#   RITORNO_CHAOS_EVENTS   how many events (default 101000: whole carts, so a little fewer)
#   RITORNO_CHAOS_SEED     replay one run
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

bash scripts/install-test-tools.sh postgres
export RITORNO_CHAOS_KILLS="${RITORNO_CHAOS_KILLS:-25}" RITORNO_CHAOS_EVENTS="${RITORNO_CHAOS_EVENTS:-101000}"
cargo build --release --locked --bin ritorno
cargo test --release --locked --package ritorno --test chaos -- --nocapture --test-threads 1
