#!/bin/sh
# Are the packages all that is needed? Installs them into a fresh Debian, boots it, and works there as the manual and
# OPERATING.md say: a key, an index of the small leaks, look-ups, the server in its three roles, upgrade and removal.
# Needs root, debootstrap, util-linux, and what `cargo package-all` has made; contacts only Debian's mirror.
#   tools/package/clean-root.sh [MIRROR]
set -eu

project=$(cd "$(dirname "$0")/../.." && pwd)
packages=${CARGO_TARGET_DIR:-$project/target}/package
mirror=${1:-http://deb.debian.org/debian}
work=$(mktemp -d)
root=$work/root
booted=

end() {
    [ -z "$booted" ] || kill -9 "$booted"
    rm -rf "$work"
}
trap end EXIT

say() { echo "── $*"; }

# Runs a script, from standard input, in the booted Debian.
inside() {
    nsenter --target "$systemd" --mount --pid --net --ipc --uts \
        env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 sh -eu
}

say "a fresh Debian 12"
debootstrap --variant=minbase --include=systemd-sysv,dbus,man-db,curl,jq bookworm "$root" "$mirror" > "$work/log" 2>&1 ||
    { tail "$work/log"; exit 1; }
cp "$packages"/*.deb "$root/srv/"
cp -r "$project/tests/leaks/breaches" "$project/tests/leaks/truth" "$root/srv/"

say "booted, with namespaces of its own"
cat > "$work/boot" << 'BOOT'
set -eu
mount --make-rprivate /
mount --bind "$1" "$1"
cd "$1"
mount -t proc proc proc
mount -t sysfs sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs tmpfs run
mount -t tmpfs tmpfs dev
for device in null zero full random urandom tty; do
    touch "dev/$device"
    mount --bind "/dev/$device" "dev/$device"
done
mkdir dev/pts dev/shm
mount -t devpts devpts dev/pts -o newinstance,ptmxmode=0666
ln -s pts/ptmx dev/ptmx
pivot_root . mnt
umount --lazy /mnt
# As containers' hosts do; credentials come to services by it.
mount --make-rshared /
container=other exec /lib/systemd/systemd
BOOT
unshare --pid --mount --net --ipc --uts --fork --kill-child sh "$work/boot" "$root" > "$work/log" 2>&1 < /dev/null &
booted=$!
sleep 1
systemd=$(ps --no-headers -o pid --ppid "$booted" | tr -d ' ')
until inside 2> "$work/log" << 'INSIDE'; do sleep 1; done
systemctl is-system-running --wait > /dev/null
INSIDE

say "the packages"
inside << 'INSIDE'
dpkg -i /srv/*.deb
test "$(stat -c %a /etc/tekser/all.toml)" = 640
systemd-analyze verify tekser-server@all.service tekser-server@evaluator.service tekser-server@ranges.service tekser-server@owners.service
test "$(stat -c '%U %a' /var/lib/tekser-owners/audit)" = 'tekser-owners 700'
for page in tekser-indexer tekser-indexer-keygen tekser-indexer-build tekser-indexer-lookup tekser-server; do
    man --pager=cat "$page" 2> /dev/null | grep -q '^EXAMPLES'
done
# Not without a key.
systemctl start tekser-server@all
! systemctl --quiet is-active tekser-server@all
INSIDE

say "an index of the small leaks, and every look-up of which the truth is known"
inside << 'INSIDE'
cd /srv
tekser-indexer keygen --key tekser.key --offline-key offline.key
# The truth does not include what is recovered from broken rows.
tekser-indexer build --no-recover --index index --key tekser.key --offline-key offline.key breaches/ 2> /dev/null
tekser-indexer verify --index index
public=$(tekser-indexer key show --json tekser.key | jq --raw-output .public_key)
printf 'ranges = "Test"\n[[evaluators]]\ninstitution = "Test"\nurl = "/v1/evaluate"\npublic_key = "%s"\n' "$public" > service.toml
tekser-indexer release-keygen --no-passphrase --release-key release.key
tekser-indexer sign --index index --release-key release.key --service service.toml
jq --raw-output '"\(.kind):\(.value)"' truth/queries.jsonl | tekser-indexer lookup --index index --key tekser.key --offline-key offline.key --trust release.key.pub --audit audit.log --reason 'a test' --json > answers
jq --compact-output '.exposures // []' answers > answered
jq --compact-output '.exposures' truth/queries.jsonl > true
cmp answered true
INSIDE

say "the service for owners, before there is the index of a public server"
inside << 'INSIDE'
cd /srv
G=$(cat index/CURRENT); (cd index && find "$G" -name public.idx -o -name sealed.idx -o -name 'statement.json*') | tar -C index -cf "$G-sealed.tar" -T -
install -m 0600 tekser.key offline.key /etc/tekser/
install -m 0644 release.key.pub /etc/tekser/release.key.pub
echo secret | install -m 0600 /dev/stdin /etc/tekser/client-secret
tar --no-same-owner -C /var/lib/tekser-owners/index -xf "$G-sealed.tar"
chgrp -R tekser-owners "/var/lib/tekser-owners/index/$G" && chmod -R g+rX "/var/lib/tekser-owners/index/$G"
echo "$G" > /var/lib/tekser-owners/index/CURRENT
systemctl start tekser-server@owners
curl --silent --fail --retry 20 --retry-connrefused --retry-delay 1 http://127.0.0.1:8083/ru | grep -q '<html'
test "$(stat -c '%U %a' /var/lib/tekser-owners/audit/audit.log)" = 'tekser-owners 600'
systemctl stop tekser-server@owners
# Not beside a public server.
echo "$G" > /var/lib/tekser/index/CURRENT
systemctl start tekser-server@owners
! systemctl --quiet is-active tekser-server@owners
rm /etc/tekser/offline.key /etc/tekser/client-secret /var/lib/tekser/index/CURRENT
INSIDE

say "the server as it is started by its units"
inside << 'INSIDE'
cd /srv
G=$(cat index/CURRENT); (cd index && find "$G" -name public.idx -o -name 'statement.json*') | tar -C index -cf "$G.tar" -T -
tar --no-same-owner -C /var/lib/tekser/index -xf "$G.tar"
echo "$G" > /var/lib/tekser/index/CURRENT.next
mv /var/lib/tekser/index/CURRENT.next /var/lib/tekser/index/CURRENT
install -m 0600 tekser.key /etc/tekser/tekser.key
install -m 0644 release.key.pub /etc/tekser/release.key.pub
public=$(tekser-indexer key show --json tekser.key | jq --raw-output .public_key)
sed -i "s/PUBLIC_KEY\"/$public\"/" /etc/tekser/ranges.toml

tekser-server check-config --role all --config /etc/tekser/all.toml --key /etc/tekser/tekser.key
tekser-server check-config --role evaluator --config /etc/tekser/evaluator.toml --key /etc/tekser/tekser.key
tekser-server check-config --role ranges --config /etc/tekser/ranges.toml
systemctl start tekser-server@all tekser-server@evaluator tekser-server@ranges
ask() { curl --silent --fail --retry 20 --retry-connrefused --retry-delay 1 "$1"; }
ask http://127.0.0.1:8080/ru/ | grep -q '<html'
ask http://127.0.0.1:8081/readyz
test "$(ask http://127.0.0.1:8082/v1/index | jq --raw-output .generation)" = "$G"
ask http://127.0.0.1:9182/metrics | grep '^tekser_index_rows'
systemctl reload tekser-server@all tekser-server@ranges
systemctl is-active tekser-server@all tekser-server@evaluator tekser-server@ranges
systemd-analyze security --no-pager tekser-server@ranges | tail -n 1
INSIDE

say "an upgrade starts again what ran, and a removal leaves key and index"
inside << 'INSIDE'
before=$(systemctl show --property MainPID tekser-server@all)
dpkg -i /srv/tekser-server_*.deb > /dev/null
systemctl is-active tekser-server@all
test "$(systemctl show --property MainPID tekser-server@all)" != "$before"
dpkg --purge tekser-server
! systemctl --quiet is-active tekser-server@all
test -f /etc/tekser/tekser.key
test -f /var/lib/tekser/index/CURRENT
INSIDE
say "everything passed"
