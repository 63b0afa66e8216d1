# SPDX-License-Identifier: GPL-3.0-or-later
# For the scripts of this folder; tests/unit/cli_scripts.c runs each with ASSAY (the binary), BUILD (its folder) and TMP (an empty
# folder). A script succeeds with 0; 77 means skipped.
set -u
unset NO_COLOR CLICOLOR_FORCE FORCE_COLOR ASSAY_ISA ASSAY_DATA 2>/dev/null
fail() { echo "$*"; kill $(jobs -p) 2>/dev/null; wait 2>/dev/null; exit 1; }

# expect CODE STDOUT STDERR COMMAND…: the exit code and both texts, exactly.
expect()
{
    code=$1 out=$2 err=$3
    shift 3
    "$@" >"$TMP/out" 2>"$TMP/err"
    got=$?
    [ "$got" = "$code" ] || { cat "$TMP/err"; fail "$*: exit code $got, not $code"; }
    printf '%s' "$out" >"$TMP/want"
    [ "$(cat "$TMP/out")" = "$out" ] || { diff "$TMP/want" "$TMP/out"; fail "$*: stdout differs"; }
    printf '%s' "$err" >"$TMP/want"
    [ "$(cat "$TMP/err")" = "$err" ] || { diff "$TMP/want" "$TMP/err"; fail "$*: stderr differs"; }
}

# has CODE TEXT COMMAND…: the exit code, and the text somewhere in what is said.
has()
{
    code=$1 text=$2
    shift 2
    "$@" >"$TMP/out" 2>&1
    got=$?
    [ "$got" = "$code" ] || { cat "$TMP/out"; fail "$*: exit code $got, not $code"; }
    grep -qF -- "$text" "$TMP/out" || { cat "$TMP/out"; fail "$*: does not say: $text"; }
}
