#!/usr/bin/env bash
# All measurements in one run. TARGET is the target folder with the build of the `dist` profile, POSTGRES_URL a server with fsync on.
# BENCH_SMALL=1 makes each part small, to see that it works.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
bench() { "$TARGET/dist/bench" --binary "$TARGET/dist/ritorno" ${POSTGRES_URL:+--postgres "$POSTGRES_URL"} "$@"; }

echo "machine: $(nproc) cores, $(awk '/MemTotal/ {printf "%.0f GiB", $2/1048576}' /proc/meminfo), load $(cut -d' ' -f1 /proc/loadavg)"
bench footprint
bench feel
bench latency
bench engine
if [ -n "${BENCH_SMALL:-}" ]; then
  bench ingest --seconds 3 --turns 1
  bench timers --waiting 100000 --due 50000
  bench lists --customers 50000 --asks 20
else
  bench ingest
  bench ingest --preload 2000000
  bench timers
  bench lists
fi
if [ -n "${POSTGRES_URL:-}" ] && [ -d bench/rivals/node_modules ]; then
  node bench/rivals/graphile.mjs "$POSTGRES_URL" --jobs 200000
fi
