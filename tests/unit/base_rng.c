// SPDX-License-Identifier: GPL-3.0-or-later
/* Philox and the streams: published and frozen vectors, independence of how a draw is cut, statistics at
 * fixed seeds. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/rng.h"

/* Salmon et al. 2011, Random123's kat_vectors, philox4x32-10. */
START_TEST(published)
{
    static const struct {
        uint32_t key[2], ctr[4], out[4];
    } v[] = {
        { { 0, 0 }, { 0, 0, 0, 0 }, { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 } },
        { { ~0u, ~0u }, { ~0u, ~0u, ~0u, ~0u }, { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd } },
        { { 0xa4093822, 0x299f31d0 },
          { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 },
          { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 } },
    };
    for (int i = 0; i < 3; i++) {
        uint32_t out[4];
        asy_philox(v[i].key, v[i].ctr, out);
        ck_assert_mem_eq(out, v[i].out, sizeof out);
    }
}
END_TEST

/* The key layout of DESIGN §7, worked out by an independent SHA-256 and Philox. */
START_TEST(frozen)
{
    asy_rng a = asy_rng_part(asy_rng_part(asy_rng_seed(0), "init"), "conv1.weight");
    asy_rng b = asy_rng_split(asy_rng_part(asy_rng_part(asy_rng_seed(7), "attack"), "pgd"), "pass", 2);
    asy_rng c = asy_rng_part(asy_rng_seed(UINT64_MAX), "split");
    ck_assert_str_eq(a.path, "0/init/conv1.weight");
    ck_assert_str_eq(b.path, "7/attack/pgd/pass/2");
    ck_assert_uint_eq(a.key[0], 0x868ea7c6u);
    ck_assert_uint_eq(a.key[1], 0x3dd1138eu);
    ck_assert_uint_eq(asy_rng_word(&a, 0, 0), 0x4df44625u);
    ck_assert_uint_eq(asy_rng_word(&b, 59999, 5), 0x0f18ea2du);
    ck_assert_uint_eq(asy_rng_word(&c, ((uint64_t)1 << 33) + 1, ((uint64_t)1 << 34) + 3), 0xc5da5bbau);
}
END_TEST

START_TEST(long_paths)
{
    asy_rng r = asy_rng_seed(1), other;
    for (int i = 0; i < 60; i++) r = asy_rng_split(r, "a-label-of-some-length", (uint64_t)i);
    ck_assert_uint_lt(strlen(r.path), ASY_RNG_PATH);
    other = asy_rng_part(r, "x");
    ck_assert_uint_ne(asy_rng_word(&r, 0, 0), asy_rng_word(&other, 0, 0));
}
END_TEST

/* A path that would not fit, and a part that fits into none; the words by an independent SHA-256 and Philox.
 */
START_TEST(shortened_paths)
{
    char part[301];
    memset(part, 'a', 230);
    part[230] = '\0';
    asy_rng r = asy_rng_part(asy_rng_seed(1), part);
    ck_assert_uint_eq(strlen(r.path), 232);
    r = asy_rng_part(r, "eight123");
    ck_assert(r.path[0] == '#' && strlen(r.path) == 1 + 64 + 9 && strcmp(r.path + 65, "/eight123") == 0);
    ck_assert_uint_eq(asy_rng_word(&r, 0, 0), 0xcc1cc784u);
    memset(part, 'b', 300);
    part[300] = '\0';
    r = asy_rng_part(asy_rng_seed(1), part);
    ck_assert_uint_eq(strlen(r.path), 2 * (1 + 64) + 1);
    ck_assert_uint_eq(asy_rng_word(&r, 3, 2), 0xb0302379u);
}
END_TEST

/* What the header says of words, their pairs and the numbers made of them. */
START_TEST(layout)
{
    asy_rng r = asy_rng_part(asy_rng_seed(9), "layout");
    for (uint64_t i = 0; i < 50; i++) {
        uint64_t low = asy_rng_word(&r, 77, 2 * i), high = asy_rng_word(&r, 77, 2 * i + 1);
        uint64_t both = asy_rng_word64(&r, 77, i);
        ck_assert_uint_eq(both, low | high << 32);
        ck_assert_double_eq(asy_rng_uniform64(&r, 77, i), ((double)(both >> 11) + 0.5) / 0x1p53);
        ck_assert_uint_eq(asy_rng_below(&r, 77, i, (uint64_t)1 << 63), both >> 1);
        ck_assert_uint_eq(asy_rng_below(&r, 77, i, 1), 0);
        float u, want = fmaf(5, (float)(((double)(low >> 8) + 0.5) / 0x1p24), -2);
        asy_rng_uniform(&r, 77, 2 * i, 1, -2, 3, &u);
        ck_assert(u == want);
    }
}
END_TEST

/* Each moment of n draws within 5 standard errors of the normal's. */
START_TEST(moments)
{
    enum { N = 200000 };
    static float f[N];
    asy_rng r = asy_rng_part(asy_rng_seed(12), "moments");
    asy_rng_normal(&r, 0, 0, N, 0, 1, f);
    double m[5] = { 0 }, cross = 0;
    for (int i = 0; i < N; i++) {
        double x = f[i], p = 1;
        for (int k = 1; k <= 4; k++) m[k] += (p *= x) / N;
        if (i % 2) cross += x * (double)f[i - 1] / (N / 2.0);
    }
    ck_assert_double_lt(fabs(m[1]), 5 * sqrt(1.0 / N));
    ck_assert_double_lt(fabs(m[2] - 1), 5 * sqrt(2.0 / N));
    ck_assert_double_lt(fabs(m[3]), 5 * sqrt(15.0 / N));
    ck_assert_double_lt(fabs(m[4] - 3), 5 * sqrt(96.0 / N));
    ck_assert_double_lt(fabs(cross), 5 * sqrt(2.0 / N)); /* the two of a Box-Muller pair */
}
END_TEST

START_TEST(cut_anywhere)
{
    asy_rng r = asy_rng_part(asy_rng_seed(3), "cut");
    float whole[103], piece[103];
    for (int kind = 0; kind < 2; kind++) {
        if (kind == 0) asy_rng_uniform(&r, 5, 0, 103, -2, 3, whole);
        else asy_rng_normal(&r, 5, 0, 103, 1, 2, whole);
        for (size_t first = 0; first < 12; first++)
            for (size_t n = 1; first + n <= 103; n += 7) {
                if (kind == 0) asy_rng_uniform(&r, 5, first, n, -2, 3, piece);
                else asy_rng_normal(&r, 5, first, n, 1, 2, piece);
                ck_assert_mem_eq(piece, whole + first, n * sizeof *piece);
            }
    }
}
END_TEST

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Kolmogorov–Smirnov distance to a distribution given at sorted points; 1.95/√n is exceeded with probability
 * 10⁻³. */
static double distance(int n, double x[], double (*cdf)(double))
{
    double worst = 0;
    qsort(x, (size_t)n, sizeof *x, ascending);
    for (int i = 0; i < n; i++) {
        double f = cdf(x[i]);
        worst = fmax(worst, fmax(fabs(f - (double)i / n), fabs(f - (double)(i + 1) / n)));
    }
    return worst;
}

static double uniform_cdf(double x) { return x; }
static double normal_cdf(double x) { return 0.5 * erfc(-x / sqrt(2)); }

START_TEST(distributions)
{
    enum { N = 40000 };
    static float f[N];
    static double x[N];
    asy_rng r = asy_rng_part(asy_rng_seed(11), "ks");
    asy_rng_uniform(&r, 1, 0, N, 0, 1, f);
    for (int i = 0; i < N; i++) x[i] = f[i];
    ck_assert_double_lt(distance(N, x, uniform_cdf), 1.95 / sqrt(N));
    asy_rng_normal(&r, 2, 0, N, 0, 1, f);
    for (int i = 0; i < N; i++) x[i] = f[i];
    ck_assert_double_lt(distance(N, x, normal_cdf), 1.95 / sqrt(N));
    for (int i = 0; i < N; i++) x[i] = asy_rng_uniform64(&r, (uint64_t)i, 0);
    ck_assert_double_lt(distance(N, x, uniform_cdf), 1.95 / sqrt(N));
}
END_TEST

START_TEST(below)
{
    enum { N = 70000 };
    int count[7] = { 0 };
    asy_rng r = asy_rng_part(asy_rng_seed(5), "below");
    for (uint64_t i = 0; i < N; i++) {
        uint64_t k = asy_rng_below(&r, i, 0, 7);
        ck_assert_uint_lt(k, 7);
        count[k]++;
    }
    double chi = 0;
    for (int k = 0; k < 7; k++) chi += (count[k] - N / 7.0) * (count[k] - N / 7.0) / (N / 7.0);
    ck_assert_double_lt(chi, 38.3); /* six degrees of freedom: 10⁻⁶ */
}
END_TEST

START_TEST(permutation)
{
    enum { N = 1000 };
    static uint64_t id[N], scratch[N][2];
    static uint32_t a[N], b[N];
    bool seen[N] = { 0 };
    asy_rng r = asy_rng_part(asy_rng_seed(5), "order");
    for (int i = 0; i < N; i++) id[i] = 5000 + (uint64_t)i;
    asy_rng_permute(&r, N, id, scratch, a);
    for (int i = 0; i < N; i++) {
        ck_assert(a[i] < N && !seen[a[i]]);
        seen[a[i]] = true;
    }
    /* The order belongs to the ids: the same ones in another row order come out the same. */
    for (int i = 0; i < N; i++) id[i] = 5000 + (uint64_t)(N - 1 - i);
    asy_rng_permute(&r, N, id, scratch, b);
    for (int i = 0; i < N; i++) ck_assert_uint_eq(a[i], N - 1 - b[i]);
}
END_TEST

Suite *asy_suite_base_rng(void);
Suite *asy_suite_base_rng(void)
{
    Suite *s = suite_create("base_rng");
    TCase *t = tcase_create("rng");
    tcase_add_test(t, published);
    tcase_add_test(t, frozen);
    tcase_add_test(t, long_paths);
    tcase_add_test(t, shortened_paths);
    tcase_add_test(t, layout);
    tcase_add_test(t, moments);
    tcase_add_test(t, cut_anywhere);
    tcase_add_test(t, distributions);
    tcase_add_test(t, below);
    tcase_add_test(t, permutation);
    suite_add_tcase(s, t);
    return s;
}
