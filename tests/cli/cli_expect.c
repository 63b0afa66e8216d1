// SPDX-License-Identifier: GPL-3.0-or-later
/* Claims of a spec through the binary: what is said, the exit code, the verdicts that the folder keeps;
 * sweeps from a spec and from the command line, without their included file when they go on. */
#include "../support/child.h"
#include <check.h>
#include <string.h>

Suite *asy_suite_cli_expect(void);

/* Blobs that an mlp learns in part: accuracies differ between arms and seeds. $T/s is the study of $T/s.yaml;
 * `sh $T/mean ARM` prints an arm's mean accuracy, from results.csv. */
static void setup(void)
{
    asy_child_setup();
    asy_child_must(
        0, NULL,
        "cd $T && cat >s.yaml <<'E'\n"
        "assay: 1\nname: s\ndata: {dataset: {method: blobs, n: 400}, split: {train: 200, test: 100}}\n"
        "model: {arch: mlp, hidden: [8]}\n"
        "train: {epochs: 1, batch: 20, optimizer: {method: sgd, lr: 0.1}}\n"
        "arms: {slow: {}, fast: {train: {epochs: 8}}}\nseeds: 3\nE\n"
        "cat >mean <<'E'\n"
        "awk -F, -v arm=$1 '$2 == arm && $6 == \"accuracy\" { s += $8; n++ } END { printf \"%%.17g\", s / n "
        "}' "
        "$T/s/results.csv\nE\n"
        "\"$ASSAY\" run s.yaml -q -o s");
}

static const struct {
    int code;
    const char *says, *claim;
} claims[] = {
    { 0, "c: satisfied", "metric: slow/clean.accuracy, equals: $(sh $T/mean slow), within: 1e-12" },
    { 1, "c: failed (slow)", "metric: slow/clean.accuracy, equals: $(sh $T/mean fast), within: 1e-12" },
    { 0, "c: satisfied", "metric: fast/clean.accuracy, more_than: slow/clean.accuracy" },
    { 1, "c: failed (slow)", "metric: slow/clean.accuracy, more_than: fast/clean.accuracy" },
    { 1, "c: failed (slow)", "metric: slow/clean.accuracy, less_than: slow/clean.accuracy" },
    { 0, "c: satisfied", "metric: slow/clean.accuracy, at_most: slow/clean.accuracy" },
    { 0, "c: satisfied", "metric: '*/clean.accuracy', at_least: 0.01" },
    { 1, "c: failed (slow)", "metric: '*/clean.accuracy', at_least: $(sh $T/mean fast)" },
    { 0, "c: satisfied", "metric: fast/clean.accuracy, less_than: =train.epochs" },
    { 1, "c: failed (fast)", "metric: fast/clean.accuracy, more_than: =train.epochs" },
    { 0, "c: satisfied", "metric: '*/clean.accuracy', between: [0, 1], judge: ci" },
    { 1, "c: failed (fast)", "metric: fast/clean.accuracy, at_least: $(sh $T/mean fast), judge: ci" },
    { 1, "c: missing (slow)", "metric: slow/clean.nothing, at_least: 0" },
    { 0, "c: matches",
      "metric: slow/clean.accuracy, within: 1e-9, reference: {value: $(sh $T/mean slow), source: here}" },
    { 1, "c: differs (slow)",
      "metric: slow/clean.accuracy, within: 1e-9, reference: {value: -3, source: here}" },
    { 1, "c: differs (slow)", "metric: slow/clean.accuracy, reference: {value: -3, source: here}" },
    { 0, "c: matches", "metric: slow/clean.accuracy, reference: {value: $(sh $T/mean slow), source: here}" },
};
enum { CLAIMS = sizeof claims / sizeof *claims };

START_TEST(verdicts)
{
    asy_child_must(
        claims[_i].code, claims[_i].says,
        "{ cat $T/s.yaml; echo \"expect: {c: {%s}}\"; } >$T/e.yaml; exec \"$ASSAY\" run $T/e.yaml -q -o $T/s",
        claims[_i].claim);
    asy_child_must(
        0, strstr(claims[_i].says, "match") || strstr(claims[_i].says, "differ") ? "Reproduction" : "Claims",
        "cat $T/s/report.html");
}
END_TEST

/* A smoke run's numbers mean nothing: its failed claim is shown, and is no finding for the exit code. */
START_TEST(smoke_is_not_judged)
{
    asy_child_must(
        0, "c: failed",
        "{ cat $T/s.yaml; echo 'expect: {c: {metric: slow/clean.accuracy, at_least: 2}}'; } >$T/e.yaml; "
        "exec \"$ASSAY\" run $T/e.yaml --smoke -q -o $T/smoke");
}
END_TEST

START_TEST(axes_pair_arms_and_are_kept)
{
    asy_child_must(
        1, "c: failed (fast[train.optimizer.lr=0.1])",
        "cat >$T/w.yaml <<'E'\ninclude: [s.yaml]\nname: w\nsweep: {axes: {train.optimizer.lr: [0.1, 0.5]}}\n"
        "expect:\n  c: {metric: 'fast[train.optimizer.lr=0.1]/clean.accuracy', less_than: "
        "slow/clean.accuracy}\n"
        "  d: {metric: fast/clean.accuracy, more_than: slow/clean.accuracy}\nE\n"
        "exec \"$ASSAY\" run $T/w.yaml -q -o $T/w");
    ck_assert_ptr_nonnull(strstr(asy_child_said(), "d: satisfied"));
    asy_child_must(0, NULL, "test $(grep -c . $T/w/plan.jsonl) = 12");
    asy_child_must(0, "fast,train.optimizer.lr=0.5,2,clean,accuracy", "cat $T/w/results.csv");
    /* the same folder goes on from its own copies */
    asy_child_must(0, NULL,
                   "cp $T/w/results.csv $T/before; rm -r $T/w/runs $T/w/results.csv; mv $T/s.yaml $T/away");
    asy_child_must(1, "12 runs, 0 failed", "exec \"$ASSAY\" resume $T/w");
    asy_child_must(0, NULL, "mv $T/away $T/s.yaml; cmp $T/before $T/w/results.csv");
    asy_child_must(0, "0 to run", "\"$ASSAY\" plan $T/w.yaml -o $T/w | grep train");
}
END_TEST

/* The command line's axes give the runs that the spec's would. */
START_TEST(sweep_from_the_command_line)
{
    asy_child_must(0, "12 runs, 0 failed",
                   "exec \"$ASSAY\" sweep $T/s.yaml train.optimizer.lr=0.1,0.5 name=w -q -o $T/line");
    asy_child_must(
        0, NULL,
        "printf '%%s\\n' 'include: [s.yaml]' 'name: w' 'sweep: {axes: {train.optimizer.lr: [0.1, 0.5]}}' "
        ">$T/x.yaml; \"$ASSAY\" run $T/x.yaml -q -o $T/file && tools/same_bits.sh $T/line $T/file");
    asy_child_must(
        0, "6 runs, 0 failed",
        "exec \"$ASSAY\" sweep $T/s.yaml train.optimizer.lr=0.1,0.5 train.batch=20,50 --zip --arm slow -q "
        "-o $T/zip");
    asy_child_must(2, "no argument is an axis", "exec \"$ASSAY\" sweep $T/s.yaml train.epochs=2");
    asy_child_must(2, "E0203", "exec \"$ASSAY\" sweep $T/s.yaml train.epoch=1,2");
}
END_TEST

Suite *asy_suite_cli_expect(void)
{
    Suite *s = suite_create("cli_expect");
    TCase *t = tcase_create("all");
    tcase_add_unchecked_fixture(t, setup, asy_child_teardown);
    tcase_add_loop_test(t, verdicts, 0, CLAIMS);
    tcase_add_test(t, smoke_is_not_judged);
    tcase_add_test(t, axes_pair_arms_and_are_kept);
    tcase_add_test(t, sweep_from_the_command_line);
    tcase_set_timeout(t, 60);
    suite_add_tcase(s, t);
    return s;
}
