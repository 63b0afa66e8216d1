// SPDX-License-Identifier: GPL-3.0-or-later
/* One study, the same bytes: whatever the threads, the instruction set, the batches of attacks, the order of
 * evaluations and what else is in the study. tools/same_bits.sh knows which files must not differ. */
#include "base/sys.h"
#include "../support/child.h"
#include <check.h>
#include <stdio.h>
#include <string.h>

Suite *asy_suite_cli_same_bits(void);

#define SPEC "tests/cli/_small.yaml"
#define STUDY                                                                                                \
    "--seed 0 data.dataset.n=750 data.split.train=600 data.split.val=150 train.batch=64 model.width=8"
#define EACH(x)                                                                                              \
    "evaluate.noise." x " evaluate.fgsm." x " evaluate.mifgsm." x " evaluate.pgd." x " evaluate.target." x   \
    " evaluate.curve." x

static void setup(void)
{
    asy_child_setup();
    asy_child_must(0, "done: 3 runs", "\"$ASSAY\" run %s %s %s -q --threads 1 -o $T/one", SPEC, STUDY,
                   EACH("n=120"));
}

static const struct {
    const char *name, *env, *args;
} variant[] = {
    { "2 threads", "", "--threads 2 " EACH("n=120") },
    { "3 threads", "", "--threads 3 " EACH("n=120") },
    { "batches of 1", "", EACH("n=120") " " EACH("batch=1") },
    { "batches of 7", "", EACH("n=120") " " EACH("batch=7") },
    { "batches of 1000", "", EACH("n=120") " " EACH("batch=1000") },
    { "avx512", "ASSAY_ISA=avx512", EACH("n=120") },
    { "avx2", "ASSAY_ISA=avx2", EACH("n=120") },
};
enum { VARIANTS = sizeof variant / sizeof *variant };

static bool lacks(const char *name)
{
    const asy_cpu *cpu = asy_cpu_get();
    bool lacking =
        (strcmp(name, "avx512") == 0 && !cpu->avx512) || (strcmp(name, "avx2") == 0 && !cpu->fma_avx2);
    if (lacking) printf("skipped: same bits with %s: 1 of %d variants\n", name, VARIANTS);
    return lacking;
}

START_TEST(same_bytes)
{
    if (lacks(variant[_i].name)) return;
    asy_child_must(0, "done: 3 runs", "%s \"$ASSAY\" run %s %s %s -q -o $T/v%d", variant[_i].env, SPEC, STUDY,
                   variant[_i].args, _i);
    asy_child_must(0, NULL, "tools/same_bits.sh $T/one $T/v%d && rm -r $T/v%d", _i, _i);
}
END_TEST

/* At about 1 GF/s: fewer rows. */
START_TEST(plain_c)
{
    static const char study[] =
        SPEC " --arm pgd-at --seed 1 data.dataset.n=150 data.split.train=100 data.split.val=50 "
             "train.batch=25 model.width=2 " EACH("n=16");
    asy_child_must(0, NULL, "\"$ASSAY\" run %s -q -o $T/few", study);
    asy_child_must(0, NULL, "ASSAY_ISA=plain \"$ASSAY\" run %s -q -o $T/plain", study);
    asy_child_must(0, NULL, "tools/same_bits.sh $T/few $T/plain");
}
END_TEST

/* Evaluations the other way round: the same stages. */
START_TEST(order)
{
    asy_child_must(0, NULL,
                   "awk '/^evaluate:/ { print; e = 1; next } e && /^  / { line[++n] = $0; next } "
                   "e { for (; n > 0; n--) print line[n]; e = 0 } { print }' %s >$T/turned.yaml && ! cmp -s "
                   "%s $T/turned.yaml",
                   SPEC, SPEC);
    asy_child_must(0, NULL, "\"$ASSAY\" run $T/turned.yaml %s %s -q -o $T/turned", STUDY, EACH("n=120"));
    asy_child_must(0, NULL, "tools/same_bits.sh $T/one/stages $T/turned/stages");
}
END_TEST

/* An arm alone, with one evaluation: what is done is what the whole study did. */
START_TEST(alone)
{
    asy_child_must(
        0, "done: 1 runs",
        "\"$ASSAY\" run %s %s --arm pgd-at evaluate.clean= evaluate.noise= evaluate.fgsm= evaluate.mifgsm= "
        "evaluate.target= evaluate.curve= evaluate.pgd.n=120 -q -o $T/alone",
        SPEC, STUDY);
    asy_child_must(
        0, "3 stages",
        "n=0; for s in $T/alone/stages/*; do n=$((n + 1)); tools/same_bits.sh $s $T/one/stages/${s##*/} || "
        "exit 1; done; echo $n stages");
}
END_TEST

/* The comparison itself: another seed, and one bit of one file, are seen. */
START_TEST(differences_are_seen)
{
    asy_child_must(0, NULL, "cp -r $T/one $T/bit");
    asy_child_must(0, NULL, "tools/same_bits.sh $T/one $T/bit");
    asy_child_must(0, NULL,
                   "f=$(ls $T/bit/stages/*/adv.npz | head -1) && printf '\\001' | dd of=$f bs=1 seek=400 "
                   "conv=notrunc 2>/dev/null");
    asy_child_must(1, "adv.npz differs", "tools/same_bits.sh $T/one $T/bit");
    asy_child_must(0, NULL, "\"$ASSAY\" run %s --smoke -q -o $T/seed0 seeds=[0]", SPEC);
    asy_child_must(0, NULL, "\"$ASSAY\" run %s --smoke -q -o $T/seed1 seeds=[1]", SPEC);
    asy_child_must(1, "results.csv differs", "tools/same_bits.sh $T/seed0 $T/seed1");
    asy_child_must(1, "holds nothing to compare", "mkdir $T/empty && tools/same_bits.sh $T/empty $T/one");
}
END_TEST

Suite *asy_suite_cli_same_bits(void)
{
    Suite *s = suite_create("cli_same_bits");
    TCase *t = tcase_create("study");
    tcase_set_timeout(t, 300);
    tcase_add_unchecked_fixture(t, setup, asy_child_teardown);
    tcase_add_loop_test(t, same_bytes, 0, VARIANTS);
    tcase_add_test(t, plain_c);
    tcase_add_test(t, order);
    tcase_add_test(t, alone);
    tcase_add_test(t, differences_are_seen);
    suite_add_tcase(s, t);
    return s;
}
