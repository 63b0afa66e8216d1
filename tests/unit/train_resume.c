// SPDX-License-Identifier: GPL-3.0-or-later
/* Fit: the same bytes for any number of threads, instruction set, and however often it is stopped, killed and
 * resumed. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../support/training.h"
#include "base/io.h"
#include "kernels/kernels.h"

static asy_training t;

static void begin(void) { asy_training_begin(&t); }
static void end(void)   { asy_training_end(&t); }

static const asy_pair usual[] = { { "epochs", "6" },
                              { "batch", "32" },
                              { "optimizer", "{method: sgd, lr: 0.5, momentum: 0.9, schedule: one-cycle}" },
                              { "select", "{on: val}" },
                              { "checkpoint", "{every: 0}" },
                              { NULL, NULL } };

/* What a training leaves behind. */
typedef struct {
    float *w;
    int64_t n;
    char *lines, *last;
    size_t last_n;
    int n_results;
    double value[ASY_MEMORY_RESULTS];
} outcome;

static void collect(outcome *o, const asy_model *m, const asy_memory_sink *k)
{
    char path[128];

    (void)snprintf(path, sizeof path, "%s/last.safetensors", t.folder);
    o->n = m->n;
    o->w = ASY_NEWN(t.arena, m->n, float);
    memcpy(o->w, m->w, (size_t)m->n * sizeof(float));
    o->lines = asy_strdup(t.arena, asy_buf_text(&k->lines));
    ck_assert_int_eq(asy_io_read(t.arena, path, 1 << 20, &o->last, &o->last_n), ASY_OK);
    o->n_results = k->n_results;
    memcpy(o->value, k->value, sizeof o->value);
}

static void whole(outcome *o, const asy_pair pairs[])
{
    asy_memory_sink k;
    asy_model *m = asy_training_model(&t, 5);

    asy_memory_sink_init(&k, t.folder);
    ck_assert_msg(asy_training_run(&t, asy_training_bind(&t, pairs), m, &k, NULL) == ASY_OK, "%s",
                  asy_error_text());
    collect(o, m, &k);
    asy_memory_sink_free(&k);
}

static void same(const outcome *x, const outcome *y)
{
    ck_assert_str_eq(x->lines, y->lines);
    ck_assert_mem_eq(x->w, y->w, (size_t)x->n * sizeof(float));
    ck_assert_uint_eq(x->last_n, y->last_n);
    ck_assert_mem_eq(x->last, y->last, x->last_n);
    ck_assert_int_eq(x->n_results, y->n_results);
    ck_assert_mem_eq(x->value, y->value, sizeof x->value);
}

/* ---- same bytes */

START_TEST(threads_do_not_show)
{
    outcome one, more;

    whole(&one, usual);
    ck_assert_int_eq(asy_pool_new(&t.pool, _i), ASY_OK);
    whole(&more, usual);
    same(&one, &more);
}
END_TEST

START_TEST(instruction_sets_do_not_show)
{
    outcome plain, other;

    t.backend = asy_backend_cpu(ASY_ISA_PLAIN);
    ck_assert_ptr_nonnull(t.backend);
    whole(&plain, usual);
    t.backend = asy_backend_cpu((asy_isa)_i);
    if (!t.backend)
        return;
    ck_assert_int_eq(asy_pool_new(&t.pool, 2), ASY_OK);
    whole(&other, usual);
    same(&plain, &other);
}
END_TEST

START_TEST(another_seed_shows)
{
    asy_memory_sink k;
    outcome one, other;
    asy_model *m = asy_training_model(&t, 6);

    whole(&one, usual);
    asy_memory_sink_init(&k, t.folder);
    ck_assert_int_eq(asy_training_run(&t, asy_training_bind(&t, usual), m, &k, NULL), ASY_OK);
    collect(&other, m, &k);
    ck_assert_mem_ne(one.w, other.w, (size_t)one.n * sizeof(float));
    asy_memory_sink_free(&k);
}
END_TEST

/* ---- stop and resume */

/* Stops after the first `first` steps and then after every `each`, with a model made anew each time. */
static void stopped(outcome *o, const asy_pair pairs[], long first, long each)
{
    asy_memory_sink k;
    asy_status s;
    asy_model *m;

    asy_memory_sink_init(&k, t.folder);
    k.stop_at = first;
    ck_assert_int_eq(asy_io_remove_tree(t.place), ASY_OK);
    do {
        m = asy_training_model(&t, 5);
        k.asked = 0;
        s = asy_training_run(&t, asy_training_bind(&t, pairs), m, &k, t.place);
        ck_assert_msg(s == ASY_OK || s == ASY_ESTOP, "%s", asy_error_text());
        k.stop_at = each;
    } while (s != ASY_OK);
    collect(o, m, &k);
    asy_memory_sink_free(&k);
}

START_TEST(a_stop_at_any_step_does_not_show)
{
    outcome one, other;

    whole(&one, usual);
    for (long at = 1; at <= 18; at++) {
        stopped(&other, usual, at, 0);
        same(&one, &other);
    }
}
END_TEST

START_TEST(many_stops_do_not_show)
{
    outcome one, other;
    const asy_pair adam[] = { { "epochs", "6" },
                          { "batch", "32" },
                          { "optimizer", "{method: adam, lr: 0.02}" },
                          { "select", "{on: val}" },
                          { NULL, NULL } };

    whole(&one, usual);
    stopped(&other, usual, 1, 1);
    same(&one, &other);
    stopped(&other, usual, 2, 5);
    same(&one, &other);
    whole(&one, adam);
    stopped(&other, adam, 4, 2);
    same(&one, &other);
}
END_TEST

/* Killed: a line is written, then the process is gone. Lines behind the checkpoint are cut. `usual` writes a
 * checkpoint after every step. */
START_TEST(a_kill_at_any_line_does_not_show)
{
    outcome one, other;

    whole(&one, usual);
    for (long at = 1; at <= 24; at++) {
        asy_memory_sink k;
        asy_model *m = asy_training_model(&t, 5);

        asy_memory_sink_init(&k, t.folder);
        k.fail_at = at;
        ck_assert_int_eq(asy_io_remove_tree(t.place), ASY_OK);
        ck_assert_int_eq(asy_training_run(&t, asy_training_bind(&t, usual), m, &k, t.place), ASY_EIO);
        m = asy_training_model(&t, 5);
        ck_assert_int_eq(asy_training_run(&t, asy_training_bind(&t, usual), m, &k, t.place), ASY_OK);
        collect(&other, m, &k);
        same(&one, &other);
        asy_memory_sink_free(&k);
    }
}
END_TEST

/* The disk is full at the n-th write: what was there goes on. */
START_TEST(a_failed_checkpoint_leaves_the_last_one)
{
    outcome one, other;
    int failures = 0;

    whole(&one, usual);
    for (long n = 1; n <= 40; n++) {
        asy_memory_sink k;
        asy_model *m = asy_training_model(&t, 5);
        asy_status s;

        asy_memory_sink_init(&k, t.folder);
        ck_assert_int_eq(asy_io_remove_tree(t.place), ASY_OK);
        asy_io_fail_at(n);
        s = asy_training_run(&t, asy_training_bind(&t, usual), m, &k, t.place);
        asy_io_fail_at(0);
        failures += s == ASY_EFULL;
        ck_assert_msg(s == ASY_EFULL || s == ASY_OK, "%s", asy_error_text());
        m = asy_training_model(&t, 5);
        k.n_results = 0;
        ck_assert_msg(asy_training_run(&t, asy_training_bind(&t, usual), m, &k, t.place) == ASY_OK, "%s",
                      asy_error_text());
        collect(&other, m, &k);
        same(&one, &other);
        asy_memory_sink_free(&k);
    }
    ck_assert_int_gt(failures, 30);
}
END_TEST

/* A finished training's checkpoint gives its end again. */
START_TEST(a_finished_training_resumes_at_its_end)
{
    outcome one, other;
    asy_memory_sink k;
    asy_model *m = asy_training_model(&t, 5);

    whole(&one, usual);
    asy_memory_sink_init(&k, t.folder);
    ck_assert_int_eq(asy_training_run(&t, asy_training_bind(&t, usual), m, &k, t.place), ASY_OK);
    k.n_results = 0;
    m = asy_training_model(&t, 5);
    ck_assert_int_eq(asy_training_run(&t, asy_training_bind(&t, usual), m, &k, t.place), ASY_OK);
    collect(&other, m, &k);
    same(&one, &other);
    asy_memory_sink_free(&k);
}
END_TEST

static void spoil(const char *name, size_t keep)
{
    char path[128], *text;
    size_t n;

    (void)snprintf(path, sizeof path, "%s/%s", t.place, name);
    if (!asy_io_exists(path))
        return;
    ck_assert_int_eq(asy_io_read(t.arena, path, 1 << 20, &text, &n), ASY_OK);
    ck_assert_int_eq(asy_io_put(path, text, n < keep ? n : keep), ASY_OK);
}

/* Files that are cut, empty, or of another training cost the work and nothing else. */
START_TEST(a_spoilt_checkpoint_is_not_used)
{
    static const struct {
        const char *file;
        size_t keep;
    } how[] = {
        { "state.json", 0 }, { "state.json", 40 }, { "last-0.safetensors", 100 }, { "last-1.safetensors", 0 }
    };
    outcome one, other;
    asy_memory_sink k;
    asy_model *m;

    whole(&one, usual);
    asy_memory_sink_init(&k, t.folder);
    k.stop_at = 7 + _i % 2;
    ck_assert_int_eq(
        asy_training_run(&t, asy_training_bind(&t, usual), asy_training_model(&t, 5), &k, t.place),
        ASY_ESTOP);
    spoil(how[_i].file, how[_i].keep);
    m = asy_training_model(&t, 5);
    ck_assert_msg(asy_training_run(&t, asy_training_bind(&t, usual), m, &k, t.place) == ASY_OK, "%s",
                  asy_error_text());
    collect(&other, m, &k);
    same(&one, &other);
    asy_memory_sink_free(&k);
}
END_TEST

/* ---- rates, selection, early stop */

static int rates(const char *lines, double out[], int most)
{
    int n = 0;

    for (const char *at = lines; (at = strstr(at, "\"lr\":")) != NULL && n < most; at += 5)
        out[n++] = strtod(at + 5, NULL);
    return n;
}

/* .1, multiplied by .1 every 2 epochs, uninterrupted and stopped in every epoch in turn. */
START_TEST(rates_go_on_after_a_resume)
{
    static const asy_pair pairs[] = {
        { "epochs", "6" },
        { "batch", "all" },
        { "select", "{}" },
        { "optimizer", "{method: sgd, lr: 0.1, schedule: {method: step, every: 2, factor: 0.1}}" },
        { NULL, NULL }
    };
    const double want[] = { 0.1, 0.1, 0.1 * 0.1, 0.1 * 0.1, 0.1 * (0.1 * 0.1), 0.1 * (0.1 * 0.1) };
    double got[8];
    outcome o;

    for (long at = 0; at <= 6; at++) {
        if (at == 0)
            whole(&o, pairs);
        else
            stopped(&o, pairs, at, 0);
        ck_assert_int_eq(rates(o.lines, got, 8), 6);
        ck_assert_mem_eq(got, want, sizeof want);
    }
}
END_TEST

/* At rate 0 nothing improves after epoch 1: with patience 2 training ends after epoch 3, wherever it was
 * interrupted. */
START_TEST(patience_goes_on_after_a_resume)
{
    static const asy_pair pairs[] = {
        { "epochs", "9" },  { "batch", "32" },           { "optimizer", "{method: sgd, lr: 0}" },
        { "select", "{}" }, { "stop", "{patience: 2}" }, { NULL, NULL }
    };
    outcome one, other;

    whole(&one, pairs);
    ck_assert_double_eq(one.value[0], 3);
    for (long at = 1; at <= 9; at++) {
        stopped(&other, pairs, at, 0);
        same(&one, &other);
    }
}
END_TEST

Suite *asy_suite_train_resume(void);
Suite *asy_suite_train_resume(void)
{
    Suite *s = suite_create("train_resume");
    TCase *c = tcase_create("same bytes");

    tcase_set_timeout(c, 120);
    tcase_add_checked_fixture(c, begin, end);
    tcase_add_loop_test(c, threads_do_not_show, 1, 4);
    tcase_add_loop_test(c, instruction_sets_do_not_show, ASY_ISA_PLAIN, ASY_ISA_AVX512 + 1);
    tcase_add_test(c, another_seed_shows);
    tcase_add_test(c, a_stop_at_any_step_does_not_show);
    tcase_add_test(c, many_stops_do_not_show);
    tcase_add_test(c, a_kill_at_any_line_does_not_show);
    tcase_add_test(c, a_failed_checkpoint_leaves_the_last_one);
    tcase_add_test(c, a_finished_training_resumes_at_its_end);
    tcase_add_loop_test(c, a_spoilt_checkpoint_is_not_used, 0, 4);
    tcase_add_test(c, rates_go_on_after_a_resume);
    tcase_add_test(c, patience_goes_on_after_a_resume);
    suite_add_tcase(s, c);
    return s;
}
