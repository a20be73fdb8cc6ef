#!/usr/bin/env bash
# All measurements in one run. TARGET is the target folder with a release build, POSTGRES_URL a server with fsync on.
# BENCH_SMALL=1 makes each part small, to see that it works.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
bench() { "$TARGET/release/bench" --binary "$TARGET/release/ritorno" ${POSTGRES_URL:+--postgres "$POSTGRES_URL"} "$@"; }

echo "machine: $(nproc) cores, $(awk '/MemTotal/ {printf "%.0f GiB", $2/1048576}' /proc/meminfo), load $(cut -d' ' -f1 /proc/loadavg)"
bench footprint
bench feel
bench latency
bench engine
if [ -n "${BENCH_SMALL:-}" ]; then
  bench ingest --seconds 3 --turns 1
  bench growth --seconds 2 --events 600000
  bench timers --waiting 100000 --due 50000
  bench lists --customers 50000 --asks 20
  bench shops --seconds 3 --orders 5000
  bench catalogue --products 5000 --changes 50000
  JOURNEYS="20000"
else
  bench ingest
  bench ingest --preload 2000000
  bench growth
  bench timers
  bench lists
  bench shops
  bench catalogue
  JOURNEYS="1000000 3000000 10000000"
fi
for count in $JOURNEYS; do
  "$TARGET/release/ritorno" bench journeys --count "$count" --folder "$TARGET"
  [ -z "${POSTGRES_URL:-}" ] || "$TARGET/release/ritorno" bench journeys --count "$count" --database-url "$POSTGRES_URL"
done
if [ -n "${POSTGRES_URL:-}" ] && [ -d bench/rivals/node_modules ]; then
  node bench/rivals/graphile.mjs "$POSTGRES_URL" --jobs 200000
fi
if [ -d bench/rivals/node_modules ]; then
  node --expose-gc bench/rivals/bpmn-engine.mjs --count 500
fi
if [ -n "${RIVALS_PYTHON:-}" ]; then
  "$RIVALS_PYTHON" bench/rivals/spiffworkflow_bench.py --count 5000
fi
