// SPDX-License-Identifier: GPL-3.0-or-later
/* Studies: arms, seeds, overrides, keys of stages. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "spec/spec.h"

static const char spec[] =
    "assay: 1\nname: s\n"
    "data: {dataset: {method: blobs, n: 100, n_test: 50}, split: {train: 80, val: 20, test: all}}\n"
    "model: {arch: linear}\n"
    "train: {epochs: 2, batch: 10, optimizer: {method: sgd, lr: 0.1}}\n"
    "arms:\n  a: {}\n  b: {train: {epochs: 3}}\n"
    "evaluate: {clean: accuracy, f: {method: fgsm, eps: 8/255}}\nseeds: [4, 7]\n";
static asy_arena *a;
static asy_diag *d;

static asy_study *read_text(const char *text, asy_spec_options o)
{
    char path[] = "/tmp/assay-spec-XXXXXX";
    int fd = mkstemp(path);
    asy_study *s = NULL;
    ck_assert_int_eq(write(fd, text, strlen(text)), (long)strlen(text));
    close(fd);
    a = asy_arena_new(0);
    d = asy_diag_new(a);
    ck_assert_int_eq(asy_study_read(&s, a, path, &o, d), ASY_OK);
    unlink(path);
    return s;
}

static asy_study *good(const char *text, asy_spec_options o)
{
    asy_study *s = read_text(text, o);
    asy_buf b;
    asy_buf_init(&b, 1 << 20);
    asy_diag_render(d, &b, false);
    ck_assert_msg(asy_diag_errors(d) == 0, "%s", asy_buf_text(&b));
    asy_buf_free(&b);
    return s;
}

/* The key of a run's stage, kept past the arena. */
static void keys(const char *const set[], int n, char train[65], char clean[65], char fgsm[65])
{
    asy_study *s = good(spec, (asy_spec_options){ .n_set = n, .set = set });
    strcpy(train, s->runs[0].train->key);
    strcpy(clean, s->runs[0].eval[0]->key);
    strcpy(fgsm, s->runs[0].eval[1]->key);
    asy_arena_free(a);
}

START_TEST(plan)
{
    asy_study *s = good(spec, (asy_spec_options){ 0 });
    ck_assert_int_eq(s->n_runs, 4);
    ck_assert_str_eq(s->runs[3].arm, "b");
    ck_assert_uint_eq(s->runs[3].seed, 7);
    ck_assert_int_eq(s->n_stages, 2 + 4 + 8); /* arms share the data */
    ck_assert_ptr_eq(s->runs[0].data, s->runs[2].data);
    ck_assert_ptr_ne(s->runs[0].data, s->runs[1].data);
    for (int i = 0; i < s->n_stages; i++)
        for (int k = 0; k < s->stages[i]->n_deps; k++) ck_assert_int_lt(s->stages[i]->deps[k]->index, i);
    asy_arena_free(a);
}
END_TEST

/* SHA-256 of {"arm":"pgd-at","axes":{},"seed":3} begins da5230699514 (user-experience §3.4). */
START_TEST(run_id)
{
    asy_study *s =
        good("assay: 1\nname: s\ndata: {dataset: blobs}\nmodel: {arch: linear}\n"
             "train: {epochs: 1, optimizer: {method: sgd, lr: 0.1}}\narms: {pgd-at: {}}\nseeds: [3]\n",
             (asy_spec_options){ 0 });
    ck_assert_str_eq(s->runs[0].id, "da5230699514");
    asy_arena_free(a);
}
END_TEST

START_TEST(what_is_in_a_key)
{
    char t[2][65], c[2][65], f[2][65];
    static const char *const none[] = { "title=another", "notes=words", "compute.threads=3",
                                        "evaluate.clean.batch=7" };
    static const char *const train[] = { "train.optimizer.lr=0.2", "train.batch=20", "model.arch=mlp",
                                         "data.split.val=10" };
    keys(NULL, 0, t[0], c[0], f[0]);
    for (int i = 0; i < 4; i++) {
        keys(&none[i], 1, t[1], c[1], f[1]);
        ck_assert_str_eq(t[0], t[1]);
        ck_assert_str_eq(c[0], c[1]);
        ck_assert_str_eq(f[0], f[1]);
        keys(&train[i], 1, t[1], c[1], f[1]);
        ck_assert_msg(strcmp(t[0], t[1]) != 0, "%s", train[i]);
        ck_assert_msg(strcmp(c[0], c[1]) != 0, "%s", train[i]);
    }
    const char *eps[] = { "evaluate.f.eps=0.1" }, *same[] = { "evaluate.f.eps=0.03137254901960784" };
    keys(eps, 1, t[1], c[1], f[1]);
    ck_assert_str_eq(t[0], t[1]);
    ck_assert_str_ne(f[0], f[1]);
    keys(same, 1, t[1], c[1], f[1]); /* 8/255 is its double */
    ck_assert_str_eq(f[0], f[1]);
}
END_TEST

START_TEST(overrides_win)
{
    const char *set[] = { "train.epochs=5", "seeds=[1]" };
    asy_study *s = good(spec, (asy_spec_options){ .n_set = 2, .set = set });
    asy_buf b;
    ck_assert_int_eq(s->n_runs, 2);
    asy_buf_init(&b, 1 << 20);
    asy_study_show(s, &s->runs[1], true, &b);
    ck_assert_ptr_nonnull(strstr(asy_buf_text(&b), "command line, argument 1"));
    ck_assert_ptr_nonnull(strstr(asy_buf_text(&b), "(over 3, "));
    asy_buf_free(&b);
    asy_arena_free(a);
}
END_TEST

static void refused(const char *text, asy_spec_options o, const char *code, const char *words)
{
    asy_buf b;
    read_text(text, o);
    asy_buf_init(&b, 1 << 20);
    asy_diag_render(d, &b, false);
    ck_assert_msg(strstr(asy_buf_text(&b), code) != NULL, "no %s in:\n%s", code, asy_buf_text(&b));
    ck_assert_msg(strstr(asy_buf_text(&b), words) != NULL, "no `%s` in:\n%s", words, asy_buf_text(&b));
    asy_buf_free(&b);
    asy_arena_free(a);
}

START_TEST(seeds)
{
    const char *set[1];
    asy_spec_options o = { .n_set = 1, .set = set };
    set[0] = "seeds=[0, 0]", refused(spec, o, "E0205", "twice");
    set[0] = "seeds=[-1]", refused(spec, o, "E0205", "whole number");
    set[0] = "seeds=0", refused(spec, o, "E0202", "seeds");
    set[0] = "seeds=[0.5]", refused(spec, o, "E0205", "whole number");
    set[0] = "seeds=[0, 4294967296]";
    asy_study *s = good(spec, o);
    ck_assert_str_ne(s->runs[0].data->key, s->runs[1].data->key);
    asy_arena_free(a);
}
END_TEST

START_TEST(refusals)
{
    const char *set[2];
    asy_spec_options o = { .n_set = 1, .set = set };
    set[0] = "train.optimiser.lr=0.1", refused(spec, o, "E0210", "optimizer");
    set[0] = "nonsense", refused(spec, o, "E0210", "PATH=VALUE");
    set[0] = "train..lr=1", refused(spec, o, "E0210", "PATH=VALUE");
    set[0] = "name=Has Space", refused(spec, o, "E0205", "a-z");
    set[0] = "assay=2", refused(spec, o, "E0209", "version 1");
    set[0] = "baseline=c", refused(spec, o, "E0204", "`c`");
    set[0] = "data.files={x: {input: f}}", refused(spec, o, "E0207", "exclude");
    set[0] = "train=none", refused(spec, o, "E0201", "file");
    set[0] = "train.epochs=5", set[1] = "train.epochs=7", o.n_set = 2;
    refused(spec, o, "W0703", "later one counts");
    const char *arm[] = { "bb" };
    refused(spec, (asy_spec_options){ .n_arms = 1, .arms = arm }, "E0204", "did you mean `b`");
    refused("assay: 1\nname: s\narms: {a: {seeds: 3}}\n", (asy_spec_options){ 0 }, "E0305", "whole study");
    refused("- 1\n", (asy_spec_options){ 0 }, "E0101", "map");
}
END_TEST

START_TEST(smoke)
{
    asy_study *s = good(spec, (asy_spec_options){ .smoke = true });
    asy_buf b;
    ck_assert_int_eq(s->n_runs, 2);
    asy_buf_init(&b, 1 << 20);
    asy_study_show(s, &s->runs[1], false, &b);
    ck_assert_ptr_nonnull(strstr(asy_buf_text(&b), "epochs: 1\n"));
    asy_buf_free(&b);
    asy_arena_free(a);
}
END_TEST

Suite *asy_suite_spec_study(void);
Suite *asy_suite_spec_study(void)
{
    Suite *s = suite_create("spec_study");
    TCase *t = tcase_create("study");
    tcase_add_test(t, plan);
    tcase_add_test(t, run_id);
    tcase_add_test(t, what_is_in_a_key);
    tcase_add_test(t, overrides_win);
    tcase_add_test(t, seeds);
    tcase_add_test(t, refusals);
    tcase_add_test(t, smoke);
    suite_add_tcase(s, t);
    return s;
}
