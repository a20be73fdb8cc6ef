#!/usr/bin/env bash
# Installs what the tests need and the machine lacks; what is there already is left alone.
#   install-test-tools.sh            everything
#   install-test-tools.sh postgres   only the database server
# Debian packages need root; without it, or elsewhere, this says what to install and stops.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

ONLY="${1:-all}"
PACKAGES=()

has_postgres() { has postgres || compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null; }
has_chromium() { [ -n "${RITORNO_TEST_CHROMIUM:-}" ] || has chromium || has chromium-browser || has google-chrome; }
# Debian ships Python without the part that `python3 -m venv` copies pip from.
has_venv() { python3 -c 'import ensurepip, venv' >/dev/null 2>&1; }

has_postgres || PACKAGES+=(postgresql)
if [ "$ONLY" = all ]; then
  has_chromium || PACKAGES+=(chromium)
  has_venv || PACKAGES+=(python3 python3-venv)
fi

if [ ${#PACKAGES[@]} -gt 0 ]; then
  if ! has apt-get; then
    give_up "the tests need: ${PACKAGES[*]} (names of Debian; install what your system calls them and run this again)"
  elif [ "$(id -u)" -ne 0 ]; then
    give_up "the tests need: ${PACKAGES[*]}; run this once: sudo apt-get install --no-install-recommends ${PACKAGES[*]}"
  fi
  say "installing ${PACKAGES[*]}"
  # The tests start database servers of their own; the one that the package would start is in nobody's use.
  mkdir -p /etc/postgresql-common
  [ -f /etc/postgresql-common/createcluster.conf ] || echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends "${PACKAGES[@]}" >"$TARGET/apt.log" 2>&1 ||
    { tail -20 "$TARGET/apt.log" >&2; give_up "apt-get could not install ${PACKAGES[*]}"; }
fi
[ "$ONLY" = all ] || exit 0

need_node
install_npm sdk-tests
install_npm ui-tests

VENV="$TOOLS/venv"
if ! cmp -s sdk-tests/requirements.txt "$VENV/.installed"; then
  say "installing the Python packages of sdk-tests"
  rm -rf "$VENV"
  python3 -m venv "$VENV"
  "$VENV/bin/pip" install --quiet --disable-pip-version-check -r sdk-tests/requirements.txt
  cp sdk-tests/requirements.txt "$VENV/.installed"
fi
