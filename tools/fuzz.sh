#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs the fuzz targets of a build for some seconds each, from their corpora.   tools/fuzz.sh BUILD/fuzz SECONDS
set -eu
build=$1 seconds=${2:-}
[ -n "$seconds" ] || { echo "fuzz: built; FUZZ=SECONDS runs them"; exit 0; }
bad=0
for f in "$build"/fuzz-*; do
    name=${f##*/fuzz-}
    corpus=tests/fuzz/corpus/$(echo "$name" | tr _ -)
    mkdir -p "$build/found/$name"
    if "$f" -max_total_time="$seconds" -rss_limit_mb=2048 -timeout=20 -artifact_prefix="$build/found/$name-" \
        "$build/found/$name" "$corpus" >"$build/$name.log" 2>&1; then
        echo "fuzz: $name: $(grep -c . "$build/$name.log") lines, $(tail -1 "$build/$name.log")"
    else
        bad=1
        echo "fuzz: $name: FOUND"
        tail -40 "$build/$name.log"
    fi
done
exit $bad
