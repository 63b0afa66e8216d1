#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Bad input: located, collected, with the right exit code, nothing written.
. tests/cli/_lib.sh
unset XDG_DATA_HOME
nothing() { [ -e "$1" ] && fail "$1 was written"; :; }

# five different mistakes, five errors
cat >"$TMP/five.yaml" <<'Y'
assay: 1
name: five
data: {datset: blobs}
model: {arch: linaer}
train:
  epochs: many
  optimizer: {method: sgd, lr: -0.1}
evaluate:
  pgd: {method: pgd, norm: linff, eps: 0.1}
Y
"$ASSAY" run "$TMP/five.yaml" -o "$TMP/five" >"$TMP/out" 2>"$TMP/err" && fail "five mistakes ran"
[ $("$ASSAY" check "$TMP/five.yaml" >/dev/null 2>&1; echo $?) = 2 ] || fail "five mistakes: not exit 2"
for at in 'E0203.*datset' 'E0204.*linaer' 'E0202.*many' 'E0205.*-0.1' 'E0206.*linff'; do
    grep -q "error\[$at" "$TMP/err" || { cat "$TMP/err"; fail "no $at"; }
done
for place in 3:8 4:15 6:11 7:32 9:28; do grep -q -- "--> $TMP/five.yaml:$place\$" "$TMP/err" || { cat "$TMP/err"; fail "nothing at $place"; }; done
[ "$(grep -c '^error' "$TMP/err")" = 5 ] || { cat "$TMP/err"; fail "not five errors"; }
nothing "$TMP/five"
"$ASSAY" check --json "$TMP/five.yaml" 2>"$TMP/err" >/dev/null
[ "$(grep -c '"code":"E0' "$TMP/err")" = 5 ] || { cat "$TMP/err"; fail "not five JSON lines"; }

# data
spec() { printf 'assay: 1\nname: e\ndata: %s\nmodel: linear\ntrain: {epochs: 1, optimizer: {method: sgd, lr: 0.1}}\n' "$1" >"$TMP/$2.yaml"; }
ASSAY_DATA=$TMP/none has 0 'good' "$ASSAY" check experiments/quickstart.yaml
spec '{dataset: mnist}' known
ASSAY_DATA=$TMP/none has 3 'E0401' "$ASSAY" run "$TMP/known.yaml" -o "$TMP/known"
grep -q 'dataset `mnist` is not on this machine' "$TMP/out" || { cat "$TMP/out"; fail "no word about mnist"; }
spec '{files: {train: {input: x-ubyte, label: y-ubyte}}}' idx
has 3 'E0401' "$ASSAY" run "$TMP/idx.yaml" -o "$TMP/idx"
printf '\000\000\010\003\000\000\000\002\000\000\000\001\000\000\000\002\001\002\003' >"$TMP/x-ubyte"
printf '\000\000\010\001\000\000\000\002\001\000' >"$TMP/y-ubyte"
has 3 'x-ubyte, byte 19' "$ASSAY" run "$TMP/idx.yaml" -o "$TMP/idx"
printf '\001\000\010\003\000\000\000\002\000\000\000\001\000\000\000\002\001\002\003\004' >"$TMP/x-ubyte"
has 3 'x-ubyte, byte 0' "$ASSAY" run "$TMP/idx.yaml" -o "$TMP/idx"
printf '\000\000\010\003\000\000\000\002\000\000\000\001\000\000\000\002\001\002\003\004' >"$TMP/x-ubyte"
printf '\000\000\010\001\000\000\000\003\001\000\001' >"$TMP/y-ubyte"
has 3 '3 labels for 2 inputs' "$ASSAY" run "$TMP/idx.yaml" -o "$TMP/idx"

# where results go
: >"$TMP/file"
has 7 'not a study' "$ASSAY" run tests/cli/_small.yaml --smoke -q -o "$TMP"
"$ASSAY" run tests/cli/_small.yaml --smoke -q -o "$TMP/file/below" >"$TMP/out" 2>&1 && fail "a folder below a file"
grep -q "$TMP/file" "$TMP/out" || { cat "$TMP/out"; fail "the path is not named"; }
has 0 'done' "$ASSAY" run tests/cli/_small.yaml --smoke -q -o "$TMP/s"
has 7 'smoke' "$ASSAY" run tests/cli/_small.yaml --arm standard --seed 0 -q -o "$TMP/s"
has 7 'belongs to the study' "$ASSAY" run tests/cli/_small.yaml name=other --smoke -q -o "$TMP/s"
has 2 'is not a study' "$ASSAY" resume "$TMP/none"

# the command line
has 2 'did you mean `standard`' "$ASSAY" run tests/cli/_small.yaml --arm standrd -o "$TMP/n"
has 2 'seeds' "$ASSAY" run tests/cli/_small.yaml --seed 9 -o "$TMP/n"
has 2 '--threads' "$ASSAY" run tests/cli/_small.yaml --threads 0 -o "$TMP/n"
has 2 'E0210' "$ASSAY" run tests/cli/_small.yaml train.optimiser.lr=1 -o "$TMP/n"
has 2 'command line, argument 2' "$ASSAY" run tests/cli/_small.yaml train.epochs=x -o "$TMP/n"
has 2 'E0107' "$ASSAY" run "$TMP/nowhere.yaml" -o "$TMP/n"
nothing "$TMP/n"
has 0 'good' sh -c "'$ASSAY' check - <tests/cli/_small.yaml"
: >"$TMP/empty.yaml"
has 2 'E0101' "$ASSAY" check "$TMP/empty.yaml"
head -c 5242880 /dev/zero | tr '\0' '#' >"$TMP/large.yaml"
has 2 'E0109' "$ASSAY" check "$TMP/large.yaml"

# no control byte goes into a pipe, and a reader that leaves early is no error
for c in "run tests/cli/_small.yaml --smoke -o $TMP/s" "plan tests/cli/_small.yaml --list" "show tests/cli/_small.yaml" "show tests/cli/_small.yaml --origin" "check $TMP/five.yaml" "data list" "data info blobs"; do
    "$ASSAY" $c >"$TMP/out" 2>&1
    LC_ALL=C tr -d '\n\t -~\200-\377' <"$TMP/out" | grep -q . && fail "assay $c writes control characters"
done
"$ASSAY" show tests/cli/_small.yaml | head -1 >/dev/null || fail "a closed pipe"
:
