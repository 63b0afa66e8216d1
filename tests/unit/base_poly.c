// SPDX-License-Identifier: GPL-3.0-or-later
/* Elementary functions against libm in a wider type, specials, and one frozen digest of their bits. */
#include <check.h>
#include <math.h>
#include <string.h>
#include "base/hash.h"
#include "base/poly.h"
#include "base/rng.h"

static double ulps32(float got, double want)
{
    if (isnan(want) || isinf(want)) return (isnan(want) && isnan(got)) || (double)got == want ? 0 : 1e9;
    float w = (float)want;
    if (isinf(w) || isinf(got)) return w == got ? 0 : 1e9;
    double unit = ldexp(1, ilogb(fmax(fabs(want), 0x1p-126)) - 23);
    return fabs((double)got - want) / unit;
}

static double ulps64(double got, long double want)
{
    if (isnan(want) || isinf(want)) return (isnan(want) && isnan(got)) || (long double)got == want ? 0 : 1e9;
    long double unit = ldexpl(1, ilogbl(fmaxl(fabsl(want), 0x1p-1022L)) - 52);
    return (double)(fabsl((long double)got - want) / unit);
}

static float sin32(float x)
{
    float s, c;
    asy_sincosf(x, &s, &c);
    return s;
}
static float cos32(float x)
{
    float s, c;
    asy_sincosf(x, &s, &c);
    return c;
}
static double sin64(double x)
{
    double s, c;
    asy_sincos_f64(x, &s, &c);
    return s;
}
static double cos64(double x)
{
    double s, c;
    asy_sincos_f64(x, &s, &c);
    return c;
}

typedef struct {
    const char *name;
    float (*f)(float);
    double (*want)(double);
    double lo, hi;
    bool log_scale;
} f32_case;
static const f32_case f32_cases[] = {
    { "exp", asy_expf, exp, -103, 88.7, false },
    { "expm1", asy_expm1f, expm1, -20, 88, false },
    { "log", asy_logf, log, 1e-44, 3e38, true },
    { "log near 1", asy_logf, log, 0.5, 2, false },
    { "log1p", asy_log1pf, log1p, -0.999, 100, false },
    { "tanh", asy_tanhf, tanh, -10, 10, false },
    { "tanh small", asy_tanhf, tanh, 1e-20, 1, true },
    { "erf", asy_erff, erf, -4, 4, false },
    { "sin", sin32, sin, -100, 100, false },
    { "cos", cos32, cos, -100, 100, false },
    { "sin far", sin32, sin, 1, 1e30, true },
};
typedef struct {
    const char *name;
    double (*f)(double);
    long double (*want)(long double);
    double lo, hi;
    bool log_scale;
} f64_case;
static const f64_case f64_cases[] = {
    { "exp", asy_exp_f64, expl, -708, 709, false },
    { "expm1", asy_expm1_f64, expm1l, -30, 700, false },
    { "log", asy_log_f64, logl, 1e-307, 1e308, true },
    { "log near 1", asy_log_f64, logl, 0.5, 2, false },
    { "log1p", asy_log1p_f64, log1pl, -0.999, 100, false },
    { "tanh", asy_tanh_f64, tanhl, -20, 20, false },
    { "erf", asy_erf_f64, erfl, -6, 6, false },
    { "sin", sin64, sinl, -1000, 1000, false },
    { "cos", cos64, cosl, -1000, 1000, false },
};

static double point(const asy_rng *r, int i, double lo, double hi, bool log_scale)
{
    double u = asy_rng_uniform64(r, (uint64_t)i, 0);
    return log_scale ? exp(log(lo) + (log(hi) - log(lo)) * u) : lo + (hi - lo) * u;
}

START_TEST(single)
{
    const f32_case *c = &f32_cases[_i];
    asy_rng r = asy_rng_part(asy_rng_seed(1), c->name);
    for (int i = 0; i < 200000; i++) {
        float x = (float)point(&r, i, c->lo, c->hi, c->log_scale);
        double e = ulps32(c->f(x), c->want((double)x));
        ck_assert_msg(e <= 2, "%s(%.9g) is %.2f ulp off", c->name, (double)x, e);
    }
}
END_TEST

START_TEST(twice)
{
    const f64_case *c = &f64_cases[_i];
    asy_rng r = asy_rng_part(asy_rng_seed(2), c->name);
    for (int i = 0; i < 100000; i++) {
        double x = point(&r, i, c->lo, c->hi, c->log_scale), e = ulps64(c->f(x), c->want((long double)x));
        ck_assert_msg(e <= 4, "%s(%.17g) is %.2f ulp off", c->name, x, e);
    }
}
END_TEST

START_TEST(powers)
{
    asy_rng r = asy_rng_part(asy_rng_seed(3), "pow");
    for (int i = 0; i < 100000; i++) {
        double x = point(&r, i, 1e-10, 1e10, true), y = -20 + 40 * asy_rng_uniform64(&r, (uint64_t)i, 1);
        ck_assert_double_le(ulps64(asy_pow_f64(x, y), powl((long double)x, (long double)y)), 4);
        ck_assert_double_le(ulps32(asy_powf((float)x, (float)y), pow((double)(float)x, (double)(float)y)), 2);
    }
    ck_assert(asy_pow_f64(-2, 3) == -8 && asy_pow_f64(5, 0) == 1 && asy_pow_f64(0, 2) == 0 &&
              isnan(asy_pow_f64(-2, 0.5)));
}
END_TEST

START_TEST(specials)
{
    ck_assert(asy_expf(0) == 1 && asy_expf(-INFINITY) == 0 && asy_expf(INFINITY) == INFINITY &&
              isnan(asy_expf(NAN)));
    ck_assert(asy_expf(100) == INFINITY && asy_expf(-200) == 0 && asy_expf(-100) > 0);
    ck_assert(asy_logf(1) == 0 && asy_logf(0) == -INFINITY && isnan(asy_logf(-1)) &&
              asy_logf(INFINITY) == INFINITY && isnan(asy_logf(NAN)));
    ck_assert(asy_tanhf(INFINITY) == 1 && asy_tanhf(-INFINITY) == -1 && asy_tanhf(0) == 0 &&
              signbit(asy_tanhf(-0.0f)) && isnan(asy_tanhf(NAN)));
    ck_assert(asy_erff(INFINITY) == 1 && asy_erff(0) == 0 && isnan(asy_erff(NAN)));
    ck_assert(asy_exp_f64(0) == 1 && asy_log_f64(1) == 0 && asy_log_f64(0) == -INFINITY &&
              isnan(asy_log_f64(-1)) && asy_exp_f64(1000) == INFINITY && asy_exp_f64(-1000) == 0);
    ck_assert(isnan(sin32(INFINITY)) && isnan(cos64(NAN)) && sin64(0) == 0 && cos64(0) == 1);
}
END_TEST

/* Every compiler, flag and processor must give these bits. */
START_TEST(frozen)
{
    asy_rng r = asy_rng_part(asy_rng_seed(4), "frozen");
    asy_sha *sha;
    char hex[17];
    ck_assert_int_eq(asy_sha_new(&sha), ASY_OK);
    for (int i = 0; i < 20000; i++) {
        float x = (float)point(&r, i, -50, 50, false), s, c;
        asy_sincosf(x, &s, &c);
        float f[] = { asy_expf(x), asy_logf(fabsf(x)),       asy_tanhf(x / 10), asy_erff(x / 20), s,
                      c,           asy_powf(fabsf(x), 1.7f), asy_sigmoidf(x),   asy_softplusf(x) };
        double d[] = { asy_exp_f64((double)x), asy_log_f64(fabs((double)x)), asy_tanh_f64((double)x / 10),
                       asy_erf_f64((double)x / 20), asy_pow_f64(fabs((double)x), 1.7) };
        asy_sha_put(sha, f, sizeof f);
        asy_sha_put(sha, d, sizeof d);
    }
    asy_digest digest = asy_sha_end(sha);
    asy_hex(&digest, 16, hex);
    ck_assert_str_eq(hex, "4b7b15fb1c2ccd6e");
}
END_TEST

Suite *asy_suite_base_poly(void);
Suite *asy_suite_base_poly(void)
{
    Suite *s = suite_create("base_poly");
    TCase *t = tcase_create("poly");
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, single, 0, (int)(sizeof f32_cases / sizeof *f32_cases));
    tcase_add_loop_test(t, twice, 0, (int)(sizeof f64_cases / sizeof *f64_cases));
    tcase_add_test(t, powers);
    tcase_add_test(t, specials);
    tcase_add_test(t, frozen);
    suite_add_tcase(s, t);
    return s;
}
