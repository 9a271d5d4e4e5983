#!/bin/bash
# SPDX-License-Identifier: MIT
# usage: tests/tools/on-debian.sh 12|13 [FOLDER [COMMAND...]]
# Makes a bare system of that release in FOLDER (/var/tmp/millrace-on-debian-RELEASE; debootstrap, about 5 GB with what is built), copies HEAD
# into it, and runs ./run.sh and ./test.sh there, or COMMAND instead. What was built stays for the next time. Needs root and a mirror.
set -euo pipefail
cd "$(dirname "$0")/../.."
release=${1:-}
case $release in
12) name=bookworm ;;
13) name=trixie ;;
*)
    sed -n 's/^# usage: /usage: /p' "$0" >&2
    exit 2
    ;;
esac
system=${2:-/var/tmp/millrace-on-debian-$release}
shift $(($# < 2 ? $# : 2))
# Mounts are seen by this script alone, and gone with it.
[ -n "${MILLRACE_APART:-}" ] || MILLRACE_APART=1 exec unshare --mount "$0" "$release" "$system" "$@"

command -v debootstrap >/dev/null || { . tests/tools/packages.sh && need debootstrap; }
[ -e "$system/etc/debian_version" ] || {
    echo "== a bare Debian ($name) in $system"
    log=$(mktemp)
    debootstrap --variant=minbase $name "$system" >"$log" 2>&1 || { tail -n 20 "$log" >&2; exit 1; }
    rm -f "$log"
}
mount -t proc proc "$system/proc"
mount -t sysfs sys "$system/sys"
mount --rbind /dev "$system/dev"
mount -t tmpfs tmpfs "$system/dev/shm"
mount -t tmpfs tmpfs "$system/tmp"
[ ! -e /etc/resolv.conf ] || cp -L /etc/resolv.conf "$system/etc/resolv.conf"

# Only what differs is written, so that nothing is built again that needn't be.
mkdir -p "$system/root/new" "$system/root/millrace"
git archive HEAD | tar -x -C "$system/root/new"
(cd "$system/root/millrace" && find . -path ./build -prune -o -type f -print | while read -r file; do
    [ -e "../new/$file" ] || rm -f "$file"
done)
(cd "$system/root/new" && find . -type f -print | while read -r file; do
    cmp -s "$file" "../millrace/$file" || { mkdir -p "../millrace/$(dirname "$file")" && cp -a "$file" "../millrace/$file"; }
done)
rm -rf "$system/root/new"

inside() { chroot "$system" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 CI=true sh -c "cd /root/millrace && $*"; }
if [ $# -gt 0 ]; then
    inside "$*"
else
    for script in ./run.sh ./test.sh; do
        echo "== $script on Debian $(cat "$system/etc/debian_version")"
        inside "$script"
    done
fi
