# Runs a server for as long as the standard input is open, and takes it away afterwards.
#
# `$1` is the folder of the binaries, `$2` that of the server to stand by, if it is to be a standby;
# the rest are options of the server.
set -eu
bin=$1; primary=$2; shift 2
folder=$(mktemp -d "${TMPDIR:-/tmp}/sitstay-postgres.XXXXXX")
trap 'rm -rf "$folder"' EXIT
if [ -n "$primary" ]; then
    "$bin/pg_basebackup" -h "$primary" -U postgres -D "$folder/data" -R -X stream -c fast \
        >"$folder/log" 2>&1 || { cat "$folder/log"; exit 1; }
else
    "$bin/initdb" -D "$folder/data" -N -A trust -U postgres -E UTF8 --locale=C \
        --no-instructions >"$folder/log" 2>&1 || { cat "$folder/log"; exit 1; }
fi
# The server's own note of its state: some packages come without `pg_isready`.
is_ready() { sed -n 8p "$folder/data/postmaster.pid" 2>/dev/null | grep -q '^\(ready\|standby\)'; }
start() {
    "$bin/postgres" -D "$folder/data" -k "$folder" -c listen_addresses= "$@" \
        >>"$folder/log" 2>&1 </dev/null 3>&- &
    server=$!
    tries=0
    until is_ready; do
        tries=$((tries + 1))
        if [ $tries -ge 1200 ] || ! kill -0 $server 2>/dev/null; then
            kill -QUIT $server 2>/dev/null || true
            cat "$folder/log"
            exit 1
        fi
        sleep 0.05
    done
}
start "$@"
echo "at $folder"
# Each line asks for the server to be started again, after a test has killed it.
while read -r _; do
    wait $server || true
    # It says that the server is ready, which it was.
    rm -f "$folder/data/postmaster.pid"
    start "$@"
    echo started
done
kill -QUIT $server 2>/dev/null || true
wait $server || true
