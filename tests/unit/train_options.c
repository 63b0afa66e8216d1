// SPDX-License-Identifier: GPL-3.0-or-later
/* Fit's options: averages, frozen layers, uneven lots, the optimum of a convex model. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "../support/training.h"
#include "train/step.h"

static asy_training t;

static void begin(void) { asy_training_begin(&t); }
static void end(void)   { asy_training_end(&t); }

static void run(asy_memory_sink *k, const asy_pair pairs[], asy_model *m)
{
    asy_memory_sink_init(k, t.folder);
    ck_assert_msg(asy_training_run(&t, asy_training_bind(&t, pairs), m, k, NULL) == ASY_OK, "%s",
                  asy_error_text());
}

static asy_model *linear(void)
{
    asy_model *m;

    ck_assert_int_eq(asy_world_model(&m, t.arena, "linear", NULL, ASY_SHAPE(2), ASY_TRAINING_CLASSES),
                     ASY_OK);
    return m;
}

/* The weights after each of the first n steps of plain descent. */
static void path(float *w, int n)
{
    for (int k = 1; k <= n; k++) {
        char steps[8] = { (char)('0' + k) };
        const asy_pair pairs[] = { { "steps", steps }, { "batch", "all" },
                                   { "optimizer", "{method: sgd, lr: 1}" }, { NULL, NULL } };
        asy_memory_sink s;
        asy_model *m = linear();

        run(&s, pairs, m);
        memcpy(w + (k - 1) * m->n, m->w, (size_t)m->n * sizeof *w);
        asy_memory_sink_free(&s);
    }
}

START_TEST(averages_are_of_the_path)
{
    const asy_pair ema[] = { { "steps", "4" }, { "batch", "all" }, { "optimizer", "{method: sgd, lr: 1}" },
                             { "ema", "0.75" }, { NULL, NULL } };
    const asy_pair swa[] = { { "epochs", "4" }, { "batch", "all" }, { "optimizer", "{method: sgd, lr: 1}" },
                             { "weights", "{average: swa, start: 0.25}" }, { NULL, NULL } };
    asy_memory_sink k;
    asy_model *m = linear();
    float *w = ASY_NEWN(t.arena, 4 * m->n, float);

    path(w, 4);
    run(&k, ema, m);
    for (int64_t i = 0; i < m->n; i++) {
        double want = 0;

        for (int s = 0; s < 4; s++)
            want = 0.75 * want + 0.25 * (double)w[s * m->n + i];
        ck_assert_double_eq_tol((double)m->w[i], want, 1e-6);
    }
    asy_memory_sink_free(&k);
    m = linear();
    run(&k, swa, m);
    for (int64_t i = 0; i < m->n; i++)
        ck_assert_double_eq_tol(
            3 * (double)m->w[i],
            (double)w[m->n + i] + (double)w[2 * m->n + i] + (double)w[3 * m->n + i], 3e-6);
    asy_memory_sink_free(&k);
}
END_TEST

/* Frozen: not even decay moves it; the rest learns. */
START_TEST(frozen_layers_stay)
{
    static const char *const layers[] = { "fc1" }, *const wrong[] = { "fc" };
    static const char *const optimizers[] = { "{method: sgd, lr: 0.5, weight_decay: 0.1}", "{method: lamb}",
                                              "{method: lbfgs, weight_decay: 0.1}" };
    const asy_pair pairs[] = { { "steps", "3" }, { "batch", "all" }, { "optimizer", optimizers[_i] },
                               { NULL, NULL } };
    asy_diag *d = asy_diag_new(t.arena);
    asy_model *m = asy_training_model(&t, 5), *before = asy_training_model(&t, 5);
    asy_memory_sink k;

    ck_assert_int_eq(asy_model_freeze(m, (asy_strs){ 1, wrong }, d), ASY_EMODEL);
    ck_assert_int_eq(asy_model_freeze(m, (asy_strs){ 1, layers }, d), ASY_OK);
    run(&k, pairs, m);
    for (int i = 0; i < m->n_slots; i++)
        ck_assert_int_eq(memcmp(m->w + m->slot[i].first, before->w + m->slot[i].first,
                                (size_t)m->slot[i].n * sizeof(float)) == 0,
                         strncmp(m->slot[i].name, "fc1.", 4) == 0);
    asy_memory_sink_free(&k);
}
END_TEST

/* A file of another model: what fits is taken, the rest stays; nothing that fits is an error. */
START_TEST(a_model_begins_from_another)
{
    asy_model *from = asy_training_model(&t, 9), *m = asy_training_model(&t, 5),
              *before = asy_training_model(&t, 5);
    asy_diag *d = asy_diag_new(t.arena);
    char file[128];
    asy_named part = { "fc2.weight", { asy_world_slot(from, "fc2.weight"), ASY_SHAPE(3, 16), ASY_F32 } };
    const int64_t n = 3 * 16;

    (void)snprintf(file, sizeof file, "%s/part.safetensors", t.folder);
    ck_assert_int_eq(asy_safetensors_write(file, 1, &part, 0, NULL), ASY_OK);
    ck_assert_int_eq(asy_model_adopt(m, file, d, t.arena), ASY_OK);
    ck_assert_mem_eq(asy_world_slot(m, "fc2.weight"), part.t.data, (size_t)n * sizeof(float));
    ck_assert_mem_eq(asy_world_slot(m, "fc1.weight"), asy_world_slot(before, "fc1.weight"),
                     32 * sizeof(float));
    ck_assert_int_eq(asy_model_adopt(linear(), file, d, t.arena), ASY_EMODEL);
    ((float *)part.t.data)[5] = NAN;
    ck_assert_int_eq(asy_safetensors_write(file, 1, &part, 0, NULL), ASY_OK);
    ck_assert_int_eq(asy_model_adopt(m, file, d, t.arena), ASY_EMODEL);
}
END_TEST

/* Lots of 1 on average: some are empty. */
START_TEST(poisson_lots_may_be_empty)
{
    const asy_pair pairs[] = { { "epochs", "2" }, { "batch", "1" }, { "sampler", "poisson" },
                               { "optimizer", "{method: sgd, lr: 0.1, momentum: 0.9}" }, { NULL, NULL } };
    asy_memory_sink k;

    run(&k, pairs, asy_training_model(&t, 5));
    ck_assert_ptr_nonnull(strstr(asy_buf_text(&k.lines), "\"loss\":0,"));
    ck_assert_double_lt(asy_memory_sink_value(&k, "loss"), 1.2);
    asy_memory_sink_free(&k);
}
END_TEST

/* A plan of 16 rows does 90 rows in pieces; one of 90 at once. */
START_TEST(pieces_make_the_whole)
{
    float *w[2];
    double loss[2];
    const asy_bound *opt, *cross, *plain;
    asy_model *m = NULL;

    ck_assert_int_eq(asy_bind_text(t.arena, &asy_spot_optimizer, "sgd", NULL, &opt), ASY_OK);
    ck_assert_int_eq(asy_bind_text(t.arena, &asy_spot_loss, "cross-entropy", NULL, &cross), ASY_OK);
    ck_assert_int_eq(asy_bind_text(t.arena, &asy_spot_estimator, "plain", NULL, &plain), ASY_OK);
    for (int i = 0; i < 2; i++) {
        asy__step_in in = { .loss = cross, .optimizer = opt, .estimator = plain, .batch = i ? 16 : 90 };
        asy__step_out out;
        asy__step *s;

        m = asy_training_model(&t, 5);
        ck_assert_int_eq(asy__step_new(&s, t.arena, m, &in), ASY_OK);
        ck_assert_int_eq(asy__step_run(s, asy_dataset_part(t.data, "train"), 90, NULL, 1, 1,
                                       (asy__streams){ 0 }, &out),
                         ASY_OK);
        asy__step_free(s);
        w[i] = m->w;
        loss[i] = out.loss;
    }
    ck_assert_double_eq_tol(loss[0], loss[1], 1e-6);
    for (int64_t i = 0; m && i < m->n; i++)
        ck_assert_double_eq_tol((double)w[0][i], (double)w[1][i], 1e-6);
}
END_TEST

/* Logistic regression with decay has one optimum: from two starts the same weights, and both say so. */
START_TEST(a_convex_model_reaches_its_optimum)
{
    const asy_pair pairs[] = { { "steps", "200" }, { "batch", "all" },
                               { "optimizer", "{method: lbfgs, weight_decay: 0.001}" }, { NULL, NULL } };
    asy_model *m[2];

    for (int i = 0; i < 2; i++) {
        asy_rng init = asy_rng_seed(40 + (uint64_t)i);
        asy_memory_sink k;

        m[i] = linear();
        asy_model_init(m[i], &init);
        run(&k, pairs, m[i]);
        ck_assert_double_eq(asy_memory_sink_value(&k, "converged"), 1);
        ck_assert_double_le(asy_memory_sink_value(&k, "gradient_norm"),
                            1e-8 * asy_memory_sink_value(&k, "gradient_norm_first"));
        ck_assert_double_lt(asy_memory_sink_value(&k, "steps"), 100);
        asy_memory_sink_free(&k);
    }
    for (int64_t i = 0; i < m[0]->n; i++)
        ck_assert_double_eq_tol((double)m[0]->w[i], (double)m[1]->w[i], 1e-5);
}
END_TEST

Suite *asy_suite_train_options(void);
Suite *asy_suite_train_options(void)
{
    Suite *s = suite_create("train_options");
    TCase *c = tcase_create("options");

    tcase_set_timeout(c, 60);
    tcase_add_checked_fixture(c, begin, end);
    tcase_add_test(c, averages_are_of_the_path);
    tcase_add_loop_test(c, frozen_layers_stay, 0, 3);
    tcase_add_test(c, a_model_begins_from_another);
    tcase_add_test(c, poisson_lots_may_be_empty);
    tcase_add_test(c, pieces_make_the_whole);
    tcase_add_test(c, a_convex_model_reaches_its_optimum);
    suite_add_tcase(s, c);
    return s;
}
