#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A model file: read back by another spec with the same accuracy; hostile ones refused.
. tests/cli/_lib.sh
"$ASSAY" run tests/cli/_small.yaml --arm standard --seed 0 -q -o "$TMP/a" >"$TMP/out" 2>&1 || { cat "$TMP/out"; fail "training failed"; }
cp "$(ls "$TMP"/a/stages/*/model.safetensors | head -1)" "$TMP/m.safetensors"
{
    sed -n '/^assay/,/^model/p' tests/cli/_small.yaml | sed '/^model/d'
    printf 'model: {arch: cnn-small, width: 4, file: m.safetensors}\ntrain: none\nevaluate:\n  clean: accuracy\n  pgd: {method: pgd, norm: l2, eps: 1, steps: 5, restarts: 2, n: 60}\n'
} >"$TMP/b.yaml"
has 0 'done' "$ASSAY" run "$TMP/b.yaml" -q -o "$TMP/b"
grep -E '^small,[^,]*,,0,(clean|pgd),accuracy' "$TMP/a/results.csv" | cut -d, -f4-12 >"$TMP/want"
grep -E '^small,[^,]*,,0,(clean|pgd),accuracy' "$TMP/b/results.csv" | cut -d, -f4-12 >"$TMP/got"
[ -s "$TMP/want" ] && cmp -s "$TMP/want" "$TMP/got" || { cat "$TMP/want" "$TMP/got"; fail "the file gives other results"; }

# refused NAME: m.safetensors is now the hostile file
refused() { has 4 "$1" "$ASSAY" run "$TMP/b.yaml" -q -o "$TMP/refused-$2"; }
cp "$TMP/m.safetensors" "$TMP/good"
printf '\000\000\000\000\000\001\000\000{"x":0}' >"$TMP/m.safetensors"      # a header of 1 TB
refused E0501 long
head -c 200 "$TMP/good" >"$TMP/m.safetensors"
refused E0501 cut
h='{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]},"b":{"dtype":"F32","shape":[4],"data_offsets":[8,24]}}'
{ printf "\\$(printf %o ${#h})\\000\\000\\000\\000\\000\\000\\000"; printf '%s' "$h"; head -c 24 /dev/zero; } >"$TMP/m.safetensors"
refused E0501 overlap
h='{"a":{"dtype":"F32","shape":[5],"data_offsets":[0,16]}}'
{ printf "\\$(printf %o ${#h})\\000\\000\\000\\000\\000\\000\\000"; printf '%s' "$h"; head -c 16 /dev/zero; } >"$TMP/m.safetensors"
refused E0501 size
rm "$TMP/m.safetensors"
refused E0502 absent
cp "$TMP/good" "$TMP/m.safetensors"
sed 's/width: 4/width: 5/' "$TMP/b.yaml" >"$TMP/c.yaml"
has 4 E05 "$ASSAY" run "$TMP/c.yaml" -q -o "$TMP/c"
