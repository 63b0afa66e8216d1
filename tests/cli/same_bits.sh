#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# One study, the same bytes: for 1, 2, 3 threads, each instruction set, attack batches, another order of evaluations.
. tests/cli/_lib.sh
spec=tests/cli/_small.yaml
# run NAME SPEC [ARG…]
run()
{
    name=$1
    shift
    "$ASSAY" run "$@" -q -o "$TMP/$name" >"$TMP/out" 2>&1 || { cat "$TMP/out"; fail "run $name: exit code $?"; }
}
same() { tools/same_bits.sh "$TMP/$1" "$TMP/$2" || fail "$2 is not $1"; }

run one $spec --threads 1
for n in 2 3; do
    run threads$n $spec --threads $n
    same one threads$n
done
for n in 1 7 1000; do
    set --
    for e in noise fgsm mifgsm pgd target curve; do set -- "$@" "evaluate.$e.batch=$n"; done
    run batch$n $spec "$@"
    same one batch$n
done
# the order of evaluations is no part of a result: the stages are the same, byte for byte
awk '/^evaluate:/ { print; e = 1; next } e && /^  / { line[++n] = $0; next } e { for (; n > 0; n--) print line[n]; e = 0 } { print }' $spec >"$TMP/turned.yaml"
run turned "$TMP/turned.yaml"
tools/same_bits.sh "$TMP/one/stages" "$TMP/turned/stages" || fail "another order of evaluations gives other bytes"
grep -q avx2 /proc/cpuinfo && grep -qw fma /proc/cpuinfo && { ASSAY_ISA=avx2 run avx2 $spec; same one avx2; }
# plain C does one GF/s or less: fewer rows and arms
set -- $spec --arm pgd-at --seed 1 data.dataset.n=150 data.split.train=100 data.split.val=50 train.batch=25 evaluate.noise.n=16 evaluate.mifgsm.n=16 evaluate.pgd.n=16 evaluate.curve.n=16 model.width=2
run few "$@"
ASSAY_ISA=plain run plain "$@"
same few plain
