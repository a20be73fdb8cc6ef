# Sourced by the other scripts: where things are, and the words they share.
set -euo pipefail

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$ROOT"
TARGET="${CARGO_TARGET_DIR:-$ROOT/target}"
mkdir -p "$TARGET"
TARGET="$(cd "$TARGET" && pwd)"
TOOLS="$TARGET/test-tools"

say() { printf '\n== %s\n' "$*" >&2; }
give_up() {
  printf '%s\n' "$*" >&2
  exit 1
}
has() { command -v "$1" >/dev/null 2>&1; }

need_node() {
  has node && has npm || give_up "this needs Node 20.19 or newer with npm: https://nodejs.org or your system's packages"
  node -e '
    const [major, minor] = process.versions.node.split(".").map(Number);
    process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1);
  ' || give_up "this needs Node 20.19 or newer, and $(node --version) is installed"
}

# `npm ci` in a folder, unless its lock file is the one that was installed last.
install_npm() {
  local folder="$1" stamp="$1/node_modules/.installed"
  if ! cmp -s "$folder/package-lock.json" "$stamp"; then
    say "installing the npm packages of $folder"
    (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
    cp "$folder/package-lock.json" "$stamp"
  fi
}

# web/dist with the interface and the browser snippet, built anew when anything it is made of is newer.
build_web() {
  local newer
  newer="$(find web sdk docs/openapi.gen.json -path web/node_modules -prune -o -path web/dist -prune -o -type f -newer web/dist/index.html -print -quit 2>/dev/null || true)"
  if [ ! -f web/dist/index.html ] || [ -n "$newer" ]; then
    need_node
    install_npm web
    say "building the web interface"
    (cd web && npm run --silent build -- --logLevel warn)
  fi
}
