#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs the Debian packages that building, testing and the quickstart need and that are not there. Does nothing when all are.
# More packages may be named: tools/deps.sh clang valgrind
set -eu

wanted="gcc make pkg-config libgsl-dev libjansson-dev libyaml-dev libssl-dev zlib1g-dev libpng-dev libjpeg62-turbo-dev libopenblas0-serial check dataset-fashion-mnist $*"
here() { dpkg-query -W -f='${Status}\n' "$1" 2>/dev/null | grep -q ' installed$'; }

if ! command -v dpkg-query >/dev/null; then
    echo "deps: not a Debian system; these packages, or what they are called here, must be there: $wanted"
    exit 0
fi
missing=
for p in $wanted; do
    here "$p" || missing="$missing $p"
done
if [ -z "$missing" ]; then
    echo "deps: all there"
    exit 0
fi
echo "deps: to install:$missing"
as=
if [ "$(id -u)" != 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "deps: neither root nor sudo; run as root: apt-get install$missing" >&2
        exit 1
    fi
    as=sudo
fi
install() { $as env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing; }
# The package lists may be old or absent: try, renew them, try again.
install >/dev/null 2>&1 || { $as apt-get update && install; }
echo "deps: installed:$missing"
