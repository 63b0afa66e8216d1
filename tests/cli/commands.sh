#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The command line itself: help, suggestions, exit codes, streams, colour.
. tests/cli/_lib.sh

has 0 'usage: assay COMMAND' "$ASSAY" --help
has 0 'usage: assay COMMAND' "$ASSAY" help
has 0 'usage: assay list [OPTIONS] [KIND | TAG | all]' "$ASSAY" list --help
has 0 'usage: assay list [OPTIONS] [KIND | TAG | all]' "$ASSAY" -h list
has 0 'usage: assay list [OPTIONS] [KIND | TAG | all]' "$ASSAY" help list
has 2 'usage: assay COMMAND' "$ASSAY"
has 0 'assay 0.' "$ASSAY" --version
expect 2 '' 'error: there is no command `lits`
   = help: did you mean `list`?
   = help: all commands: assay --help' "$ASSAY" lits
expect 2 '' 'error: `list` has no option `--jsn`
   = help: did you mean `--json`?' "$ASSAY" list --jsn
expect 2 '' 'error: `list` has no option `--js`
   = help: did you mean `--json`?' "$ASSAY" list --js
expect 2 '' 'error: `list` has no option `-z`' "$ASSAY" list -z
expect 2 '' 'error: `--json` takes no value' "$ASSAY" list --json=yes
expect 2 '' 'error: `--color` needs a value: --color WHEN' "$ASSAY" list --color
expect 2 '' 'error: `--color` cannot be `allways`; it takes auto, always, never
   = help: did you mean `always`?' "$ASSAY" list --color=allways
expect 2 '' 'error: `describe` needs NAME [KEY=VALUE…]
   = help: assay describe --help' "$ASSAY" describe
expect 2 '' 'error: `version` takes nothing, not `x`
   = help: assay version --help' "$ASSAY" version x
expect 2 '' 'error: `list` takes only [KIND | TAG | all], not `--json`
   = help: assay list --help' "$ASSAY" list archs -- --json
expect 2 '' 'error: there is no kind `optimisers`
   = help: did you mean `optimizers`?
   = help: all kinds: assay list' "$ASSAY" list optimisers
expect 2 '' 'error: nothing is called `one_cycle`
   = help: did you mean `one-cycle`?
   = help: all methods: assay list all' "$ASSAY" describe one_cycle
expect 2 '' "error: no kind and no method is called \`sdg\`
   = help: did you mean \`sgd\`?
   = help: a study's folder is written with a \`/\`: ./sdg" "$ASSAY" verify sdg
has 0 'good' "$ASSAY" grad mlp
has 0 'good' "$ASSAY" grad tests/cli/_small.yaml
has 0 '"verdict":"good"' "$ASSAY" grad linear --json
has 0 '206922 weights' "$ASSAY" describe cnn-small
has 0 '11172810 weights' "$ASSAY" describe resnet-18
has 0 'half-way up' "$ASSAY" verify one-cycle
has 0 '0 missed' "$ASSAY" verify schedules
has 0 '"verdict": "found"' "$ASSAY" verify one-cycle --json
expect 0 'method: one-cycle
peak: 0.3' '' "$ASSAY" describe one-cycle --yaml
# the ready block of every attack passes `check` once eps is there
for a in $("$ASSAY" list attacks | cut -d' ' -f1); do
    {
        printf 'assay: 1\nname: ready\ndata: {dataset: blobs, split: {train: 100, test: 50}}\nmodel: linear\n'
        printf 'train: {epochs: 1}\nevaluate:\n  ready:\n'
        "$ASSAY" describe "$a" --yaml | sed 's/^eps:/eps: 0.1/; s/^/    /'
    } >"$TMP/ready.yaml"
    has 0 'good' "$ASSAY" check "$TMP/ready.yaml"
done
expect 2 '' 'error: -C /nowhere: No such file or directory' "$ASSAY" -C /nowhere list
has 1 '"name": "sgd"' sh -c "'$ASSAY' list optimizers --json; exit 1"
for f in "list all" "list --json" "describe sgd" "describe attack" "verify sgd" doctor version "version --json" --help; do
    "$ASSAY" $f >"$TMP/out" 2>&1 || fail "assay $f: exit code $?"
    LC_ALL=C tr -d '\n\t -~\200-\377' <"$TMP/out" | grep -q . && fail "assay $f writes control characters into a pipe"
done
if [ -e /dev/full ]; then
    "$ASSAY" list all >/dev/full 2>"$TMP/err"
    [ $? = 6 ] || fail "a full disk under stdout is exit code 6"
fi
# a reader that has seen enough ends it without a word
"$ASSAY" list all 2>"$TMP/err" | head -1 >/dev/null
[ ! -s "$TMP/err" ] || fail "complains to a reader that has left"
exit 0
