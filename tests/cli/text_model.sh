#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A transformer on text: one answer a row, one a place, hidden places; the same bits for any threads; read back
# from its file; what a model of symbols cannot do is refused where it stands.
. tests/cli/_lib.sh

awk 'BEGIN { for (i = 0; i < 1200; i++) printf "%s", substr("the cat sat on the mat. the cat ", i * 5 % 24 + 1, 5) }' >"$TMP/t.txt"
cat >"$TMP/t.yaml" <<YAML
assay: 1
name: cats
data: {file: t.txt, length: 12, target: each, split: {train: 300, val: 50, test: rest}}
model: {arch: text-transformer, depth: 1, width: 16, heads: 2, dropout: 0.1}
train: {epochs: 6, batch: 16, optimizer: {method: adam, lr: 0.01}}
evaluate: {clean: accuracy}
YAML
value() { grep ",$2," "$TMP/$1/results.csv" | head -1 | cut -d, -f8; }
count() { grep ",$2," "$TMP/$1/results.csv" | head -1 | cut -d, -f9; }
above() { awk -v x="$1" -v y="$2" 'BEGIN { exit !(x > y) }'; }
has 0 '0 failed' "$ASSAY" run "$TMP/t.yaml" -o "$TMP/one" --threads 1
has 0 '0 failed' "$ASSAY" run "$TMP/t.yaml" -o "$TMP/two" --threads 3
(cd "$TMP/one/stages" && find . -name '*.safetensors' -o -name metrics.jsonl -o -name results.json) | while read -r f; do
    cmp "$TMP/one/stages/$f" "$TMP/two/stages/$f" || exit 1
done || fail "another number of threads gives other bits"
above "$(value one accuracy)" 0.6 || { cat "$TMP/one/results.csv"; fail "a text that repeats is not learnt"; }
[ "$(count one accuracy)" = 1788 ] || { cat "$TMP/one/results.csv"; fail "not 149 rows of 12 labels"; }
grep -q ',clustered,' "$TMP/one/results.csv" || fail "the interval does not go by rows"

cp "$TMP"/one/stages/*/model.safetensors "$TMP/m.safetensors"
sed -e 's/^model: {/model: {file: m.safetensors, /' -e 's/^train: .*/train: none/' \
    -e 's/^evaluate: .*/evaluate: {clean: {method: accuracy, batch: 7}}/' "$TMP/t.yaml" >"$TMP/f.yaml"
has 0 '0 failed' "$ASSAY" run "$TMP/f.yaml" -o "$TMP/file"
[ -n "$(value one loss)" ] && [ "$(value one loss)" = "$(value file loss)" ] || fail "the file has another loss"
sed 's/target: each/target: next/' "$TMP/f.yaml" >"$TMP/a.yaml"
has 4 'E0507' "$ASSAY" run "$TMP/a.yaml" -o "$TMP/other"
has 0 'good' "$ASSAY" grad "$TMP/t.yaml"

# hidden places: nothing is told apart before, most of it after training
sed -e 's/target: each/target: masked/' -e 's/heads: 2/heads: 2, causal: false/' -e 's/epochs: 6/epochs: 20/' "$TMP/t.yaml" >"$TMP/m.yaml"
has 0 '0 failed' "$ASSAY" run "$TMP/m.yaml" -o "$TMP/masked"
above "$(value masked accuracy)" 0.6 || { cat "$TMP/masked/results.csv"; fail "hidden characters are not learnt"; }
[ "$(count masked accuracy)" = 298 ] || fail "not 149 rows of 2 hidden labels"
has 0 'good' "$ASSAY" grad "$TMP/m.yaml"

# one answer a row: a decision attack moves characters, one that needs gradients is refused
sed -e 's/target: each/target: next/' -e 's/^evaluate: .*/evaluate: {clean: accuracy, r: {method: random-noise, norm: linf, eps: 0.2}}/' "$TMP/t.yaml" >"$TMP/n.yaml"
has 0 '0 failed' "$ASSAY" run "$TMP/n.yaml" -o "$TMP/next"
sed 's/random-noise/fgsm/' "$TMP/n.yaml" >"$TMP/a.yaml"
has 2 'E0303' "$ASSAY" check "$TMP/a.yaml"
has 2 'random-noise' "$ASSAY" check "$TMP/a.yaml"
# many answers a row
sed 's/target: next/target: each/' "$TMP/n.yaml" >"$TMP/a.yaml"
has 2 'asks for one label a row' "$ASSAY" check "$TMP/a.yaml"
sed 's/^model: .*/model: mlp/' "$TMP/t.yaml" >"$TMP/a.yaml"
has 2 "archs that answer for each place: \`text-transformer\`" "$ASSAY" check "$TMP/a.yaml"
sed 's/, split:/, normalize: dataset, split:/' "$TMP/t.yaml" >"$TMP/a.yaml"
has 2 'which cannot be normalised' "$ASSAY" check "$TMP/a.yaml"
sed 's/batch: 16/batch: 16, sampler: balanced/' "$TMP/t.yaml" >"$TMP/a.yaml"
"$ASSAY" run "$TMP/a.yaml" -o "$TMP/balanced" >"$TMP/out" 2>&1 && fail "rows of many labels have been balanced"
grep -q "goes by a row's label" "$TMP/out" || { cat "$TMP/out"; fail "does not say why rows cannot be balanced"; }
sed 's/^data: .*/data: {dataset: blobs, split: {train: 100, test: 50}}/' "$TMP/t.yaml" >"$TMP/a.yaml"
"$ASSAY" run "$TMP/a.yaml" -o "$TMP/none" >"$TMP/out" 2>&1 && fail "blobs are no symbols"
grep -q 'takes rows of symbols' "$TMP/out" || { cat "$TMP/out"; fail "does not say what it takes"; }
exit 0
