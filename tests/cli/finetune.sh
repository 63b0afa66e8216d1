#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Training that begins from another model's file, with a layer frozen; and every smoke spec.
. tests/cli/_lib.sh
"$ASSAY" run tests/cli/_small.yaml --arm standard --seed 0 -q -o "$TMP/a" >"$TMP/out" 2>&1 || { cat "$TMP/out"; fail "training failed"; }
cp "$(ls "$TMP"/a/stages/*/model.safetensors | head -1)" "$TMP/m.safetensors"
{
    sed -n '/^assay/,/^model/p' tests/cli/_small.yaml | sed '/^model/d'
    printf 'model: {arch: cnn-small, width: 4, init: {from: m.safetensors, freeze: [conv1, conv2]}}\n'
    printf 'train: {epochs: 1, batch: 50, optimizer: {method: sgd, lr: 0}}\nevaluate:\n  clean: accuracy\n'
} >"$TMP/b.yaml"
has 0 'done' "$ASSAY" run "$TMP/b.yaml" -q -o "$TMP/b"
grep -E '^small,[^,]*,,0,clean,accuracy' "$TMP/a/results.csv" | cut -d, -f4-12 >"$TMP/want"
grep -E '^small,[^,]*,,0,clean,accuracy' "$TMP/b/results.csv" | cut -d, -f4-12 >"$TMP/got"
[ -s "$TMP/want" ] && cmp -s "$TMP/want" "$TMP/got" || { cat "$TMP/want" "$TMP/got"; fail "rate 0 from a file gives other results"; }
sed 's/conv2/conv9/' "$TMP/b.yaml" >"$TMP/c.yaml"
has 4 E0509 "$ASSAY" run "$TMP/c.yaml" -q -o "$TMP/c"
sed 's/m\.safetensors/none.safetensors/' "$TMP/b.yaml" >"$TMP/d.yaml"
has 4 E0502 "$ASSAY" run "$TMP/d.yaml" -q -o "$TMP/d"
sed 's/init: {/file: m.safetensors, init: {/' "$TMP/b.yaml" >"$TMP/e.yaml"
has 2 E0207 "$ASSAY" check "$TMP/e.yaml"

for f in experiments/smoke/*.yaml; do
    has 0 '0 failed' "$ASSAY" run "$f" -q -o "$TMP/$(basename "$f" .yaml)"
done
