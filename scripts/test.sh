#!/usr/bin/env bash
# make test: install, build, run every test, and close with one line: `N passed, N failed, N skipped`.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
source scripts/postgres.sh

LOGS="$TARGET/test-logs"
rm -rf "$LOGS"
mkdir -p "$LOGS"
PASSED=0 FAILED=0 SKIPPED=0

# A step that is no test runner of its own (installing, building) counts as one failed test when it fails.
step() {
  say "$1"
  shift
  if ! "$@"; then
    FAILED=$((FAILED + 1))
    close
  fi
}

close() {
  say "done in $((SECONDS / 60)) min $((SECONDS % 60)) s"
  echo "$PASSED passed, $FAILED failed, $SKIPPED skipped"
  [ "$FAILED" -eq 0 ] && [ "$PASSED" -gt 0 ]
  exit $?
}

# Adds to the sums, and notices a runner that ended badly without counting a failure.
count() {
  local runner="$1" code="$2" passed="$3" failed="$4"
  if [ "$code" -ne 0 ] && [ "$failed" -eq 0 ]; then
    echo "$runner ended with code $code" >&2
    failed=1
  fi
  PASSED=$((PASSED + passed)) FAILED=$((FAILED + failed))
}

# Tests that find their data or tools absent print a line `skipped: …`; show each once.
report_skips() {
  local lines
  lines="$(sed 's/&quot;/"/g' "$@" 2>/dev/null | grep -aoE 'skipped: [^<]*' | sort -u || true)"
  if [ -n "$lines" ]; then
    printf '%s\n' "$lines"
    SKIPPED=$((SKIPPED + $(printf '%s\n' "$lines" | wc -l)))
  fi
}

sum() { awk '{ total += $1 } END { print total + 0 }'; }

run_nextest() {
  local code=0
  cargo nextest run --workspace --locked --no-fail-fast 2>&1 | tee "$LOGS/rust.log" || code=$?
  local line
  line="$(grep -aE '^ *Summary ' "$LOGS/rust.log" | tail -1 || true)"
  count nextest "$code" \
    "$(grep -oE '[0-9]+ passed' <<<"$line" | sum)" \
    "$(grep -oE '[0-9]+ (failed|timed out|exec failed)' <<<"$line" | sum)"
  report_skips "$ROOT/target/nextest/default/junit.xml"
}

run_cargo_test() {
  local code=0
  cargo test --workspace --locked --no-fail-fast --lib --bins --tests -- --show-output 2>&1 | tee "$LOGS/rust.log" || code=$?
  count_cargo cargo-test "$code" "$LOGS/rust.log"
  report_skips "$LOGS/rust.log"
}

run_doc_tests() {
  local code=0
  cargo test --workspace --locked --no-fail-fast --doc >"$LOGS/doc.log" 2>&1 || code=$?
  [ "$code" -eq 0 ] || cat "$LOGS/doc.log"
  count_cargo doc-tests "$code" "$LOGS/doc.log"
}

count_cargo() {
  local results
  results="$(grep -aE '^test result:' "$3" || true)"
  count "$1" "$2" "$(grep -oE '[0-9]+ passed' <<<"$results" | sum)" "$(grep -oE '[0-9]+ failed' <<<"$results" | sum)"
}

# A browser that hangs must not keep the run from its end: no test takes a quarter of an hour. Two files at a time: each waits for
# its own browser and server much of the time, and node alone would leave a core of two idle.
run_node_tests() {
  local folder="$1" code=0 log="$LOGS/$1.log"
  (cd "$folder" && node --test --test-timeout=900000 --test-concurrency=2 --test-reporter=spec) >"$log" 2>&1 || code=$?
  cat "$log"
  count "$folder" "$code" "$(sed -nE 's/^ℹ pass ([0-9]+)$/\1/p' "$log" | sum)" "$(sed -nE 's/^ℹ (fail|cancelled) ([0-9]+)$/\2/p' "$log" | sum)"
  SKIPPED=$((SKIPPED + $(sed -nE 's/^ℹ skipped ([0-9]+)$/\1/p' "$log" | sum)))
}

step "what the tests need" bash scripts/install-test-tools.sh
step "web interface" build_web
check_web() {
  install_npm web
  (cd web && npm run --silent check)
}
step "types of the web interface, and whether they are those of the API" check_web

# What the tests of whole processes look for; without the first they skip, visibly.
export RITORNO_TEST_SDKS=1
export RITORNO_TEST_PYTHON="$TOOLS/venv/bin/python"

step "building" cargo build --workspace --locked --all-targets

trap stop_postgres EXIT
if [ -z "${RITORNO_TEST_POSTGRES:-}" ]; then
  step "a database server for the tests" start_postgres off
  export RITORNO_TEST_POSTGRES="$POSTGRES_URL"
fi
say "Rust tests"
if cargo nextest --version >/dev/null 2>&1; then run_nextest; else run_cargo_test; fi
say "examples in the documentation"
run_doc_tests
say "SDKs in Node, Python and a browser"
run_node_tests sdk-tests
say "the interface in a real browser"
# RITORNO_TEST_PICTURES names a folder for a picture of each screen; taking them costs minutes, so only who asks for them gets them.
export RITORNO_TEST_BINARY="$TARGET/debug/ritorno"
run_node_tests ui-tests
close
