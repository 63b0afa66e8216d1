#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Who may include whom (DESIGN §2): a part of lib sees those before it; a module sees lib/assay.h and its own _helpers; each third-party
# header has one place; what is called asy__x stays in its folder. No list of exceptions.   tools/layers.sh DIR…
set -eu
export LC_ALL=C
find "$@" -name '*.[ch]' | sort | xargs awk '
BEGIN {
    n = split("base tensor graph kernels method model attack train metric spec run report cli", part, " ")
    for (i = 1; i <= n; i++) rank[part[i]] = i
    place["yaml.h"]      = "^lib/spec/yaml.c$"
    place["jansson.h"]   = "^lib/base/json.c$"
    place["zlib.h"]      = "^lib/base/gz.c$"
    place["check.h"]     = "^tests/"
    place["cpuid.h"]     = "^lib/base/sys.c$"
    family["gsl/"]       = "^lib/base/(special|solve|stat).c$"
    family["openssl/"]   = "^lib/base/(hash|entropy).c$"
    family["cblas"]      = "^lib/tensor/linalg.c$"
    family["lapack"]     = "^lib/tensor/linalg.c$"
    family["immintrin"]  = "^lib/kernels/"
    family["arm_neon"]   = "^lib/kernels/"
}
function complain(text) { print FILENAME ":" FNR ": " text; bad = 1 }
# "attacks", or "lib/base" for what lies in lib; "" for lib itself
function home(path,    p) { split(path, p, "/"); return p[1] != "lib" ? p[1] : p[3] == "" ? "" : "lib/" p[2] }
# the path of what is included, seen from the file that includes it
function resolve(from, name,    n, i, p, out, depth)
{
    if (name !~ /^\.\.?\// && name ~ /\//) return "lib/" name
    if (name == "assay.h") return "lib/assay.h"
    sub(/[^\/]*$/, "", from)
    n = split(from name, p, "/"); depth = 0
    for (i = 1; i <= n; i++) {
        if (p[i] == "." || p[i] == "") continue
        if (p[i] == "..") depth--
        else out[++depth] = p[i]
    }
    from = out[1]
    for (i = 2; i <= depth; i++) from = from "/" out[i]
    return from
}
/^#include </ {
    split($0, q, /[<>]/); name = q[2]
    if ((name in place) && FILENAME !~ place[name]) complain("<" name "> belongs to one file alone: " place[name])
    for (f in family) if (index(name, f) == 1 && FILENAME !~ family[f]) complain("<" name "> belongs to " family[f])
}
/^#include "/ && FILENAME != "lib/assay.h" {
    split($0, q, "\""); to = resolve(FILENAME, q[2]); mine = home(FILENAME); theirs = home(to)
    base = to; sub(/.*\//, "", base)
    if (mine !~ /^lib\//) {
        if (to != "lib/assay.h" && (theirs != mine || base !~ /^_/)) complain("a module includes assay.h and its own _helpers, not " to)
    } else if (to == "lib/assay.h") {
        if (rank[substr(mine, 5)] < rank["model"]) complain("assay.h stands above " mine)
    } else if (theirs !~ /^lib\//) complain(to " is outside lib")
    else if (rank[substr(theirs, 5)] > rank[substr(mine, 5)]) complain(mine " must not see " theirs ": " to)
    else if (theirs != mine && (base ~ /^_/ || base == "impl.h")) complain(to " is private to " theirs)
}
# asy__x stands at the beginning of a line, or in a header, where it is declared; indented where it is used
{
    mine = home(FILENAME)
    for (s = $0; match(s, /asy__[a-z0-9_]+/); s = substr(s, RSTART + RLENGTH)) {
        name = substr(s, RSTART, RLENGTH)
        if ($0 ~ /^[a-zA-Z}]/ || FILENAME ~ /\.h$/) declared[name, mine] = 1
        else if (!((name, mine) in used)) used[name, mine] = FILENAME ":" FNR
    }
}
END {
    for (k in used) if (!(k in declared)) { split(k, q, SUBSEP); print used[k] ": `" q[1] "` is private to another folder"; bad = 1 }
    exit bad
}' && echo "layers: good"
