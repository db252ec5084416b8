#!/bin/sh
# package.sh [--test] [FOLDER]   the two commands of README and the Debian package in clean systems
#
# Makes Debian 12 with nothing but its base and git (debootstrap) in FOLDER/base, or takes what is
# there, and works in copies of it: one where ./dev demo (with --test also ./dev test) is run on a
# clone of this commit, timed; the package is built there, too, and looked at by lintian; another
# one where only the package is installed and debian/tests/smoke is run. FOLDER is a new temporary
# one, removed at the end, if not given. Needs root, debootstrap and a network.
set -eu
tree=$(cd "$(dirname "$0")/../.." && pwd)
with_tests=''
if [ "${1:-}" = --test ]; then
    with_tests=yes
    shift
fi
mirror=${MIRROR:-http://deb.debian.org/debian}
work=${1:-}
[ -n "$work" ] || work=$(mktemp -d)

if [ "$(id -u)" != 0 ] || ! command -v debootstrap >/dev/null; then
    echo 'package.sh: needs root and debootstrap' >&2
    exit 77
fi

say() {
    printf '\n== %s\n' "$*"
}

leave() {
    for root in "$work"/base "$work"/built "$work"/used; do
        mountpoint -q "$root/proc" 2>/dev/null && umount "$root/proc"
    done
    [ -n "${1:-}" ] || rm -rf "$work"
}
trap 'leave "${1:-}"' EXIT

inside() { # ROOT COMMAND...
    root=$1
    shift
    env -i HOME=/root TERM=dumb LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin chroot "$root" "$@"
}

fresh() { # NAME: a copy of the base system
    rm -rf "${work:?}/$1"
    cp -a "$work/base" "$work/$1"
    mount -t proc proc "$work/$1/proc"
}

timed() { # ROOT COMMAND...
    began=$(date +%s)
    inside "$@"
    printf 'took %s s\n' "$(($(date +%s) - began))"
}

if [ ! -d "$work/base" ]; then
    say "Debian 12 and git in $work/base"
    debootstrap --include=git,ca-certificates bookworm "$work/base" "$mirror" >"$work/log" 2>&1 || {
        tail -20 "$work/log"
        exit 1
    }
fi

say 'README, in a system with nothing but git'
fresh built
git clone -q "$tree" "$work/built/root/plimsoll"
inside "$work/built" dpkg-query -f '.\n' -W | wc -l | xargs echo 'packages installed before:'
timed "$work/built" sh -c 'cd /root/plimsoll && ./dev demo'
say 'once more, with everything there'
timed "$work/built" sh -c 'cd /root/plimsoll && ./dev demo'
if [ -n "$with_tests" ]; then
    say './dev test'
    timed "$work/built" sh -c 'cd /root/plimsoll && ./dev test'
fi

say 'dpkg-buildpackage -us -uc -b'
inside "$work/built" sh -c 'cd /root/plimsoll && apt-get build-dep -q -y ./ &&
    apt-get install -q -y --no-install-recommends dpkg-dev lintian' >/dev/null
timed "$work/built" sh -c 'cd /root/plimsoll && dpkg-buildpackage -us -uc -b 2>&1 | tail -5'
inside "$work/built" sh -c 'cd /root && lintian --fail-on error plimsoll_*.changes'
ls -l "$work"/built/root/*.deb

say 'the package in a system with nothing but git'
fresh used
cp "$work"/built/root/plimsoll_*.deb "$work/used/root/"
inside "$work/used" sh -c 'apt-get update -q >/dev/null &&
    apt-get install -q -y --no-install-recommends /root/plimsoll_*.deb'
timed "$work/used" sh -c 'cd /root && plimsoll synth walk --events 200000 -q -o walk.tape &&
    cp /usr/share/plimsoll/examples/trend.yaml . && plimsoll run trend.yaml'
if inside "$work/used" plimsoll help --json | grep -q '"name": "demo"'; then
    say 'plimsoll demo'
    timed "$work/used" sh -c 'cd /root && plimsoll demo'
fi
say 'and with a compiler: debian/tests/smoke'
inside "$work/used" sh -c 'apt-get install -q -y --no-install-recommends gcc libc6-dev pkgconf' \
    >/dev/null
cp "$tree/debian/tests/smoke" "$work/used/root/"
timed "$work/used" /root/smoke
inside "$work/used" sh -c 'apt-get purge -q -y plimsoll >/dev/null && ! ls -d /usr/*/plimsoll'
say 'all of it works'
