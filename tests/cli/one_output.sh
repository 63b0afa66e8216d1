#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Two classes with `loss: bce` have one output: trained, attacked, read back from the file; and the optimum of
# a convex objective, where the data are there.
DATA=${ASSAY_DATA:-}
. tests/cli/_lib.sh

awk 'BEGIN { print "a,b,y"; for (i = 0; i < 80; i++) print i % 9 / 8 "," i % 7 / 6 "," (i % 9 / 8 + i % 7 / 6 > 1) }' >"$TMP/t.csv"
# number STUDY METRIC: the first value of that name
number() { cat "$TMP/$1"/stages/*/results.json | tr -d ' \n' | sed 's/"ci":\[[^]]*\],//g' | grep -o "\"$2\":{[^}]*}" | head -1 | grep -o '"value":[-+.e0-9]*' | cut -d: -f2; }

cat >"$TMP/t.yaml" <<YAML
assay: 1
name: pair
data: {file: t.csv, columns: {label: y, numeric: [a, b]}, encode: {numeric: none}, split: {train: 40, test: rest}}
model: linear
train: {epochs: 100, batch: all, loss: bce, optimizer: {method: lbfgs, weight_decay: 0.01}}
evaluate:
  clean: accuracy
  pgd: {method: pgd, norm: linf, eps: 0.1, steps: 5}
YAML
has 0 '0 failed' "$ASSAY" run "$TMP/t.yaml" -o "$TMP/study"
[ "$(number study converged)" = 1 ] || fail "the optimum is not reached"
cp "$TMP"/study/stages/*/model.safetensors "$TMP/m.safetensors"
grep -aq '"outputs\\\\*":1' "$TMP/m.safetensors" || fail "the file does not say that it has one output"
rates() { grep ',accuracy,' "$1/results.csv" | cut -d, -f5-10; }
# a file alone says how many outputs it has
sed -e 's/^model: linear/model: {arch: linear, file: m.safetensors}/' -e 's/^train: .*/train: none/' "$TMP/t.yaml" >"$TMP/u.yaml"
has 0 '0 failed' "$ASSAY" run "$TMP/u.yaml" -o "$TMP/again"
rates "$TMP/study" >"$TMP/want"
rates "$TMP/again" >"$TMP/got"
[ -s "$TMP/want" ] && cmp -s "$TMP/want" "$TMP/got" || { cat "$TMP/want" "$TMP/got"; fail "the file gives other rates"; }
# with a loss that wants another number it is refused
sed -e 's/^model: linear/model: {arch: linear, file: m.safetensors}/' -e 's/loss: bce/loss: cross-entropy/' "$TMP/t.yaml" >"$TMP/v.yaml"
has 4 'E0507' "$ASSAY" run "$TMP/v.yaml" -o "$TMP/other"
has 0 'good' "$ASSAY" grad "$TMP/t.yaml"

[ -e "$DATA/adult/adult.data" ] || { echo "the set adult is not on this machine"; exit 77; }
ASSAY_DATA=$DATA
export ASSAY_DATA
has 0 '0 failed' "$ASSAY" run experiments/reference/adult-logistic.yaml -o "$TMP/adult"
[ "$(number adult converged)" = 1 ] || fail "the optimum is not reached"
awk -v x="$(number adult objective_sum)" 'BEGIN { d = x / 10373.091808 - 1; exit !(d < 1e-6 && d > -1e-6) }' || fail "objective $(number adult objective_sum)"
awk -v x="$(number adult accuracy)" 'BEGIN { d = x - 13879 / 16281; exit !(d < 1e-9 && d > -1e-9) }' || fail "another accuracy"
exit 0
