// SPDX-License-Identifier: GPL-3.0-or-later
/* Commands on a study's folder: status, worker, report, cache. */
#include "../support/child.h"
#include <check.h>
#include <signal.h>
#include <string.h>

Suite *asy_suite_cli_commands(void);

static void setup(void)
{
    asy_child_setup();
    asy_child_must(
        0, NULL,
        "cd $T && cat >s.yaml <<'E'\n"
        "assay: 1\nname: s\ndata: {dataset: {method: blobs, n: 400}, split: {train: 200, test: 100}}\n"
        "model: {arch: mlp, hidden: [8]}\n"
        "train: {epochs: 1, batch: 20, optimizer: {method: sgd, lr: 0.1}}\n"
        "arms: {one: {}, two: {train: {epochs: 2}}, bad: {train: {loss: mse, optimizer: {lr: 1e6}}}}\nseeds: "
        "2\nE\n"
        "sed 's/epochs: 2/epochs: 200000/; s/, bad.*}}}}/}/' s.yaml >long.yaml");
}

START_TEST(status_counts)
{
    asy_child_must(5, NULL, "exec \"$ASSAY\" run $T/s.yaml -q -o $T/s");
    asy_child_must(0, "6 runs, 14 stages", "exec \"$ASSAY\" status $T/s");
    ck_assert_ptr_nonnull(strstr(asy_child_said(), "train         4 done     2 diverged"));
    ck_assert_ptr_nonnull(strstr(asy_child_said(), "evaluate      4 done     2 queued"));
    ck_assert_ptr_nonnull(strstr(asy_child_said(), "diverged: bad seed 1 train   training diverged at step"));
    asy_child_must(0, "\"counts\":{\"data\":{\"done\":2},\"train\":{\"done\":4,\"diverged\":2},",
                   "exec \"$ASSAY\" status $T/s "
                   "--json");
    asy_child_must(2, "is not a study", "exec \"$ASSAY\" status $T");
}
END_TEST

/* What runs is seen from outside; what was stopped is interrupted; two workers finish what is left together.
 */
START_TEST(status_of_a_running_study)
{
    asy_child c = asy_child_start("exec \"$ASSAY\" run $T/long.yaml --seed 0 -q -o $T/long");
    ck_assert(asy_child_await(&c, "long/stages/*.work/metrics.jsonl", "\"step\":40,"));
    asy_child_must(0, "running: ", "exec \"$ASSAY\" status $T/long");
    ck_assert_int_eq(kill(c.pid, SIGTERM), 0);
    ck_assert_int_eq(asy_child_end(&c), 75);
    asy_child_must(0, "1 interrupted", "exec \"$ASSAY\" status $T/long");
}
END_TEST

START_TEST(workers_share_a_study)
{
    asy_child_must(0, NULL, "\"$ASSAY\" run $T/s.yaml --arm one,two -q -o $T/alone");
    asy_child_must(
        0, NULL,
        "\"$ASSAY\" run $T/s.yaml --arm one,two -q -o $T/both --threads 1 & sleep 0.02; "
        "until test -f $T/both/spec/options.json; do sleep 0.01; done; "
        "\"$ASSAY\" worker $T/both -q --threads 1 & \"$ASSAY\" worker $T/both -q --threads 1; wait; "
        "tools/same_bits.sh $T/alone $T/both");
    asy_child_must(0, "0 failed", "exec \"$ASSAY\" worker $T/both");
}
END_TEST

START_TEST(reports_are_made_again)
{
    asy_child_must(
        0, NULL,
        "\"$ASSAY\" run $T/s.yaml --arm one -q -o $T/r && cd $T/r && cp report.html ../was.html && "
        "rm -r report.html tables summary.json && \"$ASSAY\" report . && cmp report.html ../was.html && "
        "test -f tables/main.csv");
    asy_child_must(2, "is not a study", "exec \"$ASSAY\" report $T/nowhere");
}
END_TEST

START_TEST(cache_keeps_what_runs_need)
{
    asy_child_must(0, NULL, "\"$ASSAY\" run $T/s.yaml --arm one -q -o $T/c");
    asy_child_must(0, NULL, "\"$ASSAY\" run $T/s.yaml --arm one train.batch=10 -q -o $T/c");
    asy_child_must(0, "4 stages that no run points to,", "exec \"$ASSAY\" cache list $T/c");
    asy_child_must(0, "0 stages that no run points to removed", "exec \"$ASSAY\" cache gc $T/c --older 1h");
    asy_child_must(0, "4 stages that no run points to removed", "exec \"$ASSAY\" cache gc $T/c");
    asy_child_must(0, "0 to run", "\"$ASSAY\" plan $T/s.yaml --arm one train.batch=10 -o $T/c | grep train");
    asy_child_must(2, "cache takes", "exec \"$ASSAY\" cache drop $T/c");
    asy_child_must(2, "--older takes", "exec \"$ASSAY\" cache gc $T/c --older soon");
}
END_TEST

/* Paired by arm and seed: the same study has the same bits; an altered one names what differs in spec and
 * values. */
START_TEST(studies_are_compared)
{
    asy_child_must(
        0, NULL,
        "\"$ASSAY\" run $T/s.yaml --arm one,two -q -o $T/a && \"$ASSAY\" run $T/s.yaml --arm one,two "
        "train.batch=10 -q -o $T/b");
    asy_child_must(0, "8 values in both, 8 the same to the bit", "exec \"$ASSAY\" compare $T/a $T/a");
    (void)asy_child_run("exec \"$ASSAY\" compare $T/a $T/b --metric loss");
    ck_assert_ptr_nonnull(strstr(asy_child_said(), "spec: one: train.batch   20 → 10"));
    ck_assert_ptr_nonnull(strstr(asy_child_said(), "one/clean.loss   "));
    ck_assert_ptr_null(strstr(asy_child_said(), "clean.accuracy"));
    asy_child_must(2, "no run in common",
                   "\"$ASSAY\" run $T/s.yaml --arm one 'seeds=[9]' -q -o $T/d && exec \"$ASSAY\" "
                   "compare $T/a $T/d");
    asy_child_must(2, "is not a study", "exec \"$ASSAY\" compare $T/a $T");
}
END_TEST

START_TEST(a_study_is_reproduced)
{
    asy_child_must(0, NULL, "\"$ASSAY\" run $T/s.yaml --arm one -q -o $T/p");
    asy_child_must(0, "the same to the bit", "exec \"$ASSAY\" reproduce $T/p -q");
    asy_child_must(0, NULL, "tools/same_bits.sh $T/p $T/p.again");
    /* somebody edits a result */
    asy_child_must(0, NULL, "sed -i 's/\"value\": [0-9.]*/\"value\": 0.123/' $T/p/runs/*/results.json");
    asy_child_must(1, "difference", "exec \"$ASSAY\" reproduce $T/p -q -o $T/third");
}
END_TEST

/* Every code that a source file can say is explained, and none that no file says. */
START_TEST(all_codes_are_explained)
{
    asy_child_must(0, "E0205  a value outside its range", "exec \"$ASSAY\" explain");
    asy_child_must(0, NULL,
                   "\"$ASSAY\" explain | cut -d' ' -f1 | sort >$T/told; "
                   "grep -rhoE '\"[EW]0[0-9]{3}\"' $(ls -d lib attacks defenses privacy active ordinal audit "
                   "datasets 2>/dev/null) "
                   "--include='*.c' --exclude=codes.c | tr -d '\"' | sort -u >$T/said; diff $T/said $T/told");
    asy_child_must(0, "right:", "exec \"$ASSAY\" explain E0203");
    asy_child_must(2, "did you mean `E0203`?", "exec \"$ASSAY\" explain e0203");
}
END_TEST

Suite *asy_suite_cli_commands(void)
{
    Suite *s = suite_create("cli_commands");
    TCase *t = tcase_create("all");
    tcase_add_unchecked_fixture(t, setup, asy_child_teardown);
    tcase_add_test(t, status_counts);
    tcase_add_test(t, status_of_a_running_study);
    tcase_add_test(t, workers_share_a_study);
    tcase_add_test(t, reports_are_made_again);
    tcase_add_test(t, cache_keeps_what_runs_need);
    tcase_add_test(t, all_codes_are_explained);
    tcase_add_test(t, studies_are_compared);
    tcase_add_test(t, a_study_is_reproduced);
    tcase_set_timeout(t, 60);
    suite_add_tcase(s, t);
    return s;
}
