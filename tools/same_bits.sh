#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Compares two study folders byte for byte, in the files that must not depend on machine, threads or history (DESIGN §5). Exit 1 and a
# line a difference if they differ.   tools/same_bits.sh A B
set -eu
export LC_ALL=C
names() { (cd "$1" && find . \( -name results.json -o -name metrics.jsonl -o -name '*.safetensors' -o -name '*.npz' -o -name results.csv -o -path './tables/*' -o -path './figures/*' \) \
    -type f ! -path '*.work/*' | sort); }
[ $# = 2 ] || { echo "usage: same_bits.sh A B" >&2; exit 2; }
a=$(names "$1") b=$(names "$2") bad=0
[ -n "$a" ] || { echo "$1 holds nothing to compare"; exit 1; }
if [ "$a" != "$b" ]; then
    echo "the folders hold other files:"
    { echo "$a"; echo "$b"; } | sort | uniq -u | sed 's/^/  /'
    bad=1
fi
for f in $a; do
    [ -e "$2/$f" ] || continue
    cmp -s "$1/$f" "$2/$f" || { echo "$f differs"; bad=1; }
done
exit $bad
