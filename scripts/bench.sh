#!/usr/bin/env bash
# make bench: the load tests and, in the same run, what they are compared with. bench/run.sh holds the measuring.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
source scripts/postgres.sh

need_node
bash scripts/install-test-tools.sh postgres
install_npm bench/rivals
RIVALS="$TOOLS/rivals-venv"
if python3 -c 'import ensurepip, venv' >/dev/null 2>&1; then
  [ -x "$RIVALS/bin/python" ] || python3 -m venv "$RIVALS"
  "$RIVALS/bin/pip" install --quiet --disable-pip-version-check -r bench/rivals/requirements.txt
  export RIVALS_PYTHON="$RIVALS/bin/python"
fi
cargo build --release --locked --workspace --bins

trap stop_postgres EXIT
start_postgres on
TARGET="$TARGET" POSTGRES_URL="$POSTGRES_URL" bash bench/run.sh "$@"
