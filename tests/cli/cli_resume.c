// SPDX-License-Identifier: GPL-3.0-or-later
/* Killed, stopped, resumed, run again, run twice at once: always the bytes of the undisturbed study, each
 * stage done once, nothing left over. */
#include "../support/child.h"
#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Suite *asy_suite_cli_resume(void);

/* A checkpoint as often as the disk allows, so that a kill at any moment is followed by an exact resume. */
#define STUDY                                                                                                \
    "tests/cli/_small.yaml --arm standard,pgd-at --seed 0 data.dataset.n=1100 data.split.train=1000 "        \
    "model.width=6 train.epochs=3 train.checkpoint.every=0.02"
#define RUN "exec \"$ASSAY\" run " STUDY " -q -o $T/"

static double calm; /* seconds that the undisturbed study takes */

static void setup(void)
{
    asy_child_setup();
    asy_child_must(0, "done: 2 runs", RUN "calm");
    calm = asy_child_wall();
}

/* As the undisturbed one, and clean. */
static void finished(const char *name)
{
    asy_child_must(0, NULL, "tools/same_bits.sh $T/calm $T/%s", name);
    asy_child_must(
        1, NULL, "find $T/%s -name '*.work' -o -name '*.lock' -o -name '*.tmp' -o -name '*.failed' | grep .",
        name);
    asy_child_must(0, ": 0 files not as", "\"$ASSAY\" verify $T/%s/", name);
    asy_child_must(0, NULL, "rm -r $T/%s", name);
}

static void resume(const char *name)
{
    asy_child_must(0, "done: 2 runs", "\"$ASSAY\" resume $T/%s -q", name);
}

/* Published stages with their inodes and times, into $T/NAME.before. */
static void keep_stages(const char *name)
{
    asy_child_must(
        0, NULL,
        "find $T/%s/stages -path '*.work*' -prune -o -type f ! -name '*.lock' -printf '%%P %%i %%T@\\n' "
        "| sort >$T/%s.before",
        name, name);
}

/* What had been published was not done again. */
static void stages_kept(const char *name)
{
    asy_child_must(0, NULL,
                   "find $T/%s/stages -type f -printf '%%P %%i %%T@\\n' | sort | comm -13 - $T/%s.before "
                   "| { ! grep .; }",
                   name, name);
}

/* A study that its signal reached before its end: training has begun. */
static asy_child begin_training(const char *name)
{
    asy_child c = asy_child_start(RUN "%s", name);
    char pattern[64];
    (void)snprintf(pattern, sizeof pattern, "%s/stages/*.work/metrics.jsonl", name);
    ck_assert(asy_child_await(&c, pattern, "\n"));
    return c;
}

static const double moment[] = { 0.02, 0.09, 0.17, 0.26, 0.35, 0.47, 0.58, 0.69, 0.81, 0.93 };
enum { MOMENTS = sizeof moment / sizeof *moment };

START_TEST(killed_once)
{
    asy_child c = asy_child_start(RUN "killed");
    asy_child_pause(moment[_i] * calm);
    (void)kill(c.pid, SIGKILL);
    int code = asy_child_end(&c);
    ck_assert_msg(code == 128 + SIGKILL || code == 0, "exit code %d\n%s", code, asy_child_said());
    if (asy_child_run("test -e $T/killed/spec/options.json && test -d $T/killed/stages") != 0) {
        asy_child_must(0, NULL, RUN "killed"); /* so early that there is nothing to resume */
    } else {
        keep_stages("killed");
        resume("killed");
        stages_kept("killed");
    }
    finished("killed");
}
END_TEST

START_TEST(killed_often)
{
    int kills = 0, code = 128 + SIGKILL;
    for (int i = 0; i < 40 && code == 128 + SIGKILL; i++) {
        asy_child c = asy_child_start(i == 0 ? RUN "often" : "exec \"$ASSAY\" %s $T/often -q", "resume");
        asy_child_pause((0.06 + 0.01 * (double)(i * 7 % 11)) * calm);
        (void)kill(c.pid, SIGKILL);
        code = asy_child_end(&c);
        kills += code == 128 + SIGKILL;
    }
    ck_assert_int_ge(kills, 1);
    if (code != 0) resume("often");
    finished("often");
}
END_TEST

static const struct {
    int signal, code;
} stop[] = { { SIGTERM, 75 }, { SIGINT, 130 }, { SIGUSR1, 75 } };

START_TEST(stopped)
{
    char name[16];
    (void)snprintf(name, sizeof name, "stop%d", _i);
    asy_child c = begin_training(name);
    (void)kill(c.pid, stop[_i].signal);
    int code = asy_child_end(&c);
    ck_assert_msg(code == stop[_i].code, "exit code %d\n%s", code, asy_child_said());
    ck_assert_ptr_nonnull(
        strstr(asy_child_said(), "stopped after a checkpoint; go on with\n  assay resume "));
    char *command = strdup(strstr(asy_child_said(), "assay resume ") + strlen("assay "));
    ck_assert_ptr_nonnull(command);
    command[strcspn(command, "\n")] = '\0';
    ck_assert_ptr_nonnull(strstr(command, name));
    keep_stages(name);
    asy_child_must(0, NULL, "stat -c %%i $T/%s/stages/*.work/metrics.jsonl >$T/inode", name);
    asy_child_must(0, "done: 2 runs", "\"$ASSAY\" %s -q", command); /* the command as it was printed */
    ck_assert_ptr_null(strstr(asy_child_said(), "starts over"));
    free(command);
    stages_kept(name);
    /* it went on in the same file */
    asy_child_must(0, NULL, "find $T/%s/stages -inum $(cat $T/inode) -name metrics.jsonl | grep .", name);
    finished(name);
}
END_TEST

/* Asked to stop while attacks run: their stages are done again, those before are not. */
START_TEST(stopped_in_an_evaluation)
{
    asy_child c = asy_child_start(RUN "late");
    ck_assert(asy_child_await(&c, "late/stages/*/adv.npz", "")); /* one attack is done, others are to come */
    (void)kill(c.pid, SIGTERM);
    int code = asy_child_end(&c);
    ck_assert_msg(code == 75, "exit code %d\n%s", code, asy_child_said());
    keep_stages("late");
    resume("late");
    stages_kept("late");
    finished("late");
}
END_TEST

/* A second signal ends it at once, also while the first one's checkpoint is being written. */
START_TEST(stopped_twice)
{
    int at_once = 0;
    for (int i = 0; i < 20 && !at_once; i++) {
        asy_child c = begin_training("twice");
        (void)kill(c.pid, SIGTERM);
        asy_child_pause(0.001);
        (void)kill(c.pid, SIGTERM);
        int code = asy_child_end(&c);
        ck_assert_msg(code == 143 || code == 75, "exit code %d\n%s", code, asy_child_said());
        at_once = code == 143;
        if (!at_once) asy_child_must(0, NULL, "rm -r $T/twice");
    }
    ck_assert_int_eq(at_once, 1);
    resume("twice");
    finished("twice");
}
END_TEST

/* Asked what it does, and hung up on: it answers and goes on. */
START_TEST(asked)
{
    asy_child c = begin_training("asked");
    (void)kill(c.pid, SIGHUP);
    (void)kill(c.pid, SIGQUIT);
    int code = asy_child_end(&c);
    ck_assert_msg(code == 0, "exit code %d\n%s", code, asy_child_said());
    ck_assert_msg(strstr(asy_child_said(), "standard seed 0 train ["), "%s", asy_child_said());
    finished("asked");
}
END_TEST

START_TEST(run_again)
{
    asy_child_must(0, NULL, "cp -a $T/calm $T/again");
    keep_stages("again");
    /* what a process leaves that is killed right after publishing */
    asy_child_must(0, NULL, "touch $(ls -d $T/again/stages/* | head -1).lock");
    asy_child_must(0, " 0 to run", "\"$ASSAY\" plan " STUDY " -o $T/again");
    ck_assert_ptr_null(strstr(asy_child_said(), "   1 to run"));
    asy_child_must(0, "done: 2 runs", RUN "again");
    asy_child_must(0, NULL, "cmp $T/calm/report.html $T/again/report.html");
    stages_kept("again");
    finished("again");
}
END_TEST

START_TEST(two_at_once)
{
    asy_child one = asy_child_start(RUN "two --no-report"), two = asy_child_start(RUN "two --no-report");
    int code = asy_child_end(&one);
    ck_assert_msg(code == 0, "one: exit code %d\n%s", code, asy_child_said());
    code = asy_child_end(&two);
    ck_assert_msg(code == 0, "the other: exit code %d\n%s", code, asy_child_said());
    keep_stages("two");
    resume("two");
    stages_kept("two");
    finished("two");
    /* and each with its report, of what is done already: what the other is writing is not listed */
    asy_child_must(0, NULL, "cp -a $T/calm $T/two");
    for (int i = 0; i < 4; i++) {
        one = asy_child_start(RUN "two");
        two = asy_child_start(RUN "two");
        ck_assert_int_eq(asy_child_end(&one), 0);
        ck_assert_int_eq(asy_child_end(&two), 0);
        asy_child_must(1, NULL, "grep '[.]tmp' $T/two/MANIFEST.sha256");
    }
    resume("two");
    finished("two");
}
END_TEST

/* From another folder, and after the study was moved. */
START_TEST(from_elsewhere)
{
    /* eight images of one byte, a byte of label each; one file named in the spec, one on the command line */
    asy_child_must(
        0, NULL,
        "mkdir $T/a $T/b && cd $T/a && printf '\\0\\0\\10\\3\\0\\0\\0\\10\\0\\0\\0\\1\\0\\0\\0\\1abcdefgh' "
        ">x-ubyte && "
        "printf '\\0\\0\\10\\1\\0\\0\\0\\10\\0\\1\\0\\1\\0\\1\\0\\1' >y-ubyte && cp x-ubyte z-ubyte && "
        "echo '{assay: 1, name: f, data: {files: {train: &d {input: x-ubyte, label: y-ubyte}, test: *d}}, "
        "model: linear, train: {epochs: 1}}' >f.yaml");
    asy_child_must(0, "done", "cd $T/a && \"$ASSAY\" run f.yaml -q -o ../b/o data.files.test.input=z-ubyte");
    asy_child_must(0, "done", "cd / && \"$ASSAY\" resume $T/b/o -q");
    asy_child_must(0, "done", "mv $T/b/o $T/b/moved && cd $T/b && \"$ASSAY\" resume moved -q");
}
END_TEST

START_TEST(changed_spec)
{
    asy_child_must(0, NULL, "cp -a $T/calm $T/changed");
    keep_stages("changed");
    asy_child_must(0, NULL, RUN "changed train.optimizer.lr=0.05");
    stages_kept("changed"); /* the old ones stay */
    asy_child_must(0, NULL, "test $(ls $T/changed/stages | wc -l) -gt $(ls $T/calm/stages | wc -l)");
    asy_child_must(1, "results.csv differs", "tools/same_bits.sh $T/calm $T/changed");
    asy_child_must(1, "edited", "echo x >>$T/changed/results.csv; \"$ASSAY\" verify $T/changed/");
    asy_child_must(0, NULL, RUN "changed"); /* and are found again */
    stages_kept("changed");
    asy_child_must(0, NULL,
                   "for f in results.csv tables/main.csv; do cmp $T/calm/$f $T/changed/$f || exit 1; done");
    asy_child_must(0, NULL, "rm -r $T/changed");
}
END_TEST

Suite *asy_suite_cli_resume(void)
{
    Suite *s = suite_create("cli_resume");
    TCase *t = tcase_create("study");
    tcase_set_timeout(t, 300);
    tcase_add_unchecked_fixture(t, setup, asy_child_teardown);
    tcase_add_loop_test(t, killed_once, 0, MOMENTS);
    tcase_add_test(t, killed_often);
    tcase_add_loop_test(t, stopped, 0, sizeof stop / sizeof *stop);
    tcase_add_test(t, stopped_in_an_evaluation);
    tcase_add_test(t, stopped_twice);
    tcase_add_test(t, asked);
    tcase_add_test(t, run_again);
    tcase_add_test(t, two_at_once);
    tcase_add_test(t, from_elsewhere);
    tcase_add_test(t, changed_spec);
    suite_add_tcase(s, t);
    return s;
}
