// SPDX-License-Identifier: GPL-3.0-or-later
/* Fit: it learns; the same bytes for any number of threads, instruction set, and however often it is stopped and resumed. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../known/lib/model/_world.h"
#include "../support/memory_sink.h"
#include "base/io.h"
#include "kernels/kernels.h"

enum { TRAIN = 90, VALID = 30, N = TRAIN + VALID, CLASSES = 3 };

static asy_arena *a;
static char folder[64], place[80];      /* place: of checkpoints */
static asy_dataset_view *data;
static asy_pool *pool;
static const asy_backend *backend;

/* Three blobs in the unit square, 90 samples to train and 30 to score. */
static void begin(void)
{
    static const float centre[CLASSES][2] = { { 0.2f, 0.2f }, { 0.8f, 0.3f }, { 0.5f, 0.8f } };
    asy_rng r = asy_rng_seed(11);
    float *x;
    int32_t *y;

    a = asy_arena_new(0);
    (void)snprintf(folder, sizeof folder, "/tmp/assay-train-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    (void)snprintf(place, sizeof place, "%s/checkpoint", folder);
    x = ASY_NEWN(a, 2 * N, float);
    y = ASY_NEWN(a, N, int32_t);
    data = ASY_NEW(a, asy_dataset_view);
    for (int i = 0; i < N; i++) {
        y[i] = i % CLASSES;
        asy_rng_normal(&r, (uint64_t)i, 0, 2, 0, 0.08f, x + 2 * i);
        for (int k = 0; k < 2; k++)
            x[2 * i + k] += centre[y[i]][k];
    }
    asy_world_data(data, a, ASY_SHAPE(2), CLASSES, N, x, y);
    asy_world_cut(data, a, "val", TRAIN);
    pool = NULL;
    backend = NULL;
}

static void end(void)
{
    ck_assert_int_eq(asy_io_remove_tree(folder), ASY_OK);
    asy_pool_free(pool);
    asy_arena_free(a);
}

typedef const char *pair[2];
static const pair usual[] = {
    { "epochs", "6" }, { "batch", "32" }, { "optimizer", "{method: sgd, lr: 0.5, momentum: 0.9, schedule: one-cycle}" }, { "select", "{on: val}" },
    { "checkpoint", "{every: 0}" }, { NULL, NULL } };

static const asy_bound *procedure(const pair pairs[])
{
    const asy_bound *b;

    ck_assert_msg(asy_bind_text(a, &asy_spot_train, "supervised", pairs, &b) == ASY_OK, "%s", asy_error_text());
    return b;
}

static asy_model *new_model(uint64_t seed)
{
    const asy_bound *arch;
    asy_model *m;
    asy_rng init = asy_rng_part(asy_rng_seed(seed), "init");

    ck_assert_int_eq(asy_bind_text(a, &asy_spot_model, "mlp", (const pair[]){ { "hidden", "[16]" }, { NULL, NULL } }, &arch), ASY_OK);
    ck_assert_int_eq(asy_model_new(&m, a, arch, data), ASY_OK);
    asy_model_init(m, &init);
    return m;
}

static asy_status train(const asy_bound *b, asy_model *m, asy_memory_sink *k, const char *checkpoint)
{
    asy_train_ctx c = { .arena = a, .model = m, .data = data, .seed = asy_rng_seed(5), .backend = backend, .pool = pool, .sink = &k->sink, .checkpoint = checkpoint };

    return ((const asy_procedure *)b->m)->run(b, &c);
}

/* What a training leaves behind. */
typedef struct { float *w; int64_t n; char *lines, *last; size_t last_n; int n_results; double value[ASY_MEMORY_RESULTS]; } outcome;

static void collect(outcome *o, const asy_model *m, const asy_memory_sink *k)
{
    char path[128];

    (void)snprintf(path, sizeof path, "%s/last.safetensors", folder);
    o->n = m->n;
    o->w = ASY_NEWN(a, m->n, float);
    memcpy(o->w, m->w, (size_t)m->n * sizeof(float));
    o->lines = asy_strdup(a, asy_buf_text(&k->lines));
    ck_assert_int_eq(asy_io_read(a, path, 1 << 20, &o->last, &o->last_n), ASY_OK);
    o->n_results = k->n_results;
    memcpy(o->value, k->value, sizeof o->value);
}

static void whole(outcome *o, const pair pairs[])
{
    asy_memory_sink k;
    asy_model *m = new_model(5);

    asy_memory_sink_init(&k, folder);
    ck_assert_msg(train(procedure(pairs), m, &k, NULL) == ASY_OK, "%s", asy_error_text());
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

/* ---- it learns */

static const char *const optimizers[] = { "{method: sgd, lr: 0.5, momentum: 0.9}", "{method: adam, lr: 0.02}", "{method: adamw, lr: 0.02}",
                                          "{method: sgd, lr: 0.5, momentum: 0.9, nesterov: true, schedule: one-cycle}" };

START_TEST(separable_blobs_are_learnt)
{
    const pair pairs[] = { { "epochs", "15" }, { "batch", "16" }, { "optimizer", optimizers[_i] }, { NULL, NULL } };
    asy_memory_sink k;

    asy_memory_sink_init(&k, NULL);
    ck_assert_msg(train(procedure(pairs), new_model(5), &k, NULL) == ASY_OK, "%s", asy_error_text());
    ck_assert_double_ge(asy_memory_sink_value(&k, "val_accuracy"), 0.96);
    ck_assert_double_lt(asy_memory_sink_value(&k, "loss"), 0.3);
    ck_assert_double_eq(asy_memory_sink_value(&k, "steps"), 15 * 6);
    ck_assert_double_eq(k.done, 1);
    asy_memory_sink_free(&k);
}
END_TEST

/* One batch of everything, plain gradient descent at a small rate: the loss falls at every step. */
START_TEST(full_batch_descent_falls_at_every_step)
{
    const pair pairs[] = { { "steps", "40" }, { "batch", "all" }, { "optimizer", "{method: sgd, lr: 0.1}" }, { NULL, NULL } };
    asy_memory_sink k;
    double before = INFINITY, loss;
    int steps = 0;

    asy_memory_sink_init(&k, NULL);
    ck_assert_int_eq(train(procedure(pairs), new_model(5), &k, NULL), ASY_OK);
    for (const char *at = asy_buf_text(&k.lines); (at = strstr(at, "\"loss\":")) != NULL; at += 7) {
        loss = strtod(at + 7, NULL);
        ck_assert_double_le(loss, before);      /* an epoch's line repeats its only step's */
        before = loss;
        steps++;
    }
    ck_assert_int_eq(steps, 80);
    asy_memory_sink_free(&k);
}
END_TEST

START_TEST(the_last_batch_and_the_last_epoch_may_be_short)
{
    const pair pairs[] = { { "steps", "5" }, { "batch", "32" }, { NULL, NULL } };
    asy_memory_sink k;

    asy_memory_sink_init(&k, NULL);
    ck_assert_int_eq(train(procedure(pairs), new_model(5), &k, NULL), ASY_OK);
    ck_assert_double_eq(asy_memory_sink_value(&k, "steps"), 5);
    ck_assert_double_eq(asy_memory_sink_value(&k, "epochs"), 2);
    ck_assert_ptr_nonnull(strstr(asy_buf_text(&k.lines), "{\"epoch\":2,\"loss\":"));
    asy_memory_sink_free(&k);
}
END_TEST

/* ---- same bytes */

START_TEST(threads_do_not_show)
{
    outcome one, more;

    whole(&one, usual);
    ck_assert_int_eq(asy_pool_new(&pool, _i), ASY_OK);
    whole(&more, usual);
    same(&one, &more);
}
END_TEST

START_TEST(instruction_sets_do_not_show)
{
    outcome plain, other;

    backend = asy_backend_cpu(ASY_ISA_PLAIN);
    ck_assert_ptr_nonnull(backend);
    whole(&plain, usual);
    backend = asy_backend_cpu((asy_isa)_i);
    if (!backend)
        return;
    ck_assert_int_eq(asy_pool_new(&pool, 2), ASY_OK);
    whole(&other, usual);
    same(&plain, &other);
}
END_TEST

START_TEST(another_seed_shows)
{
    asy_memory_sink k;
    outcome one, other;
    asy_model *m = new_model(6);

    whole(&one, usual);
    asy_memory_sink_init(&k, folder);
    ck_assert_int_eq(train(procedure(usual), m, &k, NULL), ASY_OK);
    collect(&other, m, &k);
    ck_assert_mem_ne(one.w, other.w, (size_t)one.n * sizeof(float));
    asy_memory_sink_free(&k);
}
END_TEST

/* ---- stop and resume */

/* Stops after the first `first` steps and then after every `each`, with a model made anew each time. */
static void stopped(outcome *o, const pair pairs[], long first, long each)
{
    asy_memory_sink k;
    asy_status s;
    asy_model *m;

    asy_memory_sink_init(&k, folder);
    k.stop_at = first;
    ck_assert_int_eq(asy_io_remove_tree(place), ASY_OK);
    do {
        m = new_model(5);
        k.asked = 0;
        s = train(procedure(pairs), m, &k, place);
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
    const pair adam[] = { { "epochs", "6" }, { "batch", "32" }, { "optimizer", "{method: adam, lr: 0.02}" }, { "select", "{on: val}" }, { NULL, NULL } };

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

/* Killed: a line is written, then the process is gone. Lines behind the checkpoint are cut. `usual` writes a checkpoint after every step. */
START_TEST(a_kill_at_any_line_does_not_show)
{
    outcome one, other;

    whole(&one, usual);
    for (long at = 1; at <= 24; at++) {
        asy_memory_sink k;
        asy_model *m = new_model(5);

        asy_memory_sink_init(&k, folder);
        k.fail_at = at;
        ck_assert_int_eq(asy_io_remove_tree(place), ASY_OK);
        ck_assert_int_eq(train(procedure(usual), m, &k, place), ASY_EIO);
        m = new_model(5);
        ck_assert_int_eq(train(procedure(usual), m, &k, place), ASY_OK);
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
        asy_model *m = new_model(5);
        asy_status s;

        asy_memory_sink_init(&k, folder);
        ck_assert_int_eq(asy_io_remove_tree(place), ASY_OK);
        asy_io_fail_at(n);
        s = train(procedure(usual), m, &k, place);
        asy_io_fail_at(0);
        failures += s == ASY_EFULL;
        ck_assert_msg(s == ASY_EFULL || s == ASY_OK, "%s", asy_error_text());
        m = new_model(5);
        k.n_results = 0;
        ck_assert_msg(train(procedure(usual), m, &k, place) == ASY_OK, "%s", asy_error_text());
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
    asy_model *m = new_model(5);

    whole(&one, usual);
    asy_memory_sink_init(&k, folder);
    ck_assert_int_eq(train(procedure(usual), m, &k, place), ASY_OK);
    k.n_results = 0;
    m = new_model(5);
    ck_assert_int_eq(train(procedure(usual), m, &k, place), ASY_OK);
    collect(&other, m, &k);
    same(&one, &other);
    asy_memory_sink_free(&k);
}
END_TEST

static void spoil(const char *name, size_t keep)
{
    char path[128], *text;
    size_t n;

    (void)snprintf(path, sizeof path, "%s/%s", place, name);
    if (!asy_io_exists(path))
        return;
    ck_assert_int_eq(asy_io_read(a, path, 1 << 20, &text, &n), ASY_OK);
    ck_assert_int_eq(asy_io_put(path, text, n < keep ? n : keep), ASY_OK);
}

/* Files that are cut, empty, or of another training cost the work and nothing else. */
START_TEST(a_spoilt_checkpoint_is_not_used)
{
    static const struct { const char *file; size_t keep; } how[] = { { "state.json", 0 }, { "state.json", 40 }, { "last-0.safetensors", 100 }, { "last-1.safetensors", 0 } };
    outcome one, other;
    asy_memory_sink k;
    asy_model *m;

    whole(&one, usual);
    asy_memory_sink_init(&k, folder);
    k.stop_at = 7 + _i % 2;
    ck_assert_int_eq(train(procedure(usual), new_model(5), &k, place), ASY_ESTOP);
    spoil(how[_i].file, how[_i].keep);
    m = new_model(5);
    ck_assert_msg(train(procedure(usual), m, &k, place) == ASY_OK, "%s", asy_error_text());
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
    static const pair pairs[] = { { "epochs", "6" }, { "batch", "all" }, { "select", "{}" },
                                  { "optimizer", "{method: sgd, lr: 0.1, schedule: {method: steps, every: 2, factor: 0.1}}" }, { NULL, NULL } };
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

/* At rate 0 nothing improves after epoch 1: with patience 2 training ends after epoch 3, wherever it was interrupted. */
START_TEST(patience_goes_on_after_a_resume)
{
    static const pair pairs[] = { { "epochs", "9" }, { "batch", "32" }, { "optimizer", "{method: sgd, lr: 0}" }, { "select", "{}" },
                                  { "stop", "{patience: 2}" }, { NULL, NULL } };
    outcome one, other;

    whole(&one, pairs);
    ck_assert_double_eq(one.value[0], 3);
    for (long at = 1; at <= 9; at++) {
        stopped(&other, pairs, at, 0);
        same(&one, &other);
    }
}
END_TEST

/* The first best epoch's weights are kept: at a rate that destroys them later, the model still scores what results.json says. */
START_TEST(the_selected_weights_are_the_best)
{
    static const pair pairs[] = { { "epochs", "12" }, { "batch", "8" }, { "optimizer", "{method: sgd, lr: 1.5, momentum: 0.9}" }, { "select", "{}" }, { NULL, NULL } };
    const asy_view *v = asy_dataset_part(data, "val");
    asy_memory_sink k;
    asy_model *m = new_model(5);
    float x[2 * VALID], z[CLASSES * VALID];
    int32_t y[VALID];
    int right = 0;

    asy_memory_sink_init(&k, NULL);
    ck_assert_msg(train(procedure(pairs), m, &k, NULL) == ASY_OK, "%s", asy_error_text());
    asy_view_load(v, VALID, 0, NULL, x, y, NULL);
    ck_assert_int_eq(asy_world_scores(a, m, VALID, x, z), ASY_OK);
    for (int i = 0; i < VALID; i++) {
        int top = 0;

        for (int c = 1; c < CLASSES; c++)
            if (z[CLASSES * i + c] > z[CLASSES * i + top])
                top = c;
        right += top == y[i];
    }
    ck_assert_double_eq(asy_memory_sink_value(&k, "selected_accuracy"), right / (double)VALID);
    ck_assert_double_ge(asy_memory_sink_value(&k, "selected_accuracy"), asy_memory_sink_value(&k, "val_accuracy"));
    asy_memory_sink_free(&k);
}
END_TEST

/* ---- what goes wrong */

static const char *fails(const pair pairs[], asy_status want)
{
    asy_memory_sink k;
    asy_status s;

    asy_memory_sink_init(&k, NULL);
    s = train(procedure(pairs), new_model(5), &k, NULL);
    asy_memory_sink_free(&k);
    ck_assert_msg(s == want, "status %d: %s", s, asy_error_text());
    return asy_error_text();
}

START_TEST(divergence_names_tensor_step_and_samples)
{
    static const pair pairs[] = { { "epochs", "5" }, { "batch", "30" }, { "optimizer", "{method: sgd, lr: 1e6, momentum: 0.9, weight_decay: 1e3}" }, { NULL, NULL } };
    const char *text = fails(pairs, ASY_EFINITE);

    ck_assert_msg(strstr(text, "training diverged at step ") && strstr(text, "(epoch ") && strstr(text, "samples: "), "%s", text);
}
END_TEST

START_TEST(a_sample_that_is_not_finite_is_found)
{
    static const pair pairs[] = { { "epochs", "1" }, { "batch", "all" }, { NULL, NULL } };
    const char *text;

    ((float *)data->data.cols[0].data.data)[17] = NAN;
    text = fails(pairs, ASY_EFINITE);
    ck_assert_msg(strstr(text, "step 1 (epoch 1)") != NULL, "%s", text);
}
END_TEST

START_TEST(an_overflow_in_the_last_step_is_found)
{
    static const pair pairs[] = { { "steps", "1" }, { "batch", "all" }, { "optimizer", "{method: sgd, lr: 1e6, weight_decay: 1e6}" }, { NULL, NULL } };
    asy_memory_sink k;
    asy_model *m = new_model(5);

    asy_memory_sink_init(&k, NULL);
    asy_world_slot(m, "fc1.bias")[3] = -1e30f;      /* a unit that is off: neither the loss nor a gradient sees it, its decay overflows */
    ck_assert_int_eq(train(procedure(pairs), m, &k, NULL), ASY_EFINITE);
    ck_assert_msg(strstr(asy_error_text(), "after the update the weight `fc1.bias`") != NULL, "%s", asy_error_text());
    asy_memory_sink_free(&k);
}
END_TEST

START_TEST(missing_parts_are_named)
{
    static const pair pairs[] = { { "epochs", "1" }, { "select", "{on: holdout}" }, { NULL, NULL } };
    static const pair train_only[] = { { "epochs", "1" }, { NULL, NULL } };

    ck_assert_ptr_nonnull(strstr(fails(pairs, ASY_EINVAL), "`holdout`"));
    data->views[0].name = "fit";
    ck_assert_ptr_nonnull(strstr(fails(train_only, ASY_EINVAL), "`train`"));
    data->views[0].name = "train";
    data->views[0].view.n = 0;
    ck_assert_ptr_nonnull(strstr(fails(train_only, ASY_EINVAL), "no labelled samples"));
}
END_TEST

static const pair bad[][3] = {
    { { NULL, NULL } },
    { { "epochs", "3" }, { "steps", "3" }, { NULL, NULL } },
    { { "epochs", "0" }, { NULL, NULL } },
    { { "epochs", "3" }, { "batch", "0" }, { NULL, NULL } },
    { { "epochs", "3" }, { "stop", "{}" }, { NULL, NULL } },
    { { "epochs", "3" }, { "optimizer", "{method: sgd, lr: -1}" }, { NULL, NULL } },
    { { "epochs", "3" }, { "optimizer", "{method: sgd, nesterov: true}" }, { NULL, NULL } },
    { { "epochs", "3" }, { "select", "{metric: luck}" }, { NULL, NULL } },
};

START_TEST(a_block_with_no_meaning_is_refused)
{
    const asy_bound *b;

    ck_assert_int_eq(asy_bind_text(a, &asy_spot_train, "supervised", bad[_i], &b), ASY_EINVAL);
}
END_TEST

START_TEST(memory_that_fails_is_reported)
{
    static const pair pairs[] = { { "steps", "2" }, { "batch", "64" }, { "select", "{}" }, { NULL, NULL } };
    const asy_bound *b = procedure(pairs);
    asy_arena *keep = a;
    asy_status s = ASY_ENOMEM;
    long n = 1;

    for (; n < 10000 && s != ASY_OK; n++) {
        asy_memory_sink k;
        asy_model *m;

        a = asy_arena_new(0);
        m = new_model(5);
        asy_memory_sink_init(&k, NULL);
        asy_arena_fail_at(n);
        s = train(b, m, &k, NULL);
        asy_arena_fail_at(0);
        ck_assert_msg(s == ASY_OK || s == ASY_ENOMEM, "allocation %ld: status %d: %s", n, s, asy_error_text());
        asy_memory_sink_free(&k);
        asy_arena_free(a);
    }
    a = keep;
    ck_assert_int_eq(s, ASY_OK);
    ck_assert_int_gt(n, 30);
}
END_TEST

static TCase *learning(void)
{
    TCase *t = tcase_create("learning");

    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, begin, end);
    tcase_add_loop_test(t, separable_blobs_are_learnt, 0, sizeof optimizers / sizeof *optimizers);
    tcase_add_test(t, full_batch_descent_falls_at_every_step);
    tcase_add_test(t, the_last_batch_and_the_last_epoch_may_be_short);
    tcase_add_test(t, rates_go_on_after_a_resume);
    tcase_add_test(t, patience_goes_on_after_a_resume);
    tcase_add_test(t, the_selected_weights_are_the_best);
    return t;
}

static TCase *same_bytes(void)
{
    TCase *t = tcase_create("same bytes");

    tcase_set_timeout(t, 120);
    tcase_add_checked_fixture(t, begin, end);
    tcase_add_loop_test(t, threads_do_not_show, 1, 4);
    tcase_add_loop_test(t, instruction_sets_do_not_show, ASY_ISA_PLAIN, ASY_ISA_AVX512 + 1);
    tcase_add_test(t, another_seed_shows);
    tcase_add_test(t, a_stop_at_any_step_does_not_show);
    tcase_add_test(t, many_stops_do_not_show);
    tcase_add_test(t, a_kill_at_any_line_does_not_show);
    tcase_add_test(t, a_failed_checkpoint_leaves_the_last_one);
    tcase_add_test(t, a_finished_training_resumes_at_its_end);
    tcase_add_loop_test(t, a_spoilt_checkpoint_is_not_used, 0, 4);
    return t;
}

static TCase *errors(void)
{
    TCase *t = tcase_create("errors");

    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, begin, end);
    tcase_add_test(t, divergence_names_tensor_step_and_samples);
    tcase_add_test(t, a_sample_that_is_not_finite_is_found);
    tcase_add_test(t, an_overflow_in_the_last_step_is_found);
    tcase_add_test(t, missing_parts_are_named);
    tcase_add_loop_test(t, a_block_with_no_meaning_is_refused, 0, sizeof bad / sizeof *bad);
    tcase_add_test(t, memory_that_fails_is_reported);
    return t;
}

Suite *asy_suite_train_fit(void);
Suite *asy_suite_train_fit(void)
{
    Suite *s = suite_create("train_fit");

    suite_add_tcase(s, learning());
    suite_add_tcase(s, same_bytes());
    suite_add_tcase(s, errors());
    return s;
}
