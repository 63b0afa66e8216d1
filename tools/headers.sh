#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Each header compiles alone, in C11, and says what it is for.   tools/headers.sh DIR…
set -eu
bad=0
for h in lib/assay.h $(find "$@" -name '*.h' -not -path '*/kernels/vec/*' | sort); do
    printf '#include "%s"\nextern int asy_header_alone;\n' "$PWD/$h" |
        ${CC:-gcc} -std=c11 -D_POSIX_C_SOURCE=200809L -Ilib -Wall -Wextra -Wpedantic -Wno-unused-function -Werror -fsyntax-only -x c - || { echo "$h: does not compile alone"; bad=1; }
    head -5 "$h" | grep -q '^/\*' || { echo "$h:2: no comment says what this header is for"; bad=1; }
done
[ $bad = 0 ] && echo "headers: good"
exit $bad
