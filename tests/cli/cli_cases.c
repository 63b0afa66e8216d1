// SPDX-License-Identifier: GPL-3.0-or-later
/* Faults that other people's tools had: seed 0 taken for no seed, a learning rate that starts over after a
 * resume, one path twice on the command line. */
#include "../support/child.h"
#include <check.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Suite *asy_suite_cli_cases(void);

/* ---- seeds */

static void blobs(void)
{
    asy_child_setup();
    asy_child_must(
        0, NULL,
        "echo '{assay: 1, name: b, data: {dataset: blobs, split: {train: 100, test: 50}}, model: linear, "
        "train: {epochs: 1, batch: 10, optimizer: {method: sgd, lr: 0.1}}}' >$T/b.yaml");
}

#define RUN_B(dir, args) asy_child_must(0, "0 failed", "\"$ASSAY\" run $T/b.yaml -q -o $T/" dir " " args)
#define SAME(a, b) asy_child_must(0, NULL, "tools/same_bits.sh $T/" a " $T/" b)

START_TEST(seed_zero_is_a_seed)
{
    RUN_B("zero", "'seeds=[0]'");
    RUN_B("again", "'seeds=[0]'");
    RUN_B("count", "seeds=1");
    RUN_B("none", "");
    RUN_B("one", "'seeds=[1]'");
    SAME("zero", "again");
    SAME("zero", "count");
    SAME("zero", "none");
    asy_child_must(1, NULL, "tools/same_bits.sh $T/zero $T/one");
    /* initial weights: at a rate that moves nothing */
    RUN_B("start0", "'seeds=[0]' train.optimizer.lr=0");
    RUN_B("start1", "'seeds=[1]' train.optimizer.lr=0");
    asy_child_must(1, NULL,
                   "cmp -s $T/start0/stages/*/model.safetensors $T/start1/stages/*/model.safetensors");
    asy_child_must(1, NULL, "cmp -s $T/zero/stages/*/model.safetensors $T/start0/stages/*/model.safetensors");
}
END_TEST

/* 64 bits, not 32 and not 53: each trains another model, and is written as it is. */
START_TEST(large_seeds)
{
    RUN_B("large", "'seeds=[0, 4294967296, 9007199254740992, 9007199254740993, 9223372036854775807]'");
    asy_child_must(
        0, NULL,
        "test $(sha256sum $T/large/stages/*/model.safetensors | cut -d' ' -f1 | sort -u | wc -l) = 5");
    asy_child_must(0, "0\n4294967296\n9007199254740992\n9007199254740993\n9223372036854775807\n",
                   "awk -F, '$6 == \"accuracy\" { print $4 }' $T/large/results.csv");
}
END_TEST

static const struct {
    const char *seeds, *text;
} refused[] = {
    { "[-1]", "a seed is a whole number from 0 to 9223372036854775807" },
    { "[0.5]", "a seed is a whole number" },
    { "[18446744073709551615]", "a seed is a whole number" },
    { "[0, 0]", "seed 0 stands twice" },
    { "[3, 1, 3]", "seed 3 stands twice" },
    { "0", "`seeds` takes a count from 1 to 10000" },
    { "-3", "`seeds` takes a count" },
    { "[]", "`seeds` takes a count" },
    { "yes", "`seeds` takes a count" },
};

START_TEST(seeds_refused)
{
    asy_child_must(2, refused[_i].text, "\"$ASSAY\" run $T/b.yaml -q -o $T/refused 'seeds=%s'",
                   refused[_i].seeds);
    asy_child_must(1, NULL, "test -e $T/refused");
}
END_TEST

/* ---- one place twice on the command line */

static const struct {
    const char *args, *text, *shown;
} twice[] = {
    { "train.epochs=5 train.epochs=7", "`train.epochs` sets again what argument 5 sets", "epochs: 7" },
    { "'train={epochs: 5}' train.epochs=7", "`train.epochs` sets again what argument 5 sets", "epochs: 7" },
    { "train.epochs=7 'train={epochs: 5}'", "`train` sets again what argument 5 sets", "epochs: 5" },
    { "train.optimizer.lr=3 train.optimizer=adam", "`train.optimizer` sets again what argument 5 sets",
      "method: adam" },
    { "'seeds=[4]' 'seeds=[5]'", "`seeds` sets again what argument 5 sets", "epochs: 1" },
};

START_TEST(path_twice)
{
    asy_child_must(0, twice[_i].text, "\"$ASSAY\" run $T/b.yaml -q -o $T/twice %s", twice[_i].args);
    ck_assert_ptr_nonnull(strstr(asy_child_said(), "the later one counts"));
    asy_child_must(0, twice[_i].shown, "cat $T/twice/spec/resolved.yaml && rm -r $T/twice");
}
END_TEST

/* What goes together is not complained of. */
START_TEST(paths_together)
{
    RUN_B("together", "train.epochs=3 'train={batch: 20}' train.optimizer=sgd train.optimizer.lr=0.25");
    ck_assert_ptr_null(strstr(asy_child_said(), "warning"));
    asy_child_must(0, "lr: 0.25", "cat $T/together/spec/resolved.yaml");
    ck_assert_ptr_nonnull(strstr(asy_child_said(), "batch: 20"));
    ck_assert_ptr_nonnull(strstr(asy_child_said(), "epochs: 3"));
}
END_TEST

/* A block that names another architecture is another block, in an arm and on the command line; a bare name
 * takes parameters. */
START_TEST(other_architectures)
{
    asy_child_must(0, "2 arms",
                   "{ sed 's/model: linear/model: {arch: mlp, hidden: [8]}, arms: {one: {}, two: {model: "
                   "{arch: linear}}}/' "
                   "$T/b.yaml; } | \"$ASSAY\" check -");
    RUN_B("arch", "model.arch=mlp");
    RUN_B("arch", "model.arch=mlp 'model.hidden=[8]'");
    asy_child_must(2, "there is no `model.hidden`",
                   "\"$ASSAY\" run $T/b.yaml -q -o $T/arch 'model.hidden=[8]'");
    asy_child_must(0, "arch: mlp", "cat $T/arch/spec/resolved.yaml && rm -r $T/arch");
}
END_TEST

/* ---- the learning rate after a resume */

#define TRAIN                                                                                                \
    "tests/cli/_small.yaml --arm standard --seed 0 evaluate.noise= evaluate.fgsm= evaluate.mifgsm= "         \
    "evaluate.pgd= evaluate.target= evaluate.curve= model.width=8 train.epochs=6 train.batch=10 "            \
    "train.optimizer.lr=0.1 train.optimizer.momentum=0 train.checkpoint.every=0.01 "

static const struct {
    const char *name, *args;
    int epochs;
} course[] = {
    { "step", "'train.optimizer.schedule={method: step, every: 2, factor: 0.1}'", 6 },
    { "one-cycle", "'train.optimizer.schedule={method: one-cycle, peak: 0.3}'", 6 },
    { "cosine", "'train.optimizer.schedule={method: cosine, warmup: 1}'", 6 },
    /* nothing is learnt, so the first epoch stays the best one and patience runs out */
    { "patience",
      "train.optimizer.lr=1e-30 'train.stop={metric: accuracy, patience: 2}' "
      "'train.optimizer.schedule={method: constant, warmup: 0}'",
      3 },
};
enum { STEP, ONE_CYCLE, COSINE, PATIENCE, COURSES };

static void calm_courses(void)
{
    asy_child_setup();
    for (int i = 0; i < COURSES; i++)
        asy_child_must(0, "done: 1 runs", "\"$ASSAY\" run " TRAIN "%s -q -o $T/%s", course[i].args,
                       course[i].name);
}

/* The rate of each epoch, from the lines of steps; fails unless every step stands there once. */
static void rates(const char *study, int epochs, double rate[])
{
    asy_child_must(0, NULL, "cat $T/%s/stages/*/metrics.jsonl", study);
    int step = 0;
    for (const char *line = asy_child_said(), *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        double loss, lr;
        int epoch, number;
        if (sscanf(line, "{\"epoch\":%d,\"loss\":%lf,\"lr\":%lf,\"step\":%d}", &epoch, &loss, &lr, &number) !=
            4)
            continue;
        ck_assert_int_eq(number, ++step);
        ck_assert_int_eq(epoch, (step + 39) / 40);
        rate[epoch - 1] = lr;
    }
    ck_assert_int_eq(step, 40 * epochs);
}

START_TEST(rates_are_right)
{
    double rate[6];
    rates("step", 6, rate);
    for (int e = 0; e < 6; e++) ck_assert_double_eq_tol(rate[e] * pow(10, e / 2), 0.1, 1e-16);
    rates("cosine", 6, rate);
    for (int e = 1; e < 6; e++) ck_assert(e == 1 || rate[e] < rate[e - 1]);
    rates("patience", 3, rate);
}
END_TEST

/* In every epoch in turn: killed in the odd tests, asked to stop in the even ones. */
static void interrupt(int which, int epoch, int signal)
{
    char text[32], name[32], pattern[64];
    (void)snprintf(text, sizeof text, "{\"epoch\":%d,", epoch);
    (void)snprintf(name, sizeof name, "cut-%d-%d-%d", which, epoch, signal);
    (void)snprintf(pattern, sizeof pattern, "%s/stages/*.work/metrics.jsonl", name);
    asy_child c = asy_child_start("exec \"$ASSAY\" run " TRAIN "%s -q -o $T/%s", course[which].args, name);
    bool reached = asy_child_await(&c, pattern, text);
    (void)kill(c.pid, signal);
    int code = asy_child_end(&c);
    ck_assert_msg(reached, "%s", asy_child_said());
    ck_assert_msg(code == (signal == SIGKILL ? 137 : 75), "%s, epoch %d: exit code %d", course[which].name,
                  epoch, code);
    asy_child_must(0, "done: 1 runs", "\"$ASSAY\" resume $T/%s -q", name);
    ck_assert_ptr_null(strstr(asy_child_said(), "starts over"));
    asy_child_must(0, NULL, "tools/same_bits.sh $T/%s $T/%s", course[which].name, name);
}

START_TEST(step_after_a_resume) { interrupt(STEP, _i / 2 + 1, _i % 2 ? SIGKILL : SIGTERM); }
END_TEST

START_TEST(others_after_a_resume)
{
    interrupt(ONE_CYCLE, 2, SIGKILL);
    interrupt(ONE_CYCLE, 5, SIGTERM);
    interrupt(COSINE, 1, SIGKILL);
    interrupt(COSINE, 4, SIGTERM);
    interrupt(PATIENCE, 2, SIGKILL);
    interrupt(PATIENCE, 3, SIGTERM);
}
END_TEST

/* Two more epochs train again, and `plan` says so before; the six are kept. */
START_TEST(more_epochs)
{
    asy_child_must(0, NULL, "cp -a $T/cosine $T/more");
    asy_child_must(0, "train        0 cached      1 to run",
                   "\"$ASSAY\" plan " TRAIN "%s train.epochs=8 -o $T/more", course[COSINE].args);
    asy_child_must(0, "done: 1 runs", "\"$ASSAY\" run " TRAIN "%s train.epochs=8 -q -o $T/more",
                   course[COSINE].args);
    asy_child_must(0, "560\n", "cat $T/more/stages/*/metrics.jsonl | grep -c lr");
}
END_TEST

/* ---- batch statistics play no part in evaluation or attack, and survive it */

static void normalised(void)
{
    asy_child_setup();
    asy_child_must(0, NULL,
                   "cat >$T/n.yaml <<'E'\n"
                   "assay: 1\nname: n\ndata: {dataset: synth-digits, split: {train: 500, test: 64}}\n"
                   "model: {arch: cnn-small, width: 4, norm: batch}\n"
                   "train: {epochs: 1, batch: 32, optimizer: {method: sgd, lr: 0.05}}\n"
                   "evaluate: {clean: accuracy, pgd: {method: pgd, norm: linf, eps: 0.1, steps: 10}}\nE\n"
                   "\"$ASSAY\" run $T/n.yaml -q -o $T/n evaluate.clean.batch=64 evaluate.pgd.batch=64");
}

/* `batch` is in no key, so a fresh folder makes them anew: rows alone, by sevens, all at once. */
START_TEST(rows_do_not_see_their_batch)
{
    asy_child_must(0, NULL,
                   "for b in 1 7; do \"$ASSAY\" run $T/n.yaml -q -o $T/n$b evaluate.clean.batch=$b "
                   "evaluate.pgd.batch=$b && tools/same_bits.sh $T/n $T/n$b || exit 1; done");
}
END_TEST

/* The trained statistics are in the file, have left their start, and are what they were when it is evaluated
 * again. */
START_TEST(evaluation_leaves_the_statistics)
{
    asy_child_must(
        0, NULL,
        "sha256sum $T/n/stages/*/model.safetensors >$T/sum; grep -aq 'norm1.var' "
        "$T/n/stages/*/model.safetensors; "
        "rm -r $(dirname $T/n/stages/*/adv.npz); \"$ASSAY\" run $T/n.yaml -q -o $T/n && sha256sum -c $T/sum");
    asy_child_must(0, "train.adversary.statistics       running",
                   "exec \"$ASSAY\" show $T/n.yaml --origin 'train.adversary={method: fgsm, eps: 0.1}'");
}
END_TEST

Suite *asy_suite_cli_cases(void)
{
    Suite *s = suite_create("cli_cases");
    TCase *t = tcase_create("seeds and paths");
    tcase_set_timeout(t, 60);
    tcase_add_unchecked_fixture(t, blobs, asy_child_teardown);
    tcase_add_test(t, seed_zero_is_a_seed);
    tcase_add_test(t, large_seeds);
    tcase_add_loop_test(t, seeds_refused, 0, sizeof refused / sizeof *refused);
    tcase_add_loop_test(t, path_twice, 0, sizeof twice / sizeof *twice);
    tcase_add_test(t, paths_together);
    tcase_add_test(t, other_architectures);
    suite_add_tcase(s, t);
    t = tcase_create("batch statistics");
    tcase_set_timeout(t, 60);
    tcase_add_unchecked_fixture(t, normalised, asy_child_teardown);
    tcase_add_test(t, rows_do_not_see_their_batch);
    tcase_add_test(t, evaluation_leaves_the_statistics);
    suite_add_tcase(s, t);
    t = tcase_create("rates");
    tcase_set_timeout(t, 120);
    tcase_add_unchecked_fixture(t, calm_courses, asy_child_teardown);
    tcase_add_test(t, rates_are_right);
    tcase_add_loop_test(t, step_after_a_resume, 0, 12);
    tcase_add_test(t, others_after_a_resume);
    tcase_add_test(t, more_epochs);
    suite_add_tcase(s, t);
    return s;
}
