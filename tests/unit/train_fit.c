// SPDX-License-Identifier: GPL-3.0-or-later
/* Fit: it learns, keeps the best weights, says what went wrong. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "../support/training.h"

static asy_training t;

static void begin(void) { asy_training_begin(&t); }
static void end(void)   { asy_training_end(&t); }

/* ---- it learns */

static const char *const optimizers[] = {
    "{method: sgd, lr: 0.5, momentum: 0.9}", "{method: adam, lr: 0.02}", "{method: adamw, lr: 0.02}",
    "{method: sgd, lr: 0.5, momentum: 0.9, nesterov: true, schedule: one-cycle}"
};

START_TEST(separable_blobs_are_learnt)
{
    const asy_pair pairs[] = {
        { "epochs", "15" }, { "batch", "16" }, { "optimizer", optimizers[_i] }, { NULL, NULL }
    };
    asy_memory_sink k;

    asy_memory_sink_init(&k, NULL);
    ck_assert_msg(asy_training_run(&t, asy_training_bind(&t, pairs), asy_training_model(&t, 5), &k, NULL)
                      == ASY_OK,
                  "%s", asy_error_text());
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
    const asy_pair pairs[] = {
        { "steps", "40" }, { "batch", "all" }, { "optimizer", "{method: sgd, lr: 0.1}" }, { NULL, NULL }
    };
    asy_memory_sink k;
    double before = INFINITY, loss;
    int steps = 0;

    asy_memory_sink_init(&k, NULL);
    ck_assert_int_eq(asy_training_run(&t, asy_training_bind(&t, pairs), asy_training_model(&t, 5), &k, NULL),
                     ASY_OK);
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
    const asy_pair pairs[] = { { "steps", "5" }, { "batch", "32" }, { NULL, NULL } };
    asy_memory_sink k;

    asy_memory_sink_init(&k, NULL);
    ck_assert_int_eq(asy_training_run(&t, asy_training_bind(&t, pairs), asy_training_model(&t, 5), &k, NULL),
                     ASY_OK);
    ck_assert_double_eq(asy_memory_sink_value(&k, "steps"), 5);
    ck_assert_double_eq(asy_memory_sink_value(&k, "epochs"), 2);
    ck_assert_ptr_nonnull(strstr(asy_buf_text(&k.lines), "{\"epoch\":2,\"loss\":"));
    asy_memory_sink_free(&k);
}
END_TEST

/* The first best epoch's weights are kept: at a rate that destroys them later, the model still scores what
 * results.json says. */
START_TEST(the_selected_weights_are_the_best)
{
    static const asy_pair pairs[] = { { "epochs", "12" },
                                  { "batch", "8" },
                                  { "optimizer", "{method: sgd, lr: 1.5, momentum: 0.9}" },
                                  { "select", "{}" },
                                  { NULL, NULL } };
    const asy_view *v = asy_dataset_part(t.data, "val");
    asy_memory_sink k;
    asy_model *m = asy_training_model(&t, 5);
    float x[2 * ASY_TRAINING_VAL], z[ASY_TRAINING_CLASSES * ASY_TRAINING_VAL];
    int32_t y[ASY_TRAINING_VAL];
    int right = 0;

    asy_memory_sink_init(&k, NULL);
    ck_assert_msg(asy_training_run(&t, asy_training_bind(&t, pairs), m, &k, NULL) == ASY_OK, "%s",
                  asy_error_text());
    asy_view_load(v, ASY_TRAINING_VAL, 0, NULL, x, y, NULL);
    ck_assert_int_eq(asy_world_scores(t.arena, m, ASY_TRAINING_VAL, x, z), ASY_OK);
    for (int i = 0; i < ASY_TRAINING_VAL; i++) {
        int top = 0;

        for (int c = 1; c < ASY_TRAINING_CLASSES; c++)
            if (z[ASY_TRAINING_CLASSES * i + c] > z[ASY_TRAINING_CLASSES * i + top])
                top = c;
        right += top == y[i];
    }
    ck_assert_double_eq(asy_memory_sink_value(&k, "selected_accuracy"), right / (double)ASY_TRAINING_VAL);
    ck_assert_double_ge(asy_memory_sink_value(&k, "selected_accuracy"),
                        asy_memory_sink_value(&k, "val_accuracy"));
    asy_memory_sink_free(&k);
}
END_TEST

/* ---- what goes wrong */

static const char *fails(const asy_pair pairs[], asy_status want)
{
    asy_memory_sink k;
    asy_status s;

    asy_memory_sink_init(&k, NULL);
    s = asy_training_run(&t, asy_training_bind(&t, pairs), asy_training_model(&t, 5), &k, NULL);
    asy_memory_sink_free(&k);
    ck_assert_msg(s == want, "status %d: %s", s, asy_error_text());
    return asy_error_text();
}

START_TEST(divergence_names_tensor_step_and_samples)
{
    static const asy_pair pairs[] = { { "epochs", "5" },
                                  { "batch", "30" },
                                  { "optimizer", "{method: sgd, lr: 1e6, momentum: 0.9, weight_decay: 1e3}" },
                                  { NULL, NULL } };
    const char *text = fails(pairs, ASY_EFINITE);

    ck_assert_msg(strstr(text, "training diverged at step ") && strstr(text, "(epoch ")
                      && strstr(text, "samples: "),
                  "%s", text);
}
END_TEST

START_TEST(a_sample_that_is_not_finite_is_found)
{
    static const asy_pair pairs[] = { { "epochs", "1" }, { "batch", "all" }, { NULL, NULL } };
    const char *text;

    ((float *)t.data->data.cols[0].data.data)[17] = NAN;
    text = fails(pairs, ASY_EFINITE);
    ck_assert_msg(strstr(text, "step 1 (epoch 1)") != NULL, "%s", text);
}
END_TEST

START_TEST(an_overflow_in_the_last_step_is_found)
{
    static const asy_pair pairs[] = { { "steps", "1" },
                                  { "batch", "all" },
                                  { "optimizer", "{method: sgd, lr: 1e6, weight_decay: 1e6}" },
                                  { NULL, NULL } };
    asy_memory_sink k;
    asy_model *m = asy_training_model(&t, 5);

    asy_memory_sink_init(&k, NULL);
    asy_world_slot(m, "fc1.bias")[3] =
        -1e30f; /* a unit that is off: neither the loss nor a gradient sees it, its decay overflows */
    ck_assert_int_eq(asy_training_run(&t, asy_training_bind(&t, pairs), m, &k, NULL), ASY_EFINITE);
    ck_assert_msg(strstr(asy_error_text(), "after the update the weight `fc1.bias`") != NULL, "%s",
                  asy_error_text());
    asy_memory_sink_free(&k);
}
END_TEST

START_TEST(missing_parts_are_named)
{
    static const asy_pair pairs[] = { { "epochs", "1" }, { "select", "{on: holdout}" }, { NULL, NULL } };
    static const asy_pair train_only[] = { { "epochs", "1" }, { NULL, NULL } };

    ck_assert_ptr_nonnull(strstr(fails(pairs, ASY_EINVAL), "`holdout`"));
    t.data->views[0].name = "fit";
    ck_assert_ptr_nonnull(strstr(fails(train_only, ASY_EINVAL), "`train`"));
    t.data->views[0].name = "train";
    t.data->views[0].view.n = 0;
    ck_assert_ptr_nonnull(strstr(fails(train_only, ASY_EINVAL), "no labelled samples"));
}
END_TEST

static const asy_pair bad[][3] = {
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

    ck_assert_int_eq(asy_bind_text(t.arena, &asy_spot_train, "supervised", bad[_i], &b), ASY_EINVAL);
}
END_TEST

START_TEST(memory_that_fails_is_reported)
{
    static const asy_pair pairs[] = {
        { "steps", "2" }, { "batch", "64" }, { "select", "{}" }, { NULL, NULL }
    };
    const asy_bound *b = asy_training_bind(&t, pairs);
    asy_arena *keep = t.arena;
    asy_status s = ASY_ENOMEM;
    long n = 1;

    for (; n < 10000 && s != ASY_OK; n++) {
        asy_memory_sink k;
        asy_model *m;

        t.arena = asy_arena_new(0);
        m = asy_training_model(&t, 5);
        asy_memory_sink_init(&k, NULL);
        asy_arena_fail_at(n);
        s = asy_training_run(&t, b, m, &k, NULL);
        asy_arena_fail_at(0);
        ck_assert_msg(s == ASY_OK || s == ASY_ENOMEM, "allocation %ld: status %d: %s", n, s,
                      asy_error_text());
        asy_memory_sink_free(&k);
        asy_arena_free(t.arena);
    }
    t.arena = keep;
    ck_assert_int_eq(s, ASY_OK);
    ck_assert_int_gt(n, 30);
}
END_TEST

static TCase *learning(void)
{
    TCase *c = tcase_create("learning");

    tcase_set_timeout(c, 60);
    tcase_add_checked_fixture(c, begin, end);
    tcase_add_loop_test(c, separable_blobs_are_learnt, 0, sizeof optimizers / sizeof *optimizers);
    tcase_add_test(c, full_batch_descent_falls_at_every_step);
    tcase_add_test(c, the_last_batch_and_the_last_epoch_may_be_short);
    tcase_add_test(c, the_selected_weights_are_the_best);
    return c;
}

static TCase *errors(void)
{
    TCase *c = tcase_create("errors");

    tcase_set_timeout(c, 60);
    tcase_add_checked_fixture(c, begin, end);
    tcase_add_test(c, divergence_names_tensor_step_and_samples);
    tcase_add_test(c, a_sample_that_is_not_finite_is_found);
    tcase_add_test(c, an_overflow_in_the_last_step_is_found);
    tcase_add_test(c, missing_parts_are_named);
    tcase_add_loop_test(c, a_block_with_no_meaning_is_refused, 0, sizeof bad / sizeof *bad);
    tcase_add_test(c, memory_that_fails_is_reported);
    return c;
}

Suite *asy_suite_train_fit(void);
Suite *asy_suite_train_fit(void)
{
    Suite *s = suite_create("train_fit");

    suite_add_tcase(s, learning());
    suite_add_tcase(s, errors());
    return s;
}
