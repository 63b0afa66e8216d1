// SPDX-License-Identifier: GPL-3.0-or-later
/* Special functions, roots, minima, integrals: against closed forms and published tables. */
#include <check.h>
#include <math.h>
#include <string.h>
#include "base/solve.h"
#include "base/special.h"

static void near_to(double found, double expected, double relative)
{
    ck_assert_msg(fabs(found - expected) <= relative * fabs(expected), "%.17g, expected %.17g", found,
                  expected);
}

START_TEST(special_closed_forms)
{
    near_to(asy_log_gamma(0.5), 0.57236494292470008707, 1e-14); /* ln √π */
    near_to(asy_log_gamma(101), 363.73937555556349014, 1e-14);  /* ln 100! */
    near_to(asy_digamma(1), -0.57721566490153286061, 1e-14);    /* −γ */
    near_to(asy_log_choose(52, 5), log(2598960), 1e-13);
    near_to(asy_normal_quantile(0.975), 1.9599639845400542355, 1e-14);
    near_to(asy_normal_tail(10), 7.6198530241605260660e-24, 1e-12);
    near_to(asy_normal_log_cdf(-40), -804.60844201383498,
            1e-12); /* −x²/2 − ln(x√2π) + ln(1 − 1/x² + 3/x⁴ − …) */
    near_to(asy_log_erfc(0), 0, 0);
    near_to(asy_beta_cdf(0.3, 2, 3), 0.3483, 1e-13); /* Σ_{j≥2} C(4,j) .3^j .7^(4−j) */
    near_to(asy_binomial_tail(2, 4, 0.3), 0.3483, 1e-13);
    near_to(asy_binomial_tail(0, 4, 0.3), 1, 0);
    near_to(asy_binomial_tail(5, 4, 0.3) + 1, 1, 0);
    near_to(asy_gamma_cdf(2, 1), 1 - exp(-2), 1e-14);
    near_to(asy_chi2_tail(2, 2), exp(-1), 1e-14);
    near_to(asy_student_cdf(1, 1), 0.75, 1e-14); /* Cauchy */
}
END_TEST

/* The quantile is the smallest number whose distribution function reaches p, also for tiny parameters. */
START_TEST(beta_quantiles_invert)
{
    const double p[] = { 1e-9, 0.001, 0.025, 0.5, 0.975, 0.999 }, shape[] = { 0.3, 1, 4, 50, 3000 };

    for (int i = 0; i < 6; i++)
        for (int j = 0; j < 5; j++)
            for (int k = 0; k < 5; k++) {
                double x = asy_beta_quantile(p[i], shape[j], shape[k]), below = nextafter(x, 0);

                ck_assert_double_ge(asy_beta_cdf(x, shape[j], shape[k]), p[i]);
                ck_assert_double_lt(asy_beta_cdf(below, shape[j], shape[k]), p[i]);
            }
    near_to(asy_beta_quantile(0.025, 1, 10), 1 - pow(0.975, 0.1), 1e-13);
    near_to(asy_beta_quantile(0.975, 10, 1), pow(0.975, 0.1), 1e-13);
}
END_TEST

START_TEST(outside_the_domain_is_nan)
{
    ck_assert(isnan(asy_log_gamma(0)) && isnan(asy_log_gamma(-1)) && isnan(asy_log_gamma((double)NAN)));
    ck_assert(isnan(asy_digamma(0)) && isnan(asy_log_choose(3, 4)) && isnan(asy_normal_quantile(1.5)));
    ck_assert(isnan(asy_beta_cdf(0.5, 0, 1)) && isnan(asy_beta_quantile(0.5, -1, 1)));
    ck_assert(isnan(asy_gamma_cdf(1, 0)) && isnan(asy_chi2_tail(1, 0)) && isnan(asy_student_cdf(0, 0)));
    ck_assert(isnan(asy_binomial_tail(1, 2, 1.5)));
    ck_assert(isinf(asy_normal_quantile(0)) && isinf(asy_normal_quantile(1)));
}
END_TEST

static double cosine(void *ctx, double x)
{
    (void)ctx;
    return cos(x);
}
static double quartic(void *ctx, double x)
{
    double c = *(double *)ctx;
    return pow(x - c, 4);
}
static double step(void *ctx, double x)
{
    (void)ctx;
    return x < 1.0 / 3 ? -1 : 1;
}
static double bell(void *ctx, double x)
{
    (void)ctx;
    return exp(-x * x / 2);
}
static double pole(void *ctx, double x)
{
    (void)ctx;
    return 1 / x;
}
static double root_pole(void *ctx, double x)
{
    (void)ctx;
    return 1 / sqrt(x);
}

START_TEST(roots)
{
    double x;

    ck_assert_int_eq(asy_find_root(cosine, NULL, 0, 3, 1e-15, &x), ASY_OK);
    near_to(x, M_PI / 2, 1e-15);
    ck_assert_int_eq(asy_find_root(step, NULL, 0, 1, 0, &x), ASY_OK);
    ck_assert_double_eq_tol(x, 1.0 / 3, 1e-15);
    ck_assert_int_eq(asy_find_root(cosine, NULL, 0, 1, 1e-12, &x), ASY_EINVAL);
    ck_assert_ptr_nonnull(strstr(asy_error_text(), "one sign"));
    ck_assert_int_eq(asy_find_root(cosine, NULL, 2, 1, 1e-12, &x), ASY_EINVAL);
    ck_assert_int_eq(asy_find_root(pole, NULL, 0, 1, 1e-12, &x), ASY_EFINITE);
    ck_assert_int_eq(asy_find_root(cosine, NULL, 0, 3, (double)NAN, &x), ASY_EINVAL);
}
END_TEST

START_TEST(minima)
{
    double x, c = 0.7;

    ck_assert_int_eq(asy_minimise(cosine, NULL, 0, 5, 1e-9, &x), ASY_OK);
    ck_assert_double_eq_tol(x, M_PI, 1e-7);
    ck_assert_int_eq(asy_minimise(quartic, &c, -3, 9, 1e-9, &x), ASY_OK);
    ck_assert_double_eq_tol(x, c, 1e-3);
    ck_assert_int_eq(asy_minimise(cosine, NULL, 0, 1, 1e-9, &x), ASY_OK); /* least at an end */
    ck_assert_double_eq_tol(x, 1, 1e-8);
    ck_assert_int_eq(asy_minimise(cosine, NULL, 1, 0, 1e-9, &x), ASY_EINVAL);
}
END_TEST

START_TEST(integrals)
{
    double v, e;

    ck_assert_int_eq(asy_integrate(cosine, NULL, 0, M_PI / 2, 1e-12, &v, &e), ASY_OK);
    near_to(v, 1, 1e-12);
    ck_assert_int_eq(asy_integrate(bell, NULL, -(double)INFINITY, (double)INFINITY, 1e-10, &v, &e), ASY_OK);
    near_to(v, sqrt(2 * M_PI), 1e-10);
    ck_assert_int_eq(asy_integrate(bell, NULL, 0, (double)INFINITY, 1e-10, &v, &e), ASY_OK);
    near_to(v, sqrt(M_PI / 2), 1e-10);
    ck_assert_int_eq(asy_integrate(bell, NULL, -(double)INFINITY, 0, 1e-10, &v, &e), ASY_OK);
    near_to(v, sqrt(M_PI / 2), 1e-10);
    ck_assert_int_eq(asy_integrate(root_pole, NULL, 0, 1, 1e-9, &v, &e),
                     ASY_OK); /* integrable, infinite at 0 */
    near_to(v, 2, 1e-8);
    ck_assert_int_eq(asy_integrate(pole, NULL, 0, 1, 1e-9, &v, &e), ASY_EFINITE);
    ck_assert_int_eq(asy_integrate(cosine, NULL, 1, 1, 1e-9, &v, &e), ASY_EINVAL);
}
END_TEST

Suite *asy_suite_base_special(void);

Suite *asy_suite_base_special(void)
{
    Suite *s = suite_create("base_special");
    TCase *t = tcase_create("special");

    tcase_add_test(t, special_closed_forms);
    tcase_add_test(t, beta_quantiles_invert);
    tcase_add_test(t, outside_the_domain_is_nan);
    tcase_add_test(t, roots);
    tcase_add_test(t, minima);
    tcase_add_test(t, integrals);
    tcase_set_timeout(t, 30);
    suite_add_tcase(s, t);
    return s;
}
