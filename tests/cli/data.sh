#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The store of data: added, found, verified, dropped.
. tests/cli/_lib.sh

XDG_DATA_HOME=$TMP/home
export XDG_DATA_HOME
S=$TMP/home/assay/data
mkdir "$TMP/in"
printf 'a,b,y\n1,x,0\n1,x,0\n2,,1\n' >"$TMP/in/train.csv"
gzip -c "$TMP/in/train.csv" >"$TMP/in/test.csv.gz"
has 0 "$S/sets/mine" "$ASSAY" data add mine --from "$TMP/in" --format csv --label y
has 3 'E0704' "$ASSAY" data add mine --from "$TMP/in"
cmp -s "$S/sets/mine/test.csv" "$TMP/in/train.csv" || fail "stored files are the uncompressed content"
[ "$(find "$S/blobs" -type f | wc -l)" = 1 ] || fail "equal files share a blob"
[ -z "$(find "$S/blobs" -type f -perm /222)" ] || fail "blobs are read-only"
has 0 'every file is what was added' "$ASSAY" data verify mine
has 0 'mine ' "$ASSAY" data list
expect 0 "$S/sets/mine" '' "$ASSAY" data path mine
has 0 'train.csv' "$ASSAY" data info mine
has 2 'needs --from' "$ASSAY" data add other
has 2 'cannot be a dataset' "$ASSAY" data add 'Ot/her' --from "$TMP/in"
has 2 'no reader is called' "$ASSAY" data add other --from "$TMP/in" --format cvs
has 2 'did you mean `verify`?' "$ASSAY" data verfy mine
has 2 'belong to' "$ASSAY" data list --from x
# a known set is checked against its recipe before anything of it is stored
printf 'x' >"$TMP/in/winequality-red.csv"
has 3 'E0404' "$ASSAY" data add winequality-red --from "$TMP/in"
has 3 'E0401' "$ASSAY" data add winequality-white --from "$TMP/in"
[ ! -e "$S/sets/winequality-red" ] || fail "a wrong file became a set"
# damage is seen
b=$(find "$S/blobs" -type f)
chmod u+w "$b" && printf 'x' >>"$b"
has 3 'E0404' "$ASSAY" data verify mine
has 0 'removed' "$ASSAY" data rm mine
has 3 'E0701' "$ASSAY" data rm mine
has 0 '1 files dropped' "$ASSAY" data gc
[ -z "$(find "$S/blobs" -type f)" ] || fail "gc leaves what nothing links to"
# a study on the stored set by its name, from check to a result: its files are its parts
mkdir "$TMP/two"
for p in train test; do
    { echo a,b,y; for i in 1 2 3 4 5 6 7 8 9 10; do printf '%s,x%s,%s\n' "$i" $((i % 3)) $((i % 2)); done; } >"$TMP/two/$p.csv"
done
has 0 'sets/two' "$ASSAY" data add two --from "$TMP/two" --label y
cat >"$TMP/s.yaml" <<YAML
assay: 1
name: stored
data: {dataset: two, range: [-3, 3]}
model: linear
train: {epochs: 1}
YAML
has 0 'good' "$ASSAY" check "$TMP/s.yaml"
has 0 '0 failed' "$ASSAY" run "$TMP/s.yaml" -o "$TMP/stored"
has 0 'train    10 rows:  5 5' "$ASSAY" data info two
has 0 'two ' "$ASSAY" data list
sed 's/two/tow/' "$TMP/s.yaml" >"$TMP/t.yaml"
has 2 'did you mean `two`?' "$ASSAY" check "$TMP/t.yaml"
has 2 'did you mean `two`?' "$ASSAY" data info tow
# its columns by the spec's block
sed 's/two,/two, columns: {label: y, numeric: [a]},/' "$TMP/s.yaml" >"$TMP/t.yaml"
has 0 '0 failed' "$ASSAY" run "$TMP/t.yaml" -o "$TMP/stored2"
# a set that cannot be read is said to be so; one that is gone is none
cp "$S/sets/two/dataset.json" "$TMP/json"
chmod u+w "$S/sets/two" && echo '{' >"$S/sets/two/dataset.json"
has 3 'E0402' "$ASSAY" check "$TMP/s.yaml"
has 3 'damaged' "$ASSAY" data gc
cp "$TMP/json" "$S/sets/two/dataset.json"
has 0 'removed' "$ASSAY" data rm two
has 2 'no dataset is called `two`' "$ASSAY" check "$TMP/s.yaml"
mkdir "$TMP/odd" && echo x >"$TMP/odd/x.odd"
has 0 '' "$ASSAY" data add odd --from "$TMP/odd"
sed 's/two/odd/' "$TMP/s.yaml" >"$TMP/t.yaml"
has 3 'cannot be told' "$ASSAY" check "$TMP/t.yaml"
has 0 'removed' "$ASSAY" data rm odd
# adding and collecting side by side lose nothing
for i in 1 2 3 4 5 6; do
    mkdir "$TMP/r$i" && { echo a,y; yes "$i,$i" | head -2000; } >"$TMP/r$i/t.csv"
    "$ASSAY" data add "race-$i" --from "$TMP/r$i" >/dev/null 2>&1 &
    "$ASSAY" data gc >/dev/null 2>&1 &
done
wait
for i in 1 2 3 4 5 6; do
    has 0 'every file is what was added' "$ASSAY" data verify "race-$i"
    has 0 'removed' "$ASSAY" data rm "race-$i"
done
has 0 'dropped' "$ASSAY" data gc
[ -z "$(find "$S/blobs" -type f)" ] || fail "gc leaves what nothing links to"
# a table that is in no store
for i in 1 2 3 4 5 6 7 8 9 10; do printf '%s,x,%s\n' "$i" $((i % 2)); done >"$TMP/rows"
{ echo a,b,y; cat "$TMP/rows" "$TMP/rows"; } >"$TMP/t.csv"
cat >"$TMP/t.yaml" <<YAML
assay: 1
name: table
data: {file: t.csv, columns: {label: y, numeric: [a], categorical: [b]}, split: {train: 0.5, test: rest}, stratify: label, range: [-3, 3]}
model: linear
train: {epochs: 1}
YAML
has 0 'good' "$ASSAY" check "$TMP/t.yaml"
has 0 '' "$ASSAY" run "$TMP/t.yaml" -o "$TMP/study"
sed 's/label: y/label: yy/' "$TMP/t.yaml" >"$TMP/u.yaml"
has 3 'E0407' "$ASSAY" run "$TMP/u.yaml" -o "$TMP/study2"
exit 0
