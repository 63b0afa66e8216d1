// SPDX-License-Identifier: GPL-3.0-or-later
/* Options that architectures share: activations, norms, dropout, initial weights. */
#include <check.h>
#include <math.h>
#include <string.h>
#include "../known/lib/model/_world.h"

static asy_arena *a;

static void begin(void) { a = asy_arena_new(0); }
static void end(void)   { asy_arena_free(a); }

static asy_model *model(const char *arch, const char *const pairs[][2], asy_shape sample)
{
    asy_model *m;

    ck_assert_msg(asy_world_model(&m, a, arch, pairs, sample, 10) == ASY_OK, "%s", asy_error_text());
    return m;
}

static const char *const words[] = { "relu", "tanh", "sigmoid",    "gelu",
                                     "silu", "elu",  "leaky-relu", "softplus" };
static double bend(int i, double x)
{
    switch (i) {
    case 0:  return x > 0 ? x : 0;
    case 1:  return tanh(x);
    case 2:  return 1 / (1 + exp(-x));
    case 3:  return x * 0.5 * erfc(-x / sqrt(2));
    case 4:  return x / (1 + exp(-x));
    case 5:  return x > 0 ? x : exp(x) - 1;
    case 6:  return x > 0 ? x : 0.01 * x;
    default: return log(1 + exp(x));
    }
}

/* Centre taps hand the image through cnn-small, fc1 sums: by brute force Σ over 2×2 blocks of the maximum of
 * f(f's maximum over 2×2 …), negative values included. */
START_TEST(activations_stand_before_the_pooling)
{
    const char *const pairs[][2] = { { "activation", words[_i] }, { NULL, NULL } };
    asy_model *m = model("cnn-small", pairs, ASY_SHAPE(1, 8, 8));
    float x[64], z[10];
    double one[16], want = 0;

    for (int i = 0; i < 64; i++)
        x[i] = (float)((i * 37) % 64) / 8 - 4;
    for (int i = 0; i < 16; i++) {
        int at = i / 4 * 16 + i % 4 * 2;
        one[i] = fmax(fmax(bend(_i, (double)x[at]), bend(_i, (double)x[at + 1])),
                      fmax(bend(_i, (double)x[at + 8]), bend(_i, (double)x[at + 9])));
    }
    for (int i = 0; i < 4; i++) {
        int at = i / 2 * 8 + i % 2 * 2;
        want += fmax(fmax(bend(_i, one[at]), bend(_i, one[at + 1])),
                     fmax(bend(_i, one[at + 4]), bend(_i, one[at + 5])));
    }
    asy_world_slot(m, "conv1.weight")[4] = 1;
    asy_world_slot(m, "conv2.weight")[4] = 1;
    for (int i = 0; i < 4; i++)
        asy_world_slot(m, "fc1.weight")[i] = 1;
    asy_world_slot(m, "fc2.weight")[0] = 1;
    ck_assert_int_eq(asy_world_scores(a, m, 1, x, z), ASY_OK);
    ck_assert_double_eq_tol((double)z[0], bend(_i, want), 2e-5 * (1 + fabs(want)));
}
END_TEST

/* Scores do not change with the scale of what a norm follows: a convolution times 4. Without one they do. */
START_TEST(norms_take_the_scale_away)
{
    static const char *const norms[] = { "group", "layer", "instance", "none" };
    const char *const pairs[][2] = { { "norm", norms[_i] }, { NULL, NULL } };
    asy_model *m = model("cnn-small", pairs, ASY_SHAPE(1, 12, 12));
    asy_rng r = asy_rng_part(asy_rng_seed(1), "init"), p = asy_rng_part(asy_rng_seed(1), "image");
    float x[144], z[2][10];
    double apart = 0;

    asy_model_init(m, &r);
    asy_rng_uniform(&p, 0, 0, 144, 0, 1, x);
    ck_assert_int_eq(asy_world_scores(a, m, 1, x, z[0]), ASY_OK);
    for (int i = 0; i < 144; i++)
        asy_world_slot(m, "conv1.weight")[i] *= 4;
    for (int i = 0; i < 16; i++)
        asy_world_slot(m, "conv1.bias")[i] *= 4;
    ck_assert_int_eq(asy_world_scores(a, m, 1, x, z[1]), ASY_OK);
    for (int i = 0; i < 10; i++)
        apart = fmax(apart, fabs((double)(z[1][i] - z[0][i])));
    ck_assert_msg((apart < 1e-3) == (_i < 3), "%s: %g", norms[_i], apart);
}
END_TEST

static bool has_row(const asy_method *m, const char *key)
{
    for (const asy_param *p = m->params; p && p->key; p++)
        if (strcmp(p->key, key) == 0)
            return true;
    return false;
}

/* Every arch that has `norm` takes every norm with its own default of `groups`. */
START_TEST(every_arch_takes_every_norm)
{
    static const char *const norms[] = { "none", "batch", "group", "layer", "instance" };
    int n, tried = 0;
    const asy_method *const *all = asy_kind_arch.methods(&n);

    for (int i = 0; i < n; i++) {
        const char *const pairs[][2] = { { "norm", norms[_i] }, { NULL, NULL } };

        if (!has_row(all[i], "norm"))
            continue;
        (void)model(all[i]->name, pairs, ASY_SHAPE(3, 32, 32));
        tried++;
    }
    ck_assert_int_ge(tried, 7);
}
END_TEST

static bool is_random(asy_mode mode)
{
    const char *const pairs[][2] = { { "dropout", "0.25" }, { NULL, NULL } };
    asy_model *m = model("lenet5", pairs, ASY_SHAPE(1, 28, 28));
    asy_graph *g = asy_graph_new(a, ASY_F32);
    asy_scope *sc = asy_scope_new(a, g, mode);

    (void)asy_model_emit(m, sc, asy_input(g, "x", ASY_ROW, ASY_F32, m->io.in));
    ck_assert_int_eq(asy_graph_status(g), ASY_OK);
    return asy_scope_is_random(sc);
}

START_TEST(dropout_is_for_training)
{
    ck_assert(is_random(ASY_TRAIN));
    ck_assert(!is_random(ASY_EVAL));
}
END_TEST

START_TEST(groups_must_divide_the_channels)
{
    const char *const pairs[][2] = { { "norm", "group" }, { "groups", "7" }, { NULL, NULL } };
    asy_model *m;

    ck_assert_int_eq(asy_world_model(&m, a, "cnn-small", pairs, ASY_SHAPE(1, 28, 28), 10), ASY_ESHAPE);
    ck_assert_ptr_nonnull(strstr(asy_error_text(), "16 channels do not divide into 7 groups"));
    asy_error_clear();
}
END_TEST

static const float *drawn(const char *word, const char *slot)
{
    const char *const pairs[][2] = { { "init", word }, { NULL, NULL } }, *const none[][2] = { { NULL, NULL } };
    asy_model *m = model("linear", word ? pairs : none, ASY_SHAPE(300));
    asy_rng r = asy_rng_part(asy_rng_seed(5), "init");

    asy_model_init(m, &r);
    return asy_world_slot(m, slot);
}

/* 300 inputs, 10 outputs. One stream: the draws differ by the ratio of their limits (deviations) alone. */
static void check_ratio(const char *word, const char *base, double ratio)
{
    const float *w = drawn(word, "fc1.weight"), *v = drawn(base, "fc1.weight");

    for (int i = 0; i < 3000; i++)
        ck_assert_double_eq_tol((double)w[i], ratio * (double)v[i], 1e-6);
}

START_TEST(draws_have_their_limits)
{
    check_ratio("own", NULL, 1);
    check_ratio("fan-in", NULL, 1);
    check_ratio("he-uniform", NULL, sqrt(6));
    check_ratio("xavier-uniform", NULL, sqrt(6 * 300 / 310.0));
    check_ratio("he-normal", "lecun-normal", sqrt(2));
    check_ratio("xavier-normal", "lecun-normal", sqrt(2 * 300 / 310.0));
}
END_TEST

/* Mean and mean square of 3000 normal draws of variance 1/300, within 5 standard errors. */
START_TEST(normal_draws_have_their_deviation)
{
    const float *w = drawn("lecun-normal", "fc1.weight");
    double sum = 0, square = 0;

    for (int i = 0; i < 3000; i++) {
        sum += (double)w[i];
        square += (double)w[i] * (double)w[i];
    }
    ck_assert_double_le(fabs(sum / 3000), 5 * sqrt(1 / 300.0 / 3000));
    ck_assert_double_eq_tol(square / 3000 * 300, 1, 5 * sqrt(2 / 3000.0));
}
END_TEST

START_TEST(biases_begin_at_zero_beside_a_draw)
{
    const float *zero = drawn("he-normal", "fc1.bias"), *fan = drawn("fan-in", "fc1.bias"),
                *own = drawn(NULL, "fc1.bias");

    for (int i = 0; i < 10; i++) {
        ck_assert_float_eq(zero[i], 0);
        ck_assert_float_eq(fan[i], own[i]);
        ck_assert_float_ne(own[i], 0);
    }
}
END_TEST

Suite *asy_suite_model_options(void);
Suite *asy_suite_model_options(void)
{
    Suite *s = suite_create("model_options");
    TCase *c = tcase_create("all");

    tcase_add_checked_fixture(c, begin, end);
    tcase_set_timeout(c, 60);
    tcase_add_loop_test(c, activations_stand_before_the_pooling, 0, 8);
    tcase_add_loop_test(c, norms_take_the_scale_away, 0, 4);
    tcase_add_loop_test(c, every_arch_takes_every_norm, 0, 5);
    tcase_add_test(c, dropout_is_for_training);
    tcase_add_test(c, groups_must_divide_the_channels);
    tcase_add_test(c, draws_have_their_limits);
    tcase_add_test(c, normal_draws_have_their_deviation);
    tcase_add_test(c, biases_begin_at_zero_beside_a_draw);
    suite_add_tcase(s, c);
    return s;
}
