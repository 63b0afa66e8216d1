// SPDX-License-Identifier: GPL-3.0-or-later
/* Running statistics, dropout and second labels in training steps. */
#include <check.h>
#include <math.h>
#include <string.h>
#include "../support/training.h"
#include "train/step.h"

static asy_training t;

static void begin(void) { asy_training_begin(&t); }
static void end(void)   { asy_training_end(&t); }

static asy__step_in step_in(const char *optimizer)
{
    asy__step_in in = { .batch = 90 };

    ck_assert_int_eq(asy_bind_text(t.arena, &asy_spot_optimizer, optimizer, NULL, &in.optimizer), ASY_OK);
    ck_assert_int_eq(asy_bind_text(t.arena, &asy_spot_loss, "cross-entropy", NULL, &in.loss), ASY_OK);
    ck_assert_int_eq(asy_bind_text(t.arena, &asy_spot_estimator, "plain", NULL, &in.estimator), ASY_OK);
    return in;
}

static asy_model *model(const char *const pairs[][2])
{
    const asy_bound *b;
    asy_model *m;
    asy_rng init = asy_rng_part(asy_rng_seed(3), "init");

    ck_assert_int_eq(asy_bind_text(t.arena, &asy_spot_model, "mlp", pairs, &b), ASY_OK);
    ck_assert_msg(asy_model_new(&m, t.arena, b, t.data, NULL) == ASY_OK, "%s", asy_error_text());
    asy_model_init(m, &init);
    return m;
}

static const char *const with_norm[][2] = { { "hidden", "4" }, { "norm", "batch" }, { NULL, NULL } };
static const char *const with_dropout[][2] = { { "hidden", "8" }, { "dropout", "0.5" }, { NULL, NULL } };

static void one_step(asy__step *s, int64_t n, const uint32_t *index, int64_t step)
{
    asy_rng seed = asy_rng_seed(9);
    asy__step_out out;

    ck_assert_msg(asy__step_run(s, asy_dataset_part(t.data, "train"), n, index, 0.1, 1,
                                asy__step_streams(&seed, step), &out)
                      == ASY_OK,
                  "%s", asy_error_text());
}

/* r ← 0.9 r + 0.1 b, from sums over the data by hand. */
START_TEST(statistics_follow_the_batches)
{
    asy_model *m = model(with_norm);
    asy__step_in in = step_in("sgd");
    const asy_view *v = asy_dataset_part(t.data, "train");
    float x[2 * 90], *w1 = asy_world_slot(m, "fc1.weight"), *b1 = asy_world_slot(m, "fc1.bias");
    double mean[4] = { 0 }, square[4] = { 0 };
    asy__step *s;

    asy_view_load(v, 90, 0, NULL, x, NULL, NULL);
    for (int i = 0; i < 90; i++)
        for (int k = 0; k < 4; k++) {
            double h = (double)b1[k] + (double)w1[2 * k] * (double)x[2 * i]
                       + (double)w1[2 * k + 1] * (double)x[2 * i + 1];
            mean[k] += h / 90;
            square[k] += h * h / 90;
        }
    ck_assert_msg(asy__step_new(&s, t.arena, m, &in) == ASY_OK, "%s", asy_error_text());
    one_step(s, 90, NULL, 0);
    for (int k = 0; k < 4; k++) {
        double var = (square[k] - mean[k] * mean[k]) * 90 / 89;
        ck_assert_double_eq_tol((double)asy_world_slot(m, "norm1.mean")[k], 0.1 * mean[k], 1e-6);
        ck_assert_double_eq_tol((double)asy_world_slot(m, "norm1.var")[k], 0.9 + 0.1 * var, 1e-6);
    }
    ck_assert_float_eq(asy_world_slot(m, "norm1.count")[0], 1);
    asy__step_free(s);
}
END_TEST

START_TEST(held_layers_keep_their_statistics)
{
    asy_model *m = model(with_norm);
    asy__step_in in = step_in("sgd");
    const char *const layers[] = { "norm1" };
    float fc1 = asy_world_slot(m, "fc1.weight")[0];
    asy__step *s;

    ck_assert_int_eq(asy_model_freeze(m, (asy_strs){ 1, layers }, NULL), ASY_OK);
    ck_assert_int_eq(asy__step_new(&s, t.arena, m, &in), ASY_OK);
    one_step(s, 90, NULL, 0);
    ck_assert_float_eq(asy_world_slot(m, "norm1.count")[0], 0);
    ck_assert_float_eq(asy_world_slot(m, "norm1.mean")[0], 0);
    ck_assert_float_eq(asy_world_slot(m, "norm1.weight")[0], 1);
    ck_assert_float_ne(asy_world_slot(m, "fc1.weight")[0], fc1);
    asy__step_free(s);
}
END_TEST

START_TEST(closures_refuse_statistics)
{
    asy__step_in in = step_in("lbfgs");
    asy__step *s;

    ck_assert_int_eq(asy__step_new(&s, t.arena, model(with_norm), &in), ASY_EUNSUP);
    ck_assert_ptr_nonnull(strstr(asy_error_text(), "running statistics"));
    asy_error_clear();
    asy__step_free(s);
}
END_TEST

/* Another step draws another mask; the same step the same one, whatever the order of rows. */
START_TEST(dropout_draws_by_step_and_sample)
{
    float w[3][2];
    uint32_t order[90];

    for (int i = 0; i < 90; i++)
        order[i] = (uint32_t)i;
    for (int run = 0; run < 3; run++) {
        asy_model *m = model(with_dropout);
        asy__step_in in = step_in("sgd");
        asy__step *s;

        ck_assert_int_eq(asy__step_new(&s, t.arena, m, &in), ASY_OK);
        one_step(s, 90, order, run == 2 ? 1 : 0);
        memcpy(w[run], asy_world_slot(m, "fc1.weight"), sizeof w[run]);
        asy__step_free(s);
    }
    ck_assert_mem_eq(w[0], w[1], sizeof w[0]);
    ck_assert_mem_ne(w[0], w[2], sizeof w[0]);
}
END_TEST

/* mix 1 is the ordinary step bit for bit; with two labels the gradient is the mixture of the two. */
START_TEST(second_labels_mix_the_losses)
{
    const char *const plain[][2] = { { "hidden", "4" }, { NULL, NULL } };
    float w[4][8];
    double start;

    for (int run = 0; run < 4; run++) {        /* y; y2; mixed 1/4; y by mix 1 */
        asy_model *m = model(plain);
        asy__step_in in = step_in("sgd");
        asy__step *s;

        in.mixes = run >= 2;
        start = (double)asy_world_slot(m, "fc1.weight")[0];
        ck_assert_int_eq(asy__step_new(&s, t.arena, m, &in), ASY_OK);
        ck_assert_int_eq(asy__batch_load(&s->batch, asy_dataset_part(t.data, "train"), 90, 0, NULL), ASY_OK);
        for (int i = 0; i < 90; i++) {
            int32_t other = (s->batch.y[i] + 1) % 3;
            if (run == 1) s->batch.y[i] = other;
            if (run == 2) s->batch.y2[i] = other, s->batch.mix[i] = 0.25f;
        }
        s->lot = (asy__lot){ .view = asy_dataset_part(t.data, "train"), .n = 90, .loaded = true };
        ck_assert_msg(asy__lot_run(s, NULL) == ASY_OK, "%s", asy_error_text());
        ck_assert_int_eq(asy__update(s, 0.1, 1), ASY_OK);
        memcpy(w[run], asy_world_slot(m, "fc1.weight"), sizeof w[run]);
        asy__step_free(s);
    }
    ck_assert_mem_eq(w[0], w[3], sizeof w[0]);
    ck_assert_double_ne((double)w[0][0], (double)w[1][0]);
    ck_assert_double_eq_tol((double)w[2][0] - start,
                            0.25 * ((double)w[0][0] - start) + 0.75 * ((double)w[1][0] - start), 1e-7);
}
END_TEST

Suite *asy_suite_train_statistics(void);
Suite *asy_suite_train_statistics(void)
{
    Suite *s = suite_create("train_statistics");
    TCase *c = tcase_create("all");

    tcase_add_checked_fixture(c, begin, end);
    tcase_add_test(c, statistics_follow_the_batches);
    tcase_add_test(c, held_layers_keep_their_statistics);
    tcase_add_test(c, closures_refuse_statistics);
    tcase_add_test(c, dropout_draws_by_step_and_sample);
    tcase_add_test(c, second_labels_mix_the_losses);
    suite_add_tcase(s, c);
    return s;
}
