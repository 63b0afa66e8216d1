#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A full disk: exit 6, nothing half-published, and with room again the study ends with the bytes of an undisturbed one.
. tests/cli/_lib.sh
set -- tests/cli/_small.yaml --arm standard --seed 0
"$ASSAY" run "$@" -q -o "$TMP/calm" >"$TMP/out" 2>&1 || { cat "$TMP/out"; fail "the undisturbed run failed"; }
mkdir "$TMP/disk"
mount -t tmpfs -o size=64k none "$TMP/disk" 2>/dev/null || { echo "no right to mount a small disk"; exit 77; }
trap 'umount "$TMP/disk"' EXIT
for size in 64k 96k 160k 256k 400k; do
    mount -o remount,size=$size "$TMP/disk" || fail "remount"
    "$ASSAY" run "$@" -q -o "$TMP/disk/s" >"$TMP/out" 2>&1
    code=$?
    [ $code = 0 ] && break
    [ $code = 6 ] || { cat "$TMP/out"; fail "$size: exit code $code"; }
    grep -qi 'space' "$TMP/out" || { cat "$TMP/out"; fail "$size: no word about space"; }
    # what is published is whole
    for s in $(ls "$TMP/disk/s/stages" 2>/dev/null | grep -v '\.'); do
        for f in stage.json results.json manifest.json; do [ -s "$TMP/disk/s/stages/$s/$f" ] || fail "$size: stage $s has no $f"; done
    done
done
[ "$size" != 64k ] || fail "the disk was never full"
mount -o remount,size=64m "$TMP/disk" || fail "remount"
"$ASSAY" run "$@" -q -o "$TMP/disk/s" >"$TMP/out" 2>&1 || { cat "$TMP/out"; fail "with room again: exit code $?"; }
tools/same_bits.sh "$TMP/calm" "$TMP/disk/s" || fail "other bytes after a full disk"
