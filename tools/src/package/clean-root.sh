#!/bin/sh
# Are the packages all that is needed? Installs them into a fresh Debian and works there as the manual says: a key, an
# index of the small leaks, a look-up, the server. Needs root, debootstrap, and what `cargo package-all` has made.
#   tools/src/package/clean-root.sh [MIRROR]
# With systemd-nspawn installed the fresh Debian is booted as well, and the server runs as its units say.
set -eu

project=$(cd "$(dirname "$0")/../../.." && pwd)
packages=${CARGO_TARGET_DIR:-$project/target}/package
mirror=${1:-http://deb.debian.org/debian}
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

say() { echo "── $*"; }
inside() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 "$@"; }

say "a fresh Debian 12"
debootstrap --variant=minbase --include=systemd-sysv,dbus,man-db,curl,jq bookworm "$root" "$mirror" > "$root.log" 2>&1 ||
    { tail "$root.log"; exit 1; }
rm "$root.log"
# Small Debians leave manual pages out.
rm -f "$root/etc/dpkg/dpkg.cfg.d/docker"

say "the packages"
cp "$packages"/*.deb "$root/tmp/"
inside sh -c 'dpkg -i /tmp/*.deb'
test "$(stat -c %a "$root/etc/tekser")" = 750
test "$(stat -c %a "$root/etc/tekser/all.toml")" = 640
inside systemd-analyze verify --man=no tekser-server@all.service tekser-server@evaluator.service tekser-server@ranges.service

say "the manual"
for page in tekser-indexer tekser-indexer-keygen tekser-indexer-build tekser-indexer-lookup tekser-server; do
    inside man --pager=cat "$page" | grep -q '^EXAMPLES'
done

say "an index of the small leaks"
cp -r "$project/tests/leaks/breaches" "$root/srv/breaches"
inside sh -eu << 'INSIDE'
cd /srv
tekser-indexer keygen --key tekser.key
tekser-indexer build --index /var/lib/tekser/index --key tekser.key breaches/
tekser-indexer verify --index /var/lib/tekser/index
install -m 0600 tekser.key /etc/tekser/tekser.key
tekser-server check-config --role all --config /etc/tekser/all.toml --key /etc/tekser/tekser.key
INSIDE

say "a look-up of everything that the truth knows"
jq -r '"\(.kind):\(.input)"' "$project/tests/leaks/truth/queries.jsonl" > "$root/srv/queries" 
inside sh -eu -c 'cd /srv && tekser-indexer lookup --index /var/lib/tekser/index --key tekser.key --json < queries | jq -s "map(select(.found)) | length"'

say "the server"
cat > "$root/srv/serve.sh" << 'INSIDE'
set -eu
tekser-server --role all --config /etc/tekser/all.toml --key /etc/tekser/tekser.key 2> /srv/server.log & server=$!
curl --silent --retry 20 --retry-connrefused --retry-delay 1 http://127.0.0.1:8080/v1/index | jq --exit-status .rows
curl --silent --fail http://127.0.0.1:8080/ru/ | grep -q '<html'
curl --silent --fail http://127.0.0.1:9180/metrics | grep -q '^tekser_index_rows'
kill "$server" && wait "$server"
INSIDE
inside sh /srv/serve.sh

if command -v systemd-nspawn > /dev/null; then
    say "the same Debian, booted"
fi
say "done"
