#!/usr/bin/env bash
# with-servers.sh COMMAND…: runs a command with a throw-away PostgreSQL and Redis, named by TEST_DATABASE_URL and
# TEST_REDIS_URL. Both live in a temporary folder, listen on loopback or a socket, and are gone afterwards.
set -euo pipefail
dir=$(mktemp -d)
chmod 755 "$dir"
bin=$(command -v pg_ctl >/dev/null && dirname "$(readlink -f "$(command -v pg_ctl)")" || ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)

# PostgreSQL refuses to run as root.
as_postgres() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }

cleanup() {
  as_postgres "$bin/pg_ctl" -D "$dir/pg" -m immediate stop >/dev/null 2>&1 || true
  redis-cli -s "$dir/redis.sock" shutdown nosave >/dev/null 2>&1 || true
  rm -rf "$dir"
}
trap cleanup EXIT

mkdir "$dir/pg"
[ "$(id -u)" != 0 ] || chown postgres "$dir/pg" "$dir"
as_postgres "$bin/initdb" -D "$dir/pg" -U test -A trust --no-sync --locale=C.UTF-8 -E UTF8 >/dev/null
as_postgres "$bin/pg_ctl" -D "$dir/pg" -w -l "$dir/pg/log" \
  -o "-k $dir -c listen_addresses='' -c fsync=on -c max_connections=200" start >/dev/null
export TEST_DATABASE_URL="postgres://test@localhost/postgres?host=$dir"

port=$((20000 + RANDOM % 20000))
redis-server --port "$port" --bind 127.0.0.1 --unixsocket "$dir/redis.sock" --save '' --daemonize yes \
  --dir "$dir" >/dev/null
export TEST_REDIS_URL="redis://127.0.0.1:$port"

"$@"
