// SPDX-License-Identifier: GPL-3.0-or-later
/* Training on distributions over the classes: where all inputs are alike, the best prediction is their mean. */
#include <check.h>
#include <math.h>
#include <string.h>
#include "../support/training.h"

enum { ROWS = 6, K = 3 };
static const double shares[ROWS][K] = { { 1, 0, 0 },       { 0.5, 0.25, 0.25 }, { 0, 0, 1 },
                                        { 0.2, 0.3, 0.5 }, { 0, 1, 0 },         { 0.1, 0.1, 0.8 } };
static asy_training t;

static void begin(void) { asy_training_begin(&t); }
static void end(void) { asy_training_end(&t); }

/* Rows of 0 with these shares; none: without the column. */
static void data(bool with)
{
    float *x = ASY_NEWN(t.arena, ROWS, float);
    int32_t *y = ASY_NEWN(t.arena, ROWS, int32_t);
    asy_column *cols = ASY_NEWN(t.arena, 3, asy_column);

    y[0] = 2;
    asy_world_data(t.data, t.arena, ASY_SHAPE(1), K, ROWS, x, y);
    asy_data *d = (asy_data *)(uintptr_t)t.data->views[0].view.data;
    memcpy(cols, d->cols, 2 * sizeof *cols);
    cols[2] = (asy_column){ .name = "q", .role = ASY_ROLE_SOFT,
                            .data = { (void *)(uintptr_t)shares, ASY_SHAPE(ROWS, K), ASY_F64 } };
    d->cols = cols;
    d->n_cols = with ? 3 : 2;
}

static asy_status train(const char *optimizer, const char *batch, asy_model **m)
{
    const asy_bound *arch, *b = asy_training_bind(&t, (const asy_pair[]){ { "epochs", "400" },
                                                                      { "batch", batch },
                                                                      { "loss", "{method: kl, target: soft, smoothing: 0}" },
                                                                      { "optimizer", optimizer },
                                                                      { NULL, NULL } });
    asy_memory_sink k;

    asy_memory_sink_init(&k, NULL);
    ck_assert_int_eq(asy_bind_text(t.arena, &asy_spot_model, "linear", NULL, &arch), ASY_OK);
    ck_assert_int_eq(asy_model_new(m, t.arena, arch, t.data, NULL), ASY_OK);
    asy_status s = asy_training_run(&t, b, *m, &k, NULL);
    asy_memory_sink_free(&k);
    return s;
}

static void check_prediction(const asy_model *m, double tolerance)
{
    float x = 0, z[K];
    double sum = 0, mean;

    ck_assert_int_eq(asy_world_scores(t.arena, m, 1, &x, z), ASY_OK);
    for (int c = 0; c < K; c++) sum += exp((double)z[c]);
    for (int c = 0; c < K; c++) {
        mean = 0;
        for (int i = 0; i < ROWS; i++) mean += shares[i][c] / ROWS;
        ck_assert_double_eq_tol(exp((double)z[c]) / sum, mean, tolerance);
    }
}

START_TEST(the_mean_is_learnt)
{
    asy_model *m;

    data(true);
    ck_assert_msg(train("lbfgs", "all", &m) == ASY_OK, "%s", asy_error_text());
    check_prediction(m, 1e-6);
    ck_assert_msg(train("{method: sgd, lr: 1}", "all", &m) == ASY_OK, "%s", asy_error_text());
    check_prediction(m, 1e-5);
    ck_assert_msg(train("{method: sgd, lr: 0.05, schedule: {method: one-cycle}}", "2", &m) == ASY_OK, "%s",
                  asy_error_text());
    check_prediction(m, 0.01);
}
END_TEST

START_TEST(data_without_them_are_refused)
{
    asy_model *m;

    data(false);
    ck_assert_int_eq(train("sgd", "all", &m), ASY_EINVAL);
    ck_assert_ptr_nonnull(strstr(asy_error_text(), "data.columns.soft"));
}
END_TEST

Suite *asy_suite_train_soft(void);
Suite *asy_suite_train_soft(void)
{
    Suite *s = suite_create("train_soft");
    TCase *c = tcase_create("soft");
    tcase_add_checked_fixture(c, begin, end);
    tcase_add_test(c, the_mean_is_learnt);
    tcase_add_test(c, data_without_them_are_refused);
    suite_add_tcase(s, c);
    return s;
}
