#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# make EXTRA=DIR: a private method is found, listed, described and accepted; without the folder it is gone. Works on a copy of the build.
. tests/cli/_lib.sh
cp -a "$BUILD" "$TMP/build" || exit 1
rm -rf "$TMP/build/bench"
build() { make --no-print-directory BUILD="$TMP/build" "$@" "$TMP/build/assay"; }
if [ "$(build EXTRA=tests/extra -n 2>/dev/null | grep -c -- ' -c -o')" -gt 6 ]; then
    echo "extra: this build has other flags than make would give it now; skipped"
    exit 77
fi
build EXTRA=tests/extra >"$TMP/log" 2>&1 || { cat "$TMP/log"; fail "make EXTRA=tests/extra"; }
has 0 'half-way' "$TMP/build/assay" list schedules
has 0 'half the rate for the second half' "$TMP/build/assay" describe half-way
build >"$TMP/log" 2>&1 || { cat "$TMP/log"; fail "make without EXTRA"; }
has 2 'nothing is called `half-way`' "$TMP/build/assay" describe half-way
exit 0
