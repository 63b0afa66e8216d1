// SPDX-License-Identifier: GPL-3.0-or-later
/* Augmented trainings: the same bytes for any number of threads and after stops; evaluations see none of it.
 */
#include <check.h>
#include <math.h>
#include <string.h>
#include "../support/training.h"
#include "assay.h"

static asy_training t;

static void begin(void) { asy_training_begin(&t); }
static void end(void)   { asy_training_end(&t); }

static void augment(int n, const char *const name[], const asy_pair *const pairs[])
{
    const asy_bound **b = ASY_NEWN(t.arena, n, const asy_bound *);

    for (int i = 0; i < n; i++)
        ck_assert_int_eq(asy_bind_text(t.arena, &asy_spot_augment, name[i], pairs[i], &b[i]), ASY_OK);
    t.data->augment = (asy_bounds){ n, b };
}

static const char *const both[] = { "mixup", "gaussian-noise" };
static const asy_pair quiet[] = { { "sigma", "0.05" }, { NULL, NULL } };
static const asy_pair *const defaults[] = { NULL, quiet };

typedef struct { float *w; int64_t n; char *lines; double val, loss; } outcome;

/* stop > 0: after the first `stop` steps, and then after every `each`. */
static outcome train(const asy_pair pairs[], long stop, long each)
{
    asy_memory_sink k;
    asy_model *m;
    asy_status s;
    outcome o;

    asy_memory_sink_init(&k, t.folder);
    k.stop_at = stop;
    ck_assert_int_eq(asy_io_remove_tree(t.place), ASY_OK);
    do {
        m = asy_training_model(&t, 5);
        k.asked = 0;
        s = asy_training_run(&t, asy_training_bind(&t, pairs), m, &k, stop > 0 ? t.place : NULL);
        ck_assert_msg(s == ASY_OK || s == ASY_ESTOP, "%s", asy_error_text());
        k.stop_at = each;
    } while (s != ASY_OK);
    o = (outcome){ ASY_NEWN(t.arena, m->n, float), m->n, asy_strdup(t.arena, asy_buf_text(&k.lines)),
                   asy_memory_sink_value(&k, "val_accuracy"), asy_memory_sink_value(&k, "loss") };
    memcpy(o.w, m->w, (size_t)m->n * sizeof *o.w);
    asy_memory_sink_free(&k);
    return o;
}

static void same(const outcome *x, const outcome *y)
{
    ck_assert_str_eq(x->lines, y->lines);
    ck_assert_mem_eq(x->w, y->w, (size_t)x->n * sizeof *x->w);
}

static const asy_pair usual[] = { { "epochs", "4" },
                                  { "batch", "32" },
                                  { "optimizer", "{method: sgd, lr: 0.5, momentum: 0.9}" },
                                  { NULL, NULL } };

START_TEST(threads_do_not_show)
{
    outcome one, more, plain = train(usual, 0, 0);

    augment(2, both, defaults);
    one = train(usual, 0, 0);
    ck_assert_int_eq(asy_pool_new(&t.pool, _i), ASY_OK);
    more = train(usual, 0, 0);
    same(&one, &more);
    ck_assert_mem_ne(one.w, plain.w, (size_t)one.n * sizeof *one.w);
}
END_TEST

START_TEST(stops_do_not_show)
{
    outcome one, other;

    augment(2, both, defaults);
    one = train(usual, 0, 0);
    for (long at = 1; at <= 11; at++) {
        other = train(usual, at, 0);
        same(&one, &other);
    }
    other = train(usual, 1, 1);
    same(&one, &other);
}
END_TEST

/* At rate 0 the model stays as it is: however wild the augmentation, `val` scores the same. */
START_TEST(scores_are_of_plain_rows)
{
    static const asy_pair still[] = { { "epochs", "2" },
                                      { "optimizer", "{method: sgd, lr: 0}" },
                                      { NULL, NULL } };
    static const asy_pair wild[] = { { "sigma", "1000" }, { NULL, NULL } };
    static const char *const noise[] = { "gaussian-noise" };
    outcome plain = train(still, 0, 0), other;

    augment(1, noise, (const asy_pair *const[]){ wild });
    other = train(still, 0, 0);
    ck_assert_double_eq(plain.val, other.val);
    ck_assert_double_gt(other.loss, 10 * plain.loss);
}
END_TEST

static double xent(const float *z, int32_t y)
{
    double sum = 0;

    for (int k = 0; k < ASY_TRAINING_CLASSES; k++)
        sum += exp((double)z[k]);
    return log(sum) - (double)z[y];
}

/* The loss of a mixed lot: the mean of share·loss(y) + (1 − share)·loss(y2) at the mixed points. */
START_TEST(mixed_labels_are_in_the_loss)
{
    enum { N = ASY_TRAINING_TRAIN };
    static const asy_pair still[] = {
        { "epochs", "1" }, { "batch", "all" }, { "optimizer", "{method: sgd, lr: 0}" }, { NULL, NULL }
    };
    float x[2 * N], out[2 * N], share[N], z[ASY_TRAINING_CLASSES * N];
    int32_t y[N], y2[N];
    uint64_t id[N], rank[N][2];
    double want = 0;
    asy_augments *s;
    asy_rng seed = asy_rng_seed(5);
    outcome o;

    augment(1, both, defaults);
    o = train(still, 0, 0);
    ck_assert_int_eq(asy_augments_new(&s, t.arena, &t.data->augment, ASY_SHAPE(2), 0, 1), ASY_OK);
    asy_augments_turn(s, &seed, 0, 0);
    asy_view_load(asy_dataset_part(t.data, "train"), N, 0, NULL, x, y, id);
    ck_assert_int_eq(asy_augments_mix(s, NULL, N, id, x, y, out, y2, share, rank), ASY_OK);
    ck_assert_int_eq(asy_world_scores(t.arena, asy_training_model(&t, 5), N, out, z), ASY_OK);
    for (int i = 0; i < N; i++)
        want += ((double)share[i] * xent(z + i * ASY_TRAINING_CLASSES, y[i])
                 + (1 - (double)share[i]) * xent(z + i * ASY_TRAINING_CLASSES, y2[i])) / N;
    ck_assert_double_eq_tol(o.loss, want, 1e-6);
}
END_TEST

/* Each epoch draws anew: at rate 0 the losses of two epochs differ, those of two trainings do not. */
START_TEST(epochs_draw_anew)
{
    static const asy_pair still[] = {
        { "epochs", "2" }, { "batch", "all" }, { "optimizer", "{method: sgd, lr: 0}" }, { NULL, NULL }
    };
    static const char *const noise[] = { "gaussian-noise" };
    const char *first, *second;
    outcome o;

    augment(1, noise, (const asy_pair *const[]){ quiet });
    o = train(still, 0, 0);
    first = strstr(o.lines, "\"loss\":");
    second = strstr(strstr(o.lines, "\"step\":2") - 60, "\"loss\":");
    ck_assert_ptr_nonnull(first);
    ck_assert_ptr_nonnull(second);
    ck_assert(strncmp(first, second, strcspn(first, ",")) != 0);
}
END_TEST

/* Points at −1 and +1 with fresh noise N(0, 1) are the classes N(±1, 1), whose logistic rule is 2x exactly;
 * noise drawn once would be separable, or nearly (Trusted-AI/adversarial-robustness-toolbox issue 1617). */
START_TEST(noise_is_drawn_anew)
{
    enum { N = 64 };
    static const asy_pair pairs[] = { { "epochs", "4000" }, { "batch", "all" },
                                      { "optimizer", "{method: sgd, lr: 0.2}" }, { NULL, NULL } };
    static const asy_pair one[] = { { "sigma", "1" }, { NULL, NULL } };
    static const char *const noise[] = { "gaussian-noise" };
    float x[N];
    int32_t y[N];
    asy_memory_sink k;
    asy_model *m;

    for (int i = 0; i < N; i++) {
        y[i] = i % 2;
        x[i] = i % 2 ? 1 : -1;
    }
    asy_world_data(t.data, t.arena, ASY_SHAPE(1), 2, N, x, y);
    augment(1, noise, (const asy_pair *const[]){ one });
    ck_assert_int_eq(asy_world_model(&m, t.arena, "linear", NULL, ASY_SHAPE(1), 2), ASY_OK);
    asy_memory_sink_init(&k, NULL);
    asy_train_ctx c = { .arena = t.arena, .model = m, .data = t.data, .seed = asy_rng_seed((uint64_t)_i),
                        .sink = &k.sink };
    const asy_bound *b = asy_training_bind(&t, pairs);
    ck_assert_msg(((const asy_procedure *)b->m)->run(b, &c) == ASY_OK, "%s", asy_error_text());
    const float *w = asy_world_slot(m, "fc1.weight"), *bias = asy_world_slot(m, "fc1.bias");
    ck_assert_float_eq_tol(w[1] - w[0], 2, 0.15f);
    ck_assert_float_eq_tol(bias[1] - bias[0], 0, 0.15f);
    asy_memory_sink_free(&k);
}
END_TEST

Suite *asy_suite_train_augment(void);
Suite *asy_suite_train_augment(void)
{
    Suite *s = suite_create("train_augment");
    TCase *c = tcase_create("training");

    tcase_set_timeout(c, 120);
    tcase_add_checked_fixture(c, begin, end);
    tcase_add_loop_test(c, threads_do_not_show, 1, 4);
    tcase_add_test(c, stops_do_not_show);
    tcase_add_test(c, scores_are_of_plain_rows);
    tcase_add_test(c, mixed_labels_are_in_the_loss);
    tcase_add_test(c, epochs_draw_anew);
    tcase_add_loop_test(c, noise_is_drawn_anew, 0, 5);
    suite_add_tcase(s, c);
    return s;
}
