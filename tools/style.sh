#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What a formatter cannot check: licence line, lengths, banned calls, libm's names, names of public symbols.   tools/style.sh LIBASSAY.A
set -eu
export LC_ALL=C
bad=0

for f in $(git ls-files -- '*.c' '*.h' '*.sh' '*.py' Makefile .ci/run); do
    [ -f "$f" ] || continue
    head -2 "$f" | grep -q 'SPDX-License-Identifier: GPL-3.0-or-later' || { echo "$f:1: no SPDX line"; bad=1; }
done

git ls-files -- '*.c' '*.h' | xargs -r ls 2>/dev/null | xargs awk '
function complain(text) { print FILENAME ":" FNR ": " text; bad = 1 }
# the code of a line: without comments, strings and characters
function code(s,    out, i)
{
    if (in_comment) { i = index(s, "*/"); if (!i) return ""; s = substr(s, i + 2); in_comment = 0 }
    gsub(/\\["\\]/, "", s); gsub(/"[^"]*"/, "\"\"", s); gsub(/\047[^\047]*\047/, "0", s)
    while ((i = index(s, "/*")) > 0) {
        out = substr(s, 1, i - 1); s = substr(s, i + 2); i = index(s, "*/")
        if (!i) { in_comment = 1; return out }
        s = out " " substr(s, i + 2)
    }
    sub(/\/\/.*/, "", s)
    return s
}
FNR == 1 { in_comment = 0; start = 0 }
FNR == 601 { complain("more than 600 lines") }
/^\{/ { start = FNR }
/^\}/ { if (start && FNR - start - 1 > 60) complain("a function of " FNR - start - 1 " lines; 60 are the limit"); start = 0 }
/TODO|FIXME|XXX/ && FILENAME !~ /^tests\// { complain("work that is left undone is written down elsewhere") }
/\t/ && FILENAME ~ /\.[ch]$/ { complain("a tab") }
/[ \t]$/ { complain("blanks at the end of the line") }
{
    c = " " code($0)
    if (FILENAME ~ /^(tests|bench)\//) next
    if (match(c, /[^a-z0-9_](sprintf|vsprintf|strcpy|strcat|gets|atoi|atof|rand|srand|random|exit|abort|system|popen|alloca|strtok|setlocale)\(/))
        complain("banned: " substr(c, RSTART + 1, RLENGTH - 1) ")")
    if (match(c, /[^a-z0-9_](malloc|calloc|realloc|free|strdup)\(/) && FILENAME !~ /^lib\/base\//) complain("memory outside lib/base: " substr(c, RSTART + 1, RLENGTH - 1) ")")
    if (match(c, /[^a-z0-9_](time|clock|gettimeofday|clock_gettime)\(/) && FILENAME !~ /^lib\/base\//) complain("a clock outside lib/base: " substr(c, RSTART + 1, RLENGTH - 1) ")")
    if (c ~ /[^a-z0-9_]pthread_create\(/ && FILENAME != "lib/base/pool.c") complain("threads come from lib/base/pool alone")
    if (match(c, /[^a-z0-9_](exp|exp2|expm1|log|log2|log10|log1p|pow|cbrt|hypot|sin|cos|tan|asin|acos|atan|atan2|sinh|cosh|tanh|erf|erfc|lgamma|tgamma)f?\(/) &&
        FILENAME !~ /^lib\/(base\/(special|solve|stat)|tensor\/linalg|base\/poly)\.[ch]$/) complain("from libm, not the same everywhere: " substr(c, RSTART + 1, RLENGTH - 1) "); base/poly.h has its own")
}
END { exit bad }' || bad=1

if [ -n "${1:-}" ]; then
    strange=$(nm -g --defined-only "$1" 2>/dev/null | awk 'NF == 3 && $3 !~ /^(asy_|_ZGV|__asan|__odr_asan|__tsan|__ubsan)/ { print $3 }' | sort -u)
    [ -z "$strange" ] || { echo "symbols without the prefix asy_:" $strange; bad=1; }
fi
[ $bad = 0 ] && echo "style: good"
exit $bad
