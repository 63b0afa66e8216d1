// SPDX-License-Identifier: GPL-3.0-or-later
/* Moments and counts of the draws of base/draw.h. Tolerances are 4.5 deviations. */
#include <check.h>
#include <math.h>
#include "base/draw.h"

enum { N = 20000 };

static void near_moments(const double x[], double mean, double variance, double fourth)
{
    double m = 0, v = 0;
    for (int i = 0; i < N; i++) m += x[i] / N;
    for (int i = 0; i < N; i++) v += (x[i] - mean) * (x[i] - mean) / N;
    ck_assert_double_eq_tol(m, mean, 4.5 * sqrt(variance / N));
    ck_assert_double_eq_tol(v, variance, 4.5 * sqrt((fourth - variance * variance) / N));
}

/* Gamma(k): mean k, variance k, fourth central moment 3k² + 6k. */
START_TEST(gamma_moments)
{
    static const double shapes[] = { 0.1, 0.75, 1, 2.5, 40 };
    double k = shapes[_i], x[N];
    asy_rng r = asy_rng_split(asy_rng_seed(5), "gamma", (uint64_t)_i);
    for (int i = 0; i < N; i++) x[i] = exp(asy_draw_log_gamma(&r, (uint64_t)i, 3, k));
    near_moments(x, k, k, 3 * k * k + 6 * k);
}
END_TEST

/* The exponential distribution is Gamma(1): the share above t is e^−t. */
START_TEST(gamma_1_is_exponential)
{
    asy_rng r = asy_rng_seed(6);
    int above[4] = { 0 };
    for (int i = 0; i < N; i++)
        for (int t = 1; t < 4; t++) above[t] += asy_draw_log_gamma(&r, 7, (uint64_t)i, 1) > log(t);
    for (int t = 1; t < 4; t++)
        ck_assert_double_eq_tol((double)above[t] / N, exp(-t), 4.5 * sqrt(exp(-t) * (1 - exp(-t)) / N));
}
END_TEST

START_TEST(beta_moments)
{
    static const double ab[][2] = { { 0.2, 0.2 }, { 1, 1 }, { 2, 5 }, { 60, 30 } };
    double a = ab[_i][0], b = ab[_i][1], s = a + b, x[N], mean = a / s, v = a * b / (s * s * (s + 1));
    double fourth =
        v * v * (3 + 6 * ((a - b) * (a - b) * (s + 1) - a * b * (s + 2)) / (a * b * (s + 2) * (s + 3)));
    asy_rng r = asy_rng_split(asy_rng_seed(5), "beta", (uint64_t)_i);
    for (int i = 0; i < N; i++) {
        x[i] = asy_draw_beta(&r, (uint64_t)i, 0, a, b);
        ck_assert(x[i] >= 0 && x[i] <= 1);
    }
    near_moments(x, mean, v, fourth);
}
END_TEST

/* Tiny shapes do not underflow to 0/0: one of the two takes all. */
START_TEST(tiny_shapes)
{
    asy_rng r = asy_rng_seed(8);
    int ends = 0;
    for (uint64_t i = 0; i < 1000; i++) {
        double x = asy_draw_beta(&r, i, 0, 1e-4, 1e-4), share[5], sum = 0;
        ck_assert(x >= 0 && x <= 1);
        ends += x < 1e-9 || x > 1 - 1e-9;
        asy_draw_dirichlet(&r, i, 1, 1e-4, 5, share);
        for (int k = 0; k < 5; k++) sum += share[k];
        ck_assert_double_eq_tol(sum, 1, 1e-12);
    }
    ck_assert_int_gt(ends, 980);
}
END_TEST

/* Dirichlet(α, …): a share has mean 1/n and variance (n − 1)/(n²(nα + 1)). */
START_TEST(dirichlet_moments)
{
    enum { K = 4 };
    double x[N], share[K], alpha = 0.5, v = (K - 1) / (K * K * (K * alpha + 1));
    asy_rng r = asy_rng_seed(9);
    for (int i = 0; i < N; i++) {
        asy_draw_dirichlet(&r, (uint64_t)i, 0, alpha, K, share);
        x[i] = share[2];
    }
    near_moments(x, 1.0 / K, v, 3 * v * v); /* of Beta(1/2, 3/2) */
}
END_TEST

/* Poisson(m): mean m, variance m, fourth 3m² + m; above 64 as sums. */
START_TEST(poisson_moments)
{
    static const double means[] = { 0.3, 3, 60, 200 };
    double m = means[_i], x[N];
    asy_rng r = asy_rng_split(asy_rng_seed(5), "poisson", (uint64_t)_i);
    for (int i = 0; i < N; i++) x[i] = (double)asy_draw_poisson(&r, 2, (uint64_t)i, m);
    near_moments(x, m, m, 3 * m * m + m);
}
END_TEST

START_TEST(poisson_counts)
{
    asy_rng r = asy_rng_seed(10);
    double chi = 0, p = exp(-2.0);
    int count[8] = { 0 };
    for (int i = 0; i < N; i++) {
        int64_t k = asy_draw_poisson(&r, (uint64_t)i, 0, 2);
        count[k < 7 ? k : 7]++;
    }
    double rest = 1;
    for (int k = 0; k < 8; k++) {
        double share = k < 7 ? p : rest;
        chi += (count[k] - N * share) * (count[k] - N * share) / (N * share);
        rest -= p;
        p *= 2.0 / (k + 1);
    }
    ck_assert_double_lt(chi, 24.3); /* 7 degrees of freedom, 1 in 1000 */
    ck_assert_int_eq(asy_draw_poisson(&r, 1, 1, 0), 0);
}
END_TEST

Suite *asy_suite_base_draw(void);
Suite *asy_suite_base_draw(void)
{
    Suite *s = suite_create("base_draw");
    TCase *c = tcase_create("draws");
    tcase_set_timeout(c, 60);
    tcase_add_loop_test(c, gamma_moments, 0, 5);
    tcase_add_test(c, gamma_1_is_exponential);
    tcase_add_loop_test(c, beta_moments, 0, 4);
    tcase_add_test(c, tiny_shapes);
    tcase_add_test(c, dirichlet_moments);
    tcase_add_loop_test(c, poisson_moments, 0, 4);
    tcase_add_test(c, poisson_counts);
    suite_add_tcase(s, c);
    return s;
}
