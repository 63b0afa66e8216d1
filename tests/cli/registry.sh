#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# tools/registry.sh: what it finds, what it refuses, and that it leaves an unchanged table alone.
. tests/cli/_lib.sh
root=$PWD
cd "$TMP" || exit 1
registry=$root/tools/registry.sh
mkdir -p lib/method/kinds lib/graph/ops attacks tests/known/attacks tests/unit
echo 'const asy_kind asy_kind_attack = {' >lib/method/kinds/attack.c
printf 'const asy_op asy_op_mul = {\nconst asy_op asy_op_add = {\n' >lib/graph/ops/arith.c
echo 'const asy_attack asy_attack_zig_zag = { .m = { .name = "zig-zag",' >attacks/zig_zag.c
echo 'const asy_attack asy_attack_ant = {' >attacks/ant.c
echo 'static int helper;' >attacks/_ball.c
echo 'const asy_known asy_known_attack_ant[] = {' >tests/known/attacks/ant.c
all="lib/method/kinds/attack.c lib/graph/ops/arith.c attacks/zig_zag.c attacks/ant.c attacks/_ball.c tests/known/attacks/ant.c"

"$registry" methods out.c $all || fail "sound files are refused"
[ "$(grep -c '&asy_attack_' out.c)" = 2 ] || fail "two attacks"
[ "$(grep -n '&asy_attack_ant.m' out.c | cut -d: -f1)" -lt "$(grep -n '&asy_attack_zig_zag.m' out.c | cut -d: -f1)" ] || fail "sorted by name"
[ "$(grep -n '&asy_op_add' out.c | cut -d: -f1)" -lt "$(grep -n '&asy_op_mul' out.c | cut -d: -f1)" ] || fail "operators are sorted"
grep -q '{ "attack", "ant", asy_known_attack_ant }' out.c || fail "known answers"
touch -d '2001-01-01' out.c
"$registry" methods out.c $all
[ out.c -ot lib/method/kinds/attack.c ] || fail "an unchanged table was written again"

# refuse TEXT FILE CONTENT: with this file among the others it must say TEXT, exit 1 and leave the table alone.
refuse()
{
    printf '%s\n' "$3" >"$2"
    has 1 "$1" "$registry" methods out.c $all "$2"
    rm -f "$2"
}
refuse 'attacks/bee.c:1: `asy_attack_wasp` stands in a file that is called bee.c' attacks/bee.c 'const asy_attack asy_attack_wasp = {'
refuse 'attacks/bee.c:2: `asy_attack_bee` calls itself "wasp"' attacks/bee.c '// first
const asy_attack asy_attack_bee = { .m = { .name = "wasp",'
refuse 'attacks/bee.c:1: no method ends this file' attacks/bee.c 'static int nothing;'
refuse 'attacks/bee.c:1: 2 methods stand in this file' attacks/bee.c 'const asy_attack asy_attack_bee = {
const asy_attack asy_attack_bee = {'
refuse 'attacks/bee.c:1: there is no kind `atack`' attacks/bee.c 'const asy_atack asy_atack_bee = {'
refuse 'its name must begin with asy_attack_' attacks/bee.c 'const asy_attack asy_loss_bee = {'
refuse 'known answers without their method' tests/known/attacks/bee.c 'const asy_known asy_known_attack_bee[] = {'
mkdir -p defenses
refuse 'is also defined in attacks/ant.c:1' defenses/ant.c 'const asy_attack asy_attack_ant = {'

echo 'Suite *asy_suite_two(void)' >tests/unit/one.c
has 1 'tests/unit/one.c:1: the suite asy_suite_two stands in a file that is called one.c' "$registry" suites s.c tests/unit/one.c
echo 'int x;' >tests/unit/one.c
has 1 'tests/unit/one.c:1: no `Suite *asy_suite_one(void)`' "$registry" suites s.c tests/unit/one.c
[ ! -e s.c ] || fail "a refused table was written"
exit 0
