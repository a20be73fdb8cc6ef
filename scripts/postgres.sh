# Sourced: a PostgreSQL server for the length of one run, in a temporary folder on loopback.
# A test that runs alone starts one for itself (testkit); sharing one saves a second for each of many test processes.

# start_postgres on|off    whether commits wait for the disk; sets POSTGRES_URL. End it with stop_postgres.
start_postgres() {
  local fsync="$1" port
  POSTGRES_BIN="$(compgen -G '/usr/lib/postgresql/*/bin' | sort -V | tail -1 || true)"
  [ -n "$POSTGRES_BIN" ] || POSTGRES_BIN="$(dirname "$(command -v postgres)")"
  POSTGRES_FOLDER="$(mktemp -d "${TMPDIR:-/tmp}/ritorno-pg-XXXXXX")"
  # PostgreSQL refuses to run as root, so root hands the folder to the user that the package made.
  [ "$(id -u)" -ne 0 ] || chown postgres: "$POSTGRES_FOLDER"
  port="$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')"
  as_postgres "$POSTGRES_BIN/initdb" --no-sync --auth=trust --username=postgres --encoding=UTF8 --locale=C -D "$POSTGRES_FOLDER/data" >/dev/null || return 1
  cat >>"$POSTGRES_FOLDER/data/postgresql.auto.conf" <<CONF
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = '$POSTGRES_FOLDER'
fsync = $fsync
full_page_writes = $fsync
max_connections = 200
shared_buffers = 128MB
CONF
  as_postgres "$POSTGRES_BIN/pg_ctl" -D "$POSTGRES_FOLDER/data" -l "$POSTGRES_FOLDER/log" -w start >/dev/null || return 1
  POSTGRES_URL="postgres://postgres@127.0.0.1:$port/postgres"
}

stop_postgres() {
  [ -n "${POSTGRES_FOLDER:-}" ] || return 0
  as_postgres "$POSTGRES_BIN/pg_ctl" -D "$POSTGRES_FOLDER/data" -m immediate -w stop >/dev/null 2>&1 || true
  rm -rf "$POSTGRES_FOLDER"
  POSTGRES_FOLDER=""
}

as_postgres() {
  if [ "$(id -u)" -eq 0 ]; then
    (cd / && exec runuser -u postgres -- "$@")
  else
    "$@"
  fi
}
