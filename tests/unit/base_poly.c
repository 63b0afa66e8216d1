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
    float w = (float)want;
    if (isnan(want)) return isnan(got) ? 0 : 1e9;
    if (isinf(w) || isinf(got)) return w == got ? 0 : 1e9;
    double unit = ldexp(1, ilogb(fmax(fabs(want), 0x1p-126)) - 23);
    return fabs((double)got - want) / unit;
}

static double ulps64(double got, long double want)
{
    double w = (double)want;
    if (isnan(want)) return isnan(got) ? 0 : 1e9;
    if (isinf(w) || isinf(got)) return w == got ? 0 : 1e9;
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

static double sigmoid(double x) { return 1 / (1 + exp(-x)); }
static double softplus(double x) { return log1p(exp(x)); }
static long double sigmoidl(long double x) { return 1 / (1 + expl(-x)); }
static long double softplusl(long double x) { return log1pl(expl(x)); }

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
    { "sin far", sin32, sin, 1, 3e38, true },
    { "cos far", cos32, cos, 8000, 3e38, true },
    { "sigmoid", asy_sigmoidf, sigmoid, -88, 88, false },
    { "softplus", asy_softplusf, softplus, -88, 88, false },
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
    { "sin far", sin64, sinl, 1e5, 1e18, true },
    { "cos far", cos64, cosl, 1e5, 1e18, true },
    { "sigmoid", asy_sigmoid_f64, sigmoidl, -700, 700, false },
    { "softplus", asy_softplus_f64, softplusl, -700, 700, false },
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

/* Any bit pattern: subnormals, both infinities, NaN and the largest numbers too. */
START_TEST(any_bits)
{
    const f32_case *c = &f32_cases[_i];
    asy_rng r = asy_rng_part(asy_rng_seed(6), c->name);
    for (uint64_t i = 0; i < 100000; i++) {
        float x = asy_f32_from(asy_rng_word(&r, i, 0));
        double e = ulps32(c->f(x), c->want == softplus && x > 88 ? (double)x : c->want((double)x));
        ck_assert_msg(e <= 2, "%s(%a) is %.2f ulp off", c->name, (double)x, e);
    }
}
END_TEST

/* sin and cos where f64 needs hundreds of digits of 2/π; the values are from 1300-bit arithmetic. */
START_TEST(far_angles)
{
    ck_assert_double_le(ulps64(sin64(1e22), -0x1.b453ab76bf397p-1L), 1);
    ck_assert_double_le(ulps64(cos64(1e22), 0x1.0be2cef01c8f4p-1L), 1);
    ck_assert_double_le(ulps64(sin64(0x1.fffffffffffffp+1023), 0x1.452fc98b34e97p-8L), 1);
    ck_assert_double_le(ulps64(cos64(-0x1.fffffffffffffp+1023), -0x1.fffe62ecfab75p-1L), 1);
    ck_assert_double_le(ulps64(cos64(0x1.6ac5b262ca1ffp+849), -0x1.14ae72e6ba22fp-61L), 1);
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
    for (int i = 0; i < 100000; i++) { /* up to both ends of the range, and bases beside 1 */
        double u = asy_rng_uniform64(&r, (uint64_t)i, 2) - 0.5, x = i % 2 ? exp(600 * u) : 1 + 1e-3 * u;
        double y = 1480 * (asy_rng_uniform64(&r, (uint64_t)i, 3) - 0.5) / log(x);
        ck_assert_double_le(ulps64(asy_pow_f64(x, y), powl((long double)x, (long double)y)), 4);
    }
    ck_assert(asy_pow_f64(-2, 3) == -8 && asy_pow_f64(5, 0) == 1 && asy_pow_f64(0, 2) == 0 &&
              isnan(asy_pow_f64(-2, 0.5)));
}
END_TEST

/* C11 F.10.4.4 */
START_TEST(pow_specials)
{
    static const struct {
        double x, y, want;
    } v[] = {
        { 0, 3, 0 },
        { -0.0, 3, -0.0 },
        { -0.0, 2, 0 },
        { 0, -2, INFINITY },
        { -0.0, -3, -INFINITY },
        { -1, INFINITY, 1 },
        { -1, -INFINITY, 1 },
        { 1, NAN, 1 },
        { NAN, 0, 1 },
        { NAN, 1, NAN },
        { -1, NAN, NAN },
        { -8, 0.5, NAN },
        { 0.5, INFINITY, 0 },
        { 2, INFINITY, INFINITY },
        { 0.5, -INFINITY, INFINITY },
        { 2, -INFINITY, 0 },
        { INFINITY, 2, INFINITY },
        { INFINITY, -2, 0 },
        { -INFINITY, 3, -INFINITY },
        { -INFINITY, 2, INFINITY },
        { -INFINITY, 0.5, INFINITY },
        { -INFINITY, -3, -0.0 },
        { -2, 0x1p60, INFINITY },
        { -1, 0x1p53 + 2, 1 },
        { -1, 0x1p53 - 1, -1 },
        { 2, 1024, INFINITY },
        { 2, -1075, 0 },
        { 2, -1074, 0x1p-1074 },
    };
    for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
        double got = asy_pow_f64(v[i].x, v[i].y);
        bool same = isnan(v[i].want) ? isnan(got) : asy_f64_bits(got) == asy_f64_bits(v[i].want);
        ck_assert_msg(same, "pow(%g, %g) is %g, not %g", v[i].x, v[i].y, got, v[i].want);
        if (fabs(v[i].y) > 0x1p24 && isfinite(v[i].y)) continue;
        float narrow = asy_powf((float)v[i].x, (float)v[i].y), want = (float)v[i].want;
        same = isnan(want) ? isnan(narrow) : asy_f32_bits(narrow) == asy_f32_bits(want);
        ck_assert_msg(same, "powf(%g, %g) is %g", v[i].x, v[i].y, (double)narrow);
    }
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
    ck_assert(asy_expm1f(INFINITY) == INFINITY && asy_expm1f(-INFINITY) == -1 && isnan(asy_expm1f(NAN)) &&
              signbit(asy_expm1f(-0.0f)) && asy_expm1f(0x1p-149f) == 0x1p-149f);
    ck_assert(asy_log1pf(-1) == -INFINITY && isnan(asy_log1pf(-2)) && asy_log1pf(INFINITY) == INFINITY &&
              signbit(asy_log1pf(-0.0f)) && asy_log1p_f64(-1) == -INFINITY && isnan(asy_log1p_f64(-2)));
    ck_assert(signbit(sin32(-0.0f)) && signbit(sin64(-0.0)) && signbit(asy_erff(-0.0f)) &&
              asy_logf(0x1p-149f) < -103 && asy_log_f64(0x1p-1074) < -744 &&
              asy_tanhf(0x1p-149f) == 0x1p-149f);
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

/* The rest of them, over all bit patterns but NaN (whose payload is not promised). */
START_TEST(frozen_any_bits)
{
    asy_rng r = asy_rng_part(asy_rng_seed(4), "any bits");
    asy_sha *sha;
    char hex[17];
    ck_assert_int_eq(asy_sha_new(&sha), ASY_OK);
    for (uint64_t i = 0; i < 20000; i++) {
        float x = asy_f32_from(asy_rng_word(&r, i, 0)), y = asy_f32_from(asy_rng_word(&r, i, 1));
        double u = asy_f64_from(asy_rng_word64(&r, i, 1)), v = asy_f64_from(asy_rng_word64(&r, i, 2));
        float f[] = { asy_expf(x),    asy_expm1f(x), asy_logf(x),     asy_log1pf(x),
                      asy_tanhf(x),   asy_erff(x),   asy_sigmoidf(x), asy_softplusf(x),
                      asy_powf(x, y), sin32(x),      cos32(x) };
        double d[] = {
            asy_exp_f64(u), asy_expm1_f64(u),   asy_log_f64(u),      asy_log1p_f64(u),  asy_tanh_f64(u),
            asy_erf_f64(u), asy_sigmoid_f64(u), asy_softplus_f64(u), asy_pow_f64(u, v), sin64(u),
            cos64(u)
        };
        for (size_t k = 0; k < sizeof f / sizeof *f; k++)
            if (isnan(f[k])) f[k] = 0;
        for (size_t k = 0; k < sizeof d / sizeof *d; k++)
            if (isnan(d[k])) d[k] = 0;
        asy_sha_put(sha, f, sizeof f);
        asy_sha_put(sha, d, sizeof d);
    }
    asy_digest digest = asy_sha_end(sha);
    asy_hex(&digest, 16, hex);
    ck_assert_str_eq(hex, "4189291bdf1f62d4");
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
    tcase_add_loop_test(t, any_bits, 0, (int)(sizeof f32_cases / sizeof *f32_cases));
    tcase_add_test(t, far_angles);
    tcase_add_test(t, powers);
    tcase_add_test(t, pow_specials);
    tcase_add_test(t, specials);
    tcase_add_test(t, frozen);
    tcase_add_test(t, frozen_any_bits);
    suite_add_tcase(s, t);
    return s;
}
