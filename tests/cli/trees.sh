#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Models without a graph: what is refused before anything runs, same bytes for any threads, a model file, ensembles.
. tests/cli/_lib.sh

spec() # MODEL TRAIN EVALUATE
{
    printf 'assay: 1\nname: t\ndata: {dataset: {method: blobs, n: 200, n_test: 80}, split: {train: 150, val: 50, test: all}}\n'
    printf 'model: %s\n%s\nevaluate: {clean: accuracy, it: %s}\n' "$1" "$2" "$3"
}
bad() # TEXT MODEL TRAIN EVALUATE
{
    spec "$2" "$3" "${4:-accuracy}" >"$TMP/bad.yaml"
    has 2 "$1" "$ASSAY" check "$TMP/bad.yaml"
}

# what is needed and not given, wherever it stands, with what works
bad 'E0303]: `pgd` needs gradients; `tree` gives labels, scores' tree '' '{method: pgd, norm: linf, eps: 0.1}'
has 2 'attacks that work with `tree`: `random-noise`' "$ASSAY" check "$TMP/bad.yaml"
has 2 'bad.yaml:6:42' "$ASSAY" check "$TMP/bad.yaml"
bad 'E0303]: `bim` needs gradients; `forest`' forest '' bim
bad 'E0303]: `pgd` needs gradients; `knn`' knn '' '{method: security-curve, attack: pgd, norm: linf, eps: [0.1, 0.2]}'
bad 'E0303]: `fgsm` needs gradients; `tree`' tree 'train: {adversary: {method: fgsm, norm: linf, eps: 0.1}}'
has 2 'leave `adversary` out: `tree` is fitted at once' "$ASSAY" check "$TMP/bad.yaml"
bad 'E0303]: `supervised` needs weights; `tree`' tree 'train: {method: supervised, epochs: 1}'
has 2 'procedures that work with `tree`: `at-once`' "$ASSAY" check "$TMP/bad.yaml"
bad 'E0303]: `pgd` needs gradients; `tree`' tree \
    'train: {method: supervised, epochs: 1, select: {attack: {method: pgd, norm: linf, eps: 0.1}}}'
bad 'E0303]: `at-once` needs an arch without a graph; `linear`' linear 'train: at-once'
# keys of the ordinary training
bad 'E0301]: `epochs` means nothing to `tree`' tree 'train: {epochs: 3}'
has 2 'writes `train: at-once`' "$ASSAY" check "$TMP/bad.yaml"
bad 'E0301]: `select` means nothing to `tree`' tree 'train: {select: {on: val}}'
bad 'E0203]: `at-once` has no parameter `epoch`' tree 'train: {epoch: 3}'
bad 'E0301]: `init` means nothing to `tree`' '{arch: tree, init: {freeze: fc1}}' ''
bad 'E0301]: `tree` is fitted at once; what `file`' '{arch: tree, file: m.safetensors}' 'train: at-once'
bad 'needs `train`' '{arch: tree, file: m.safetensors}' ''
bad 'E0205]: `ensemble`' '{arch: mlp, ensemble: 0}' 'train: {epochs: 1}'
bad 'did you mean `ensemble`' '{arch: mlp, n_members: 3}' 'train: {epochs: 1}'
has 2 'no graph' "$ASSAY" grad tree

# nothing but the model need be said; `train: {}` and `train: at-once` are the same stage
for t in '' 'train: {}' 'train: at-once'; do
    spec '{arch: forest, trees: 7}' "$t" '{method: random-noise, norm: linf, eps: 0.05}' >"$TMP/good.yaml"
    has 0 'good' "$ASSAY" check "$TMP/good.yaml"
    rm -rf "$TMP/one"
    has 0 '1 runs, 0 failed' "$ASSAY" run "$TMP/good.yaml" -q --threads 1 -o "$TMP/one"
    ls "$TMP/one/stages" >>"$TMP/keys"
done
[ "$(sort "$TMP/keys" | uniq -c | awk '{ print $1 }' | sort -u)" = 3 ] || fail 'three ways to say the same are not the same stages'
has 0 '1 runs, 0 failed' "$ASSAY" run "$TMP/good.yaml" -q --threads 3 -o "$TMP/three"
tools/same_bits.sh "$TMP/one" "$TMP/three" || fail 'threads change a byte'
has 0 '0 failed' "$ASSAY" run "$TMP/good.yaml" --smoke -q -o "$TMP/smoke"
grep -q oob_accuracy "$TMP"/one/stages/*/results.json || fail 'no out-of-bag accuracy'

# its file without training: the same numbers; a forest of other size does not fit
cp "$(ls "$TMP"/one/stages/*/model.safetensors)" "$TMP/m.safetensors"
spec '{arch: forest, trees: 7, file: m.safetensors}' 'train: none' '{method: random-noise, norm: linf, eps: 0.05}' >"$TMP/file.yaml"
has 0 '0 failed' "$ASSAY" run "$TMP/file.yaml" -q -o "$TMP/file"
for d in one file; do cut -d, -f5-12 "$TMP/$d/results.csv" >"$TMP/$d.csv"; done
cmp -s "$TMP/one.csv" "$TMP/file.csv" || fail 'a model file gives other results'
sed 's/trees: 7/trees: 8/' "$TMP/file.yaml" >"$TMP/other.yaml"
has 4 E0503 "$ASSAY" run "$TMP/other.yaml" -q -o "$TMP/other"

# an arm that shares a `train` block with nets
{
    spec '{arch: mlp, hidden: [8]}' 'train: {epochs: 2, optimizer: {method: adam, lr: 0.01}}' accuracy
    printf 'arms:\n  net: {}\n  five: {model: {ensemble: 5}}\n  tree: {model: {arch: tree}, train: at-once}\n'
} >"$TMP/arms.yaml"
has 0 '3 runs, 0 failed' "$ASSAY" run "$TMP/arms.yaml" -q -o "$TMP/arms"
spec '{arch: mlp, hidden: [8], ensemble: 3}' 'train: {epochs: 2}' accuracy >"$TMP/grad.yaml"
has 0 good "$ASSAY" grad "$TMP/grad.yaml"
