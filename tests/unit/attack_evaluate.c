// SPDX-License-Identifier: GPL-3.0-or-later
/* What an attack's evaluation and a security curve leave behind. */
#include "attack/toy.h"
#include "assay.h"
#include "base/io.h"
#include "../support/memory_sink.h"
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { N = 10 };
static char folder[64];
static asy_arena *arena;
static asy_memory_sink sink;

static void setup(void)
{
    char examples[96];
    (void)snprintf(folder, sizeof folder, "/tmp/assay-attack-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    (void)snprintf(examples, sizeof examples, "%s/examples", folder);
    ck_assert_int_eq(asy_io_mkdirs(examples), ASY_OK);
    arena = asy_arena_new(0);
    asy_memory_sink_init(&sink, folder);
}

static void teardown(void)
{
    asy_memory_sink_free(&sink);
    asy_arena_free(arena);
    ck_assert_int_eq(asy_io_remove_tree(folder), ASY_OK);
}

/* Class 1 iff x > ½, x = .05 … .95; the first and the last row have the wrong label. */
static asy_toy *ten(asy_arena *a)
{
    float *x = ASY_NEWN(a, N, float);
    int32_t *y = ASY_NEWN(a, N, int32_t);
    asy_toy *t;
    if (!x || !y) return NULL;
    for (int i = 0; i < N; i++) {
        x[i] = (float)(0.05 + 0.1 * i);
        y[i] = i > 0 && i < 9 ? x[i] > 0.5f : x[i] < 0.5f;
    }
    if (asy_toy_new(&t, a, &(asy_toy_spec){ ASY_TOY_LINEAR, 1, 2, 0, 1, N, x, y }) != ASY_OK) return NULL;
    asy_toy_weight(t, "w")[1] = 10.0f;
    asy_toy_weight(t, "b")[1] = -5.0f;
    return t;
}

static const asy_tensor *file(const char *name, const char *tensor)
{
    char path[128];
    int n;
    asy_named *t;
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    ck_assert_msg(asy_npz_read(arena, path, &n, &t) == ASY_OK, "%s", asy_error_text());
    for (int i = 0; i < n; i++)
        if (strcmp(t[i].name, tensor) == 0) return &t[i].t;
    ck_abort_msg("%s has no %s", name, tensor);
    return NULL;
}
#define I32(f, t) ((const int32_t *)file(f, t)->data)
#define F32(f, t) ((const float *)file(f, t)->data)
#define F64(f, t) ((const double *)file(f, t)->data)

static double value(const char *metric) { return asy_memory_sink_value(&sink, metric); }

START_TEST(an_attack)
{
    asy_toy *t = ten(arena);
    ck_assert_ptr_nonnull(t);
    t->ctx.sink = &sink.sink;
    const char *const pairs[][2] = { { "eps", "0.1" }, { "steps", "5" }, { NULL, NULL } };
    ck_assert_msg(asy_toy_evaluate(t, "pgd", pairs) == ASY_OK, "%s", asy_error_text());
    ck_assert_double_eq(value("accuracy"), 0.6);
    ck_assert_double_eq(value("clean_accuracy"), 0.8);
    ck_assert_double_eq(value("success_rate"), 0.25);               /* of 8, not of 10 */
    ck_assert_double_eq_tol(value("distance_linf"), 0.1, 1e-6);
    ck_assert_double_eq_tol(value("distance_l2"), 0.1, 1e-6);
    ck_assert_double_eq(value("median_linf"), INFINITY);            /* 6 of 8 failed */
    ck_assert_double_eq(value("gradient_evaluations"), 5);
    ck_assert_double_eq(value("queries"), 6);
    ck_assert_double_eq(value("violations"), 0);
    const float *x = F32("adv.npz", "x"), *adv = F32("adv.npz", "x_adv");
    ck_assert(adv[0] == x[0] && adv[9] == x[9]);
    ck_assert_float_eq_tol(adv[4], 0.55f, 1e-6f);
    ck_assert_float_eq_tol(adv[1], 0.25f, 1e-6f); /* failed: its best point, not the clean one */
    for (int i = 0; i < N; i++) {
        bool right = i >= 1 && i <= 8 && i != 4 && i != 5;
        ck_assert_int_eq(I32("adv.npz", "index")[i], i);
        ck_assert_int_eq(I32("examples/test.npz", "index")[i], i);
        ck_assert_int_eq(((const uint8_t *)file("examples/test.npz", "correct")->data)[i], right);
        ck_assert_int_eq(I32("examples/test.npz", "prediction")[i] == I32("examples/test.npz", "label")[i],
                         right);
        ck_assert_int_eq(I32("examples/test.npz", "queries")[i], i == 0 || i == 9 ? 0 : 6);
        ck_assert_double_eq_tol(F64("examples/test.npz", "distance")[i], i == 0 || i == 9 ? 0 : 0.1, 1e-6);
    }
}
END_TEST

START_TEST(a_curve)
{
    asy_toy *t = ten(arena);
    ck_assert_ptr_nonnull(t);
    t->ctx.sink = &sink.sink;
    const char *const pairs[][2] = { { "attack", "{method: pgd, steps: 5}" },
                                     { "eps", "[0.2, 0.1, 0, 0.3]" },
                                     { NULL, NULL } };
    ck_assert_msg(asy_toy_evaluate(t, "security-curve", pairs) == ASY_OK, "%s", asy_error_text());
    const double *eps = F64("adv.npz", "eps");
    const double fell[N] = { 0, INFINITY, 0.3, 0.2, 0.1, 0.1, 0.2, 0.3, INFINITY, 0 };
    for (int i = 0; i < N; i++) {
        double moved = fabs((double)F32("adv.npz", "x_adv")[i] - (double)F32("adv.npz", "x")[i]);
        ck_assert_double_eq(eps[i], fell[i]);
        ck_assert_double_eq_tol(moved, fell[i] > 1 ? 0.3 : fell[i], 1e-6);
    }
    ck_assert_double_eq(value("clean_accuracy"), 0.8);
    ck_assert_double_eq(value("w0605"), 0);
    ck_assert_double_eq(value("w0606"), 0);
}
END_TEST

/* An attack that finds nothing on a model that is right: both flags point at it. */
START_TEST(flags_of_a_curve)
{
    static const float x[] = { 0.5f, 0.5f };
    static const int32_t y[] = { 0, 0 };
    asy_toy *t;
    ck_assert_int_eq(asy_toy_new(&t, arena, &(asy_toy_spec){ ASY_TOY_CONSTANT, 1, 2, 0, 1, 2, x, y }),
                     ASY_OK);
    t->ctx.sink = &sink.sink;
    asy_toy_weight(t, "b")[0] = 1;
    ck_assert_int_eq(asy_toy_evaluate(t, "security-curve",
                                      (const char *const[][2]){ { "eps", "[0, 0.5, 1]" }, { NULL, NULL } }),
                     ASY_OK);
    ck_assert_double_eq(value("w0605"), 1);
    ck_assert_double_eq(value("w0606"), 1);
    ck_assert_double_gt(value("zero_gradients"), 0);
}
END_TEST

START_TEST(a_request_to_stop)
{
    asy_toy *t = ten(arena);
    ck_assert_ptr_nonnull(t);
    t->ctx.sink = &sink.sink;
    sink.stop_at = 1;
    ck_assert_int_eq(asy_toy_evaluate(t, "pgd", (const char *const[][2]){ { "eps", "0.1" }, { NULL, NULL } }),
                     ASY_ESTOP);
    sink.stop_at = 1, sink.asked = 0;
    ck_assert_int_eq(asy_toy_evaluate(t, "accuracy", NULL), ASY_ESTOP);
}
END_TEST

static asy_status all_of_it(void)
{
    asy_arena *a = asy_arena_new(0);
    asy_toy *t = ten(a);
    asy_status s = t ? ASY_OK : ASY_ENOMEM;
    const char *const curve[][2] = { { "attack", "random-noise" }, { "eps", "[0.1, 0.2]" }, { NULL, NULL } };
    const char *const attack[][2] = {
        { "eps", "0.1" }, { "steps", "2" }, { "goal", "least-likely" }, { "norm", "l2" }, { NULL, NULL }
    };
    if (s == ASY_OK) s = asy_toy_evaluate(t, "mifgsm", attack);
    if (s == ASY_OK) s = asy_toy_evaluate(t, "security-curve", curve);
    if (s == ASY_OK) s = asy_toy_evaluate(t, "accuracy", NULL);
    asy_arena_free(a);
    return s;
}

/* The n-th allocation fails: an error, never a crash or a leak. */
START_TEST(memory_runs_out)
{
    asy_status s = ASY_ENOMEM;
    (void)asy_arena_fail_at(0);
    ck_assert_int_eq(all_of_it(), ASY_OK);
    long total = asy_arena_fail_at(1);
    ck_assert_int_gt(total, 100);
    for (long n = 1; n <= total; n += n < 400 ? 1 : 7) {
        (void)asy_arena_fail_at(n);
        s = all_of_it();
        (void)asy_arena_fail_at(0);
        ck_assert_msg(s != ASY_OK, "allocation %ld failed unseen", n);
    }
    ck_assert_int_eq(all_of_it(), ASY_OK);
}
END_TEST

Suite *asy_suite_attack_evaluate(void);
Suite *asy_suite_attack_evaluate(void)
{
    Suite *s = suite_create("attack_evaluate");
    TCase *c = tcase_create("results");
    tcase_set_timeout(c, 120);
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, an_attack);
    tcase_add_test(c, a_curve);
    tcase_add_test(c, flags_of_a_curve);
    tcase_add_test(c, a_request_to_stop);
    tcase_add_test(c, memory_runs_out);
    suite_add_tcase(s, c);
    return s;
}
