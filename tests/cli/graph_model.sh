#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A model on a graph: trained, read back from its file, the same bits for any threads and batch; attacks on an
# input that it does not have are refused where they stand; Cora's public split, where it is there.
DATA=${ASSAY_DATA:-}
. tests/cli/_lib.sh

# Two rings of 20 nodes with features of their own, and a bridge.
mkdir "$TMP/rings"
awk 'BEGIN { print "node,label,split"; for (i = 0; i < 40; i++) print i "," i % 2 ",all" }' >"$TMP/rings/r_nodes.csv"
awk 'BEGIN { print "node,feature"; for (i = 0; i < 40; i++) print i "," i % 2 * 3 + i % 3 }' >"$TMP/rings/r_features.csv"
awk 'BEGIN { print "u,v"; for (i = 0; i < 40; i++) print i "," (i + 2) % 40; print "0,1" }' >"$TMP/rings/r_edges.csv"

cat >"$TMP/g.yaml" <<YAML
assay: 1
name: rings
data: {file: rings, format: planetoid, columns: {label: label}, split: {train: 10, test: rest}}
model: {arch: gcn, hidden: [8, 4]}
train: {epochs: 60, batch: all, optimizer: {method: adam, lr: 0.05}}
evaluate: {clean: accuracy}
YAML
has 0 '0 failed' "$ASSAY" run "$TMP/g.yaml" -o "$TMP/one" --threads 1
has 0 '0 failed' "$ASSAY" run "$TMP/g.yaml" -o "$TMP/two" --threads 3
(cd "$TMP/one/stages" && find . -name '*.safetensors' -o -name metrics.jsonl -o -name results.json) | while read -r f; do
    cmp "$TMP/one/stages/$f" "$TMP/two/stages/$f" || exit 1
done || fail "another number of threads gives other bits"
grep -q ',clean,accuracy,,1,' "$TMP/one/results.csv" || { cat "$TMP/one/results.csv"; fail "two rings are not told apart"; }

# the file alone, a row at a time
cp "$TMP"/one/stages/*/model.safetensors "$TMP/m.safetensors"
sed -e 's/^model: .*/model: {arch: gcn, hidden: [8, 4], file: m.safetensors}/' -e 's/^train: .*/train: none/' \
    -e 's/^evaluate: .*/evaluate: {clean: {method: accuracy, batch: 1}}/' "$TMP/g.yaml" >"$TMP/f.yaml"
has 0 '0 failed' "$ASSAY" run "$TMP/f.yaml" -o "$TMP/file"
value() { grep ",$2," "$TMP/$1/results.csv" | cut -d, -f8; }
[ -n "$(value one loss)" ] && [ "$(value one loss)" = "$(value file loss)" ] || fail "the file has another loss"
has 0 'good' "$ASSAY" grad "$TMP/g.yaml"

# nothing to move, nothing to differentiate
sed 's/^evaluate: .*/evaluate: {f: {method: fgsm, norm: linf, eps: 0.1}}/' "$TMP/g.yaml" >"$TMP/a.yaml"
has 2 'E0303' "$ASSAY" check "$TMP/a.yaml"
has 2 'a.yaml:6:24' "$ASSAY" check "$TMP/a.yaml"
has 2 "measurements such as \`accuracy\` do" "$ASSAY" check "$TMP/a.yaml"
sed 's/optimizer:/adversary: {method: pgd, norm: linf, eps: 0.1}, optimizer:/' "$TMP/g.yaml" >"$TMP/a.yaml"
has 2 'E0303' "$ASSAY" check "$TMP/a.yaml"
# no graph, and features that are normalised
sed 's/^data: .*/data: {dataset: blobs, split: {train: 100, test: 50}}/' "$TMP/g.yaml" >"$TMP/a.yaml"
"$ASSAY" run "$TMP/a.yaml" -o "$TMP/none" >"$TMP/out" 2>&1 && fail "blobs are no graph"
grep -q 'with a column of edges' "$TMP/out" || { cat "$TMP/out"; fail "does not say what is missing"; }
sed 's/, split:/, normalize: dataset, split:/' "$TMP/g.yaml" >"$TMP/a.yaml"
"$ASSAY" run "$TMP/a.yaml" -o "$TMP/norm" >"$TMP/out" 2>&1 && fail "normalised features are taken"
grep -q 'leave `normalize` out' "$TMP/out" || { cat "$TMP/out"; fail "does not say what to leave out"; }

[ -e "$DATA/cora/cora_edges.csv" ] || { echo "the set cora is not on this machine"; exit 77; }
ASSAY_DATA=$DATA
export ASSAY_DATA
has 0 '0 failed' "$ASSAY" run experiments/reference/cora-gcn.yaml seeds=3 -o "$TMP/cora"
grep ',clean,accuracy,' "$TMP/cora/results.csv" | cut -d, -f8 | awk '{ s += $1 } END { exit !(NR == 3 && s / 3 >= 0.8) }' ||
    { cat "$TMP/cora/results.csv"; fail "Kipf and Welling have 81.5 %"; }
exit 0
