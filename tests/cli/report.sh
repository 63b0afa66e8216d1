#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The report: whole, from the folder alone, the same bytes twice, nothing from elsewhere, no claim.
. tests/cli/_lib.sh
"$ASSAY" run tests/cli/_small.yaml --smoke -q -o "$TMP/s" >"$TMP/out" 2>&1 || { cat "$TMP/out"; fail "the run failed"; }
r=$TMP/s/report.html
for id in answer setup tables figures comparisons validity runs cost provenance; do grep -q "id=\"$id\"" "$r" || fail "no section $id"; done
grep -q 'SMOKE' "$r" || fail "a smoke report does not say so"
grep -qiE '<script|<link|<iframe|src=|@import|url\(' "$r" && fail "the page loads something"
grep -oE 'href="[^"]*"' "$r" | grep -vE 'href="(#|data:image/png;base64,)' | grep . && fail "the page points elsewhere"
sed 's/<[^>]*>//g' "$r" | grep -qwiE 'robust|private|fair' && fail "the page makes a claim"
for f in tables/main.csv tables/main.md tables/main.json tables/curve.csv figures/curve.svg figures/curve.csv results.csv summary.json MANIFEST.sha256 study.json plan.jsonl \
    spec/source.yaml spec/resolved.yaml spec/origins.json; do [ -s "$TMP/s/$f" ] || fail "no $f"; done
cmp -s tests/cli/_small.yaml "$TMP/s/spec/source.yaml" || fail "the source is not kept verbatim"
# every mean has an interval, a kind and n: three arms, seven evaluations but the curve
[ "$(grep -c '^[a-z]' "$TMP/s/tables/main.csv")" = 19 ] || { cat "$TMP/s/tables/main.csv"; fail "tables/main.csv"; }
awk -F, 'NR > 1 && ($4 == "" || $5 == "" || $6 !~ /wilson|t/ || $7 < 1 || $9 + 0 < 1) { print; bad = 1 } END { exit bad }' "$TMP/s/tables/main.csv" || fail "a bare number in tables/main.csv"
cp "$r" "$TMP/first.html"
"$ASSAY" resume "$TMP/s" -q >"$TMP/out" 2>&1 || fail "resume"
cmp -s "$r" "$TMP/first.html" || fail "the same folder gives another page"
# the folder can be moved and is still whole
mv "$TMP/s" "$TMP/moved"
has 0 '0 files' "$ASSAY" verify "$TMP/moved/"
if command -v tidy >/dev/null; then tidy -q -e "$TMP/moved/report.html" 2>"$TMP/out" || { cat "$TMP/out"; fail "tidy complains"; }; fi
"$ASSAY" run tests/cli/_small.yaml --smoke -q -o "$TMP/t" evaluate.pgd.eps=-1 >"$TMP/out" 2>&1 && fail "a negative radius ran"
# a training that diverges fails its runs; the others are complete and reported
code=0
"$ASSAY" run tests/cli/_small.yaml --smoke -q -o "$TMP/d" arms.pgd-at.train.optimizer.lr=1e6 >"$TMP/out" 2>&1 || code=$?
[ $code = 5 ] || { cat "$TMP/out"; fail "a diverged run: exit code $code"; }
grep -q 'diverged' "$TMP/d/report.html" || fail "the report does not say that a run diverged"
grep -q '^small,standard' "$TMP/d/results.csv" || fail "the other arms are not there"
