#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Killed at many moments, asked to stop, resumed, run again, run twice at once: always the bytes of the undisturbed study.
. tests/cli/_lib.sh
spec=tests/cli/_small.yaml
set -- $spec --arm standard,pgd-at --seed 0 data.dataset.n=2200 data.split.train=2000 model.width=12 train.epochs=6
"$ASSAY" run "$@" -q -o "$TMP/calm" >"$TMP/out" 2>&1 || { cat "$TMP/out"; fail "the undisturbed run failed"; }
same() { tools/same_bits.sh "$TMP/calm" "$TMP/$1" || fail "$1: not the bytes of the undisturbed run"; }
clean() { find "$TMP/$1" -name '*.work' -o -name '*.lock' -o -name '*.tmp*' | grep . && fail "$1: left over"; :; }
begin() { "$ASSAY" run "$@" -q --no-report >"$TMP/out" 2>&1 & pid=$!; }

# kill -9 again and again in one study, until it is done
n=0
while ! [ -e "$TMP/killed/report.html" ] && [ $n -lt 60 ]; do
    n=$((n + 1))
    begin "$@" -o "$TMP/killed"
    sleep "0.$(printf '%03d' $((n * 137 % 700 + 40)))"
    if kill -9 $pid 2>/dev/null; then wait $pid 2>/dev/null || :
    else wait $pid || { cat "$TMP/out"; fail "kill $n: exit code"; }; "$ASSAY" resume "$TMP/killed" -q >"$TMP/out" 2>&1 || { cat "$TMP/out"; fail "resume after kills"; }; fi
done
"$ASSAY" resume "$TMP/killed" -q >"$TMP/out" 2>&1 || { cat "$TMP/out"; fail "resume after kills"; }
[ $n -gt 1 ] || fail "the run was too short to be killed"
same killed
clean killed

# asked to stop: a checkpoint, exit 75 (SIGTERM) or the signal (SIGINT), the resume command
for sig in TERM INT; do
    code=0
    "$ASSAY" run "$@" -q -o "$TMP/$sig" --progress none >"$TMP/out" 2>&1 &
    pid=$!
    for i in $(seq 300); do [ -e "$TMP/$sig"/stages/*.work/metrics.jsonl ] && break; sleep 0.02; done
    sleep 0.3
    kill -$sig $pid
    wait $pid || code=$?
    [ $sig$code = TERM75 ] || [ $sig$code = INT130 ] || { cat "$TMP/out"; fail "SIG$sig: exit code $code"; }
    grep -q "assay resume $TMP/$sig" "$TMP/out" || { cat "$TMP/out"; fail "no resume command"; }
    "$ASSAY" resume "$TMP/$sig" -q >"$TMP/out" 2>&1 || { cat "$TMP/out"; fail "resume after SIG$sig"; }
    same $sig
    clean $sig
done

# run again: nothing is done
before=$(cd "$TMP/calm/stages" && find . -type f -exec sha256sum {} + | sort)
"$ASSAY" run "$@" -q -o "$TMP/calm" >"$TMP/out" 2>&1 || fail "the second run failed"
[ "$before" = "$(cd "$TMP/calm/stages" && find . -type f -exec sha256sum {} + | sort)" ] || fail "a second run touched stages"
"$ASSAY" plan "$@" -o "$TMP/calm" | grep -qE ' 0 to run' || fail "plan does not see what is cached"
"$ASSAY" plan "$@" -o "$TMP/calm" | grep -qE ' [1-9][0-9]* to run' && fail "plan wants to run what is done"

# two at once
begin "$@" -o "$TMP/two"
one=$pid
begin "$@" -o "$TMP/two"
wait $one || fail "one of two failed"
wait $pid || { cat "$TMP/out"; fail "the other of two failed"; }
"$ASSAY" resume "$TMP/two" -q >"$TMP/out" 2>&1 || fail "resume after two"
same two
clean two

# an edited file is found
has 0 '0 files' "$ASSAY" verify "$TMP/two/"
echo x >>"$TMP/two/results.csv"
has 1 'edited' "$ASSAY" verify "$TMP/two/"

# a changed spec trains again, and the old stages stay
n=$(ls "$TMP/calm/stages" | wc -l)
"$ASSAY" run "$@" train.optimizer.lr=0.05 -q -o "$TMP/calm" >"$TMP/out" 2>&1 || { cat "$TMP/out"; fail "the changed run failed"; }
[ "$(ls "$TMP/calm/stages" | wc -l)" -gt "$n" ] || fail "a changed spec made no new stages"
