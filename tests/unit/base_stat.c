// SPDX-License-Identifier: GPL-3.0-or-later
/* Intervals, digests, gzip, logs, facts about the machine. */
#include "base/gz.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/stat.h"
#include "base/sys.h"
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static void near_to(double got, double expected, double tolerance)
{
    ck_assert_msg(fabs(got - expected) <= tolerance, "%.12g, not %.12g", got, expected);
}

/* Newcombe, Statistics in Medicine 17 (1998), table I, method 3: 95 % intervals, printed with 4 digits. */
START_TEST(wilson_as_published)
{
    static const struct { int64_t k, n; double lo, hi; } rows[] = {
        { 81, 263, 0.2553, 0.3662 }, { 15, 148, 0.0624, 0.1605 }, { 0, 20, 0, 0.1611 },
        { 1, 29, 0.0061, 0.1718 }
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        asy_interval w = asy_wilson(rows[i].k, rows[i].n, 0.95);

        near_to(w.lo, rows[i].lo, 5.1e-5);
        near_to(w.hi, rows[i].hi, 5.1e-5);
    }
}
END_TEST

START_TEST(wilson_at_the_edges)
{
    asy_interval w = asy_wilson(0, 0, 0.95), v;

    ck_assert(w.lo == 0 && w.hi == 1);
    w = asy_wilson(7, 7, 0.9);
    ck_assert(w.hi == 1 && w.lo > 0.5);
    for (int64_t k = 0; k <= 20; k++) {     /* mirrored */
        w = asy_wilson(k, 20, 0.99);
        v = asy_wilson(20 - k, 20, 0.99);
        near_to(w.lo, 1 - v.hi, 2e-9);
        ck_assert(w.lo <= (double)k / 20 && (double)k / 20 <= w.hi);
    }
    ck_assert(isnan(asy_wilson(3, 2, 0.95).lo) && isnan(asy_wilson(-1, 2, 0.95).lo));
    ck_assert(isnan(asy_wilson(1, 2, 1).lo) && isnan(asy_wilson(1, 2, 0).hi) &&
              isnan(asy_wilson(1, 2, NAN).hi));
    w = asy_wilson(INT64_MAX / 2, INT64_MAX, 0.95);
    ck_assert(w.lo <= 0.5 && w.hi >= 0.5 && w.hi - w.lo < 1e-8);
}
END_TEST

/* Quantiles of Student's t, one of any table (two-sided 95 %): 12.706, 4.303, 2.776, 2.262, 2.045. With mean
 * 0 and a standard deviation of sqrt(n) the interval's half width is the quantile. */
START_TEST(t_as_published)
{
    static const struct { int n; double quantile; } rows[] = {
        { 2, 12.706 }, { 3, 4.303 }, { 5, 2.776 }, { 10, 2.262 }, { 30, 2.045 }
    };
    double x[30];

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int n = rows[i].n;
        asy_interval c;

        for (int k = 0; k < n; k++)
            x[k] = k;
        for (int k = 0; k < n; k++)
            x[k] = (k - (n - 1) / 2.0) * sqrt(12.0 / (n + 1)); /* 0, 1, …, n-1 has variance n (n + 1) / 12 */
        near_to(asy_mean(n, x), 0, 1e-12);
        near_to(asy_sd(n, x), sqrt(n), 1e-12);
        c = asy_t_interval(n, x, 0.95);
        near_to(c.hi, rows[i].quantile, 5.1e-4);
        near_to(c.lo, -c.hi, 1e-8);
    }
    ck_assert(isnan(asy_t_interval(1, x, 0.95).lo) && isnan(asy_t_interval(5, x, 1.5).lo));
    ck_assert(isnan(asy_mean(0, x)) && isnan(asy_sd(1, x)));
    x[1] = NAN;
    ck_assert(isnan(asy_t_interval(5, x, 0.95).hi));
}
END_TEST

/* Student's own data (Biometrika 6, 1908; `sleep` in R): t = 4.0621 on 9 degrees of freedom, p = 0.002833. */
START_TEST(paired_t_as_published)
{
    static const double extra[] = { 1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4 }, same[] = { 1, 1, 1 };
    static const double none[] = { 0, 0 };

    near_to(asy_paired_t(10, extra), 0.002833, 5.1e-7);
    ck_assert(asy_paired_t(3, same) == 0 && asy_paired_t(2, none) == 1 && isnan(asy_paired_t(1, same)));
}
END_TEST

START_TEST(nine_digits)
{
    static const struct { double v, rounded; } rows[] = {
        { 0.1234567894999, 0.123456789 }, { 123456789.5, 123456790 }, { -1234567885.0, -1234567880 },
        { 1e-300, 1e-300 }, { 2.0 / 3, 0.666666667 }, { 999999999.9, 1e9 }, { 5e-324, 4.94065646e-324 },
        { 0, 0 }, { 0.5, 0.5 }
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        ck_assert_msg(asy_round9(rows[i].v) == rows[i].rounded, "%.17g gave %.17g", rows[i].v,
                      asy_round9(rows[i].v));
    ck_assert(isnan(asy_round9(NAN)) && asy_round9(-INFINITY) == -INFINITY && signbit(asy_round9(-0.0)));
}
END_TEST

static void digest_is(asy_digest d, const char *expected)
{
    char hex[65];

    asy_hex(&d, 64, hex);
    ck_assert_str_eq(hex, expected);
}

/* FIPS 180-4's examples (NIST, Cryptographic Standards and Guidelines: SHA-256). */
START_TEST(sha256_as_published)
{
    static const char two_blocks[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    static const char million_a[] = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";
    char piece[1000], hex[9];
    asy_digest d = asy_sha256("abc", 3);
    asy_sha *h;

    digest_is(d, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    asy_hex(&d, 8, hex);
    ck_assert_str_eq(hex, "ba7816bf");
    asy_hex(&d, 3, hex);
    ck_assert_str_eq(hex, "ba7");
    digest_is(asy_sha256(NULL, 0), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    digest_is(asy_sha256(two_blocks, 56), "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    memset(piece, 'a', sizeof piece);
    ck_assert_int_eq(asy_sha_new(&h), ASY_OK);
    for (int i = 0; i < 1000; i++)
        asy_sha_put(h, piece, sizeof piece);
    digest_is(asy_sha_end(h), million_a);
    (void)asy_arena_fail_at(1);
    ck_assert_int_eq(asy_sha_new(&h), ASY_ENOMEM);
    (void)asy_arena_fail_at(0);
}
END_TEST

static size_t deflate_into(char *out, size_t cap, const char *data, size_t n)
{
    z_stream z = { 0 };

    ck_assert_int_eq(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (z_const Bytef *)(uintptr_t)data;
    z.avail_in = (uInt)n;
    z.next_out = (Bytef *)out;
    z.avail_out = (uInt)cap;
    ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
    (void)deflateEnd(&z);
    return cap - z.avail_out;
}

START_TEST(gzip_members)
{
    asy_arena *a = asy_arena_new(0);
    char packed[256], *out;
    size_t n = deflate_into(packed, 200, "one, ", 5), n_out;
    size_t m = n + deflate_into(packed + n, 200 - n, "two", 3);

    ck_assert(asy_gz_is(packed, m) && !asy_gz_is("\x1f", 1) && !asy_gz_is("PK", 2));
    ck_assert_int_eq(asy_gz_inflate(a, "f.gz", packed, m, 100, &out, &n_out), ASY_OK);
    ck_assert_uint_eq(n_out, 8);
    ck_assert_str_eq(out, "one, two");
    memset(packed + m, 0, 7);   /* padding is no member */
    ck_assert_int_eq(asy_gz_inflate(a, "f.gz", packed, m + 7, 8, &out, &n_out), ASY_OK);
    ck_assert_uint_eq(n_out, 8);
    packed[m + 3] = 'x';
    ck_assert_int_eq(asy_gz_inflate(a, "f.gz", packed, m + 7, 8, &out, &n_out), ASY_EPARSE);
    /* one byte too many */
    ck_assert_int_eq(asy_gz_inflate(a, "f.gz", packed, m, 7, &out, &n_out), ASY_EPARSE);
    ck_assert_ptr_nonnull(strstr(asy_error_text(), "bomb"));
    n = deflate_into(packed, 200, "", 0);
    ck_assert_int_eq(asy_gz_inflate(a, "f.gz", packed, n, 0, &out, &n_out), ASY_OK);
    ck_assert_uint_eq(n_out, 0);
    asy_arena_free(a);
}
END_TEST

START_TEST(gzip_bomb)
{
    enum { BIG = 32 << 20 };
    asy_arena *a = asy_arena_new(0);
    char *zeros = calloc(BIG, 1), *packed = malloc(BIG / 100), *out;
    size_t n = deflate_into(packed, BIG / 100, zeros, BIG), n_out;

    ck_assert_uint_lt(n, 100000);
    ck_assert_int_eq(asy_gz_inflate(a, "bomb.gz", packed, n, 1 << 20, &out, &n_out), ASY_EPARSE);
    ck_assert_ptr_nonnull(strstr(asy_error_text(), "bomb.gz: more than 1048576 bytes"));
    ck_assert_uint_eq(asy_arena_bytes(a), 0);
    ck_assert_int_eq(asy_gz_inflate(a, "bomb.gz", packed, n, BIG, &out, &n_out), ASY_OK);
    ck_assert_uint_eq(n_out, BIG);
    asy_arena_free(a);
    free(zeros);
    free(packed);
}
END_TEST

/* Every prefix, and every byte changed: an error, or (in the header's free fields) the right content. */
START_TEST(damaged_gzip)
{
    asy_arena *a = asy_arena_new(0);
    char packed[256], copy[256], *out;
    size_t n = deflate_into(packed, sizeof packed, "some text, some text, some other text", 37), n_out;

    for (size_t i = 0; i < n; i++) {
        ck_assert_int_eq(asy_gz_inflate(a, "f.gz", packed, i, 1000, &out, &n_out), ASY_EPARSE);
        ck_assert_ptr_nonnull(strstr(asy_error_text(), "byte"));
        for (int bit = 0; bit < 8; bit++) {
            asy_status s;

            memcpy(copy, packed, n);
            copy[i] = (char)(copy[i] ^ (1 << bit));
            s = asy_gz_inflate(a, "f.gz", copy, n, 1000, &out, &n_out);
            ck_assert(s == ASY_EPARSE || s == ASY_OK);
            if (s == ASY_OK)
                ck_assert_msg(i < 10 && n_out == 37 && memcmp(out, "some text", 9) == 0, "byte %zu bit %d", i,
                              bit);
        }
    }
    ck_assert_int_eq(asy_gz_inflate(a, "f.gz", "", 0, 1000, &out, &n_out), ASY_EPARSE);
    asy_arena_free(a);
}
END_TEST

/* The check value of CRC-32/ISO-HDLC. */
START_TEST(crc_as_published)
{
    ck_assert_uint_eq(asy_crc32(0, "123456789", 9), 0xcbf43926u);
    ck_assert_uint_eq(asy_crc32(asy_crc32(0, "1234", 4), "56789", 5), 0xcbf43926u);
    ck_assert_uint_eq(asy_crc32(0, NULL, 0), 0);
}
END_TEST

static void keep_last(void *ctx, asy_log_level level, const char *text)
{
    (void)snprintf(ctx, 64, "%d %s", (int)level, text);
}

START_TEST(log_has_levels)
{
    char last[64] = "none";

    asy_log_put(ASY_LOG_ERROR, "to nobody");
    asy_log_set_sink(keep_last, last, ASY_LOG_INFO);
    asy_log_put(ASY_LOG_DEBUG, "too fine");
    ck_assert_str_eq(last, "none");
    asy_log_put(ASY_LOG_INFO, "step %d", 7);
    ck_assert_str_eq(last, "2 step 7");
    asy_log_set_sink(NULL, NULL, ASY_LOG_ERROR);
    asy_log_put(ASY_LOG_ERROR, "to nobody");
    ck_assert_str_eq(last, "2 step 7");
}
END_TEST

START_TEST(machine)
{
    asy_isa isa, best = asy_isa_best();
    char utc[24];
    double t = asy_now();

    ck_assert_int_ge(asy_cpu_get()->cores, 1);
    ck_assert(asy_cpu_get()->fma_avx2 || !asy_cpu_get()->avx512);
    ck_assert_int_eq(unsetenv("ASSAY_ISA"), 0);
    ck_assert_int_eq(asy_isa_choose(&isa), ASY_OK);
    ck_assert_int_eq(isa, best);
    for (asy_isa i = ASY_ISA_PLAIN; i <= ASY_ISA_AVX512; i++) {
        ck_assert_int_eq(setenv("ASSAY_ISA", asy_isa_name(i), 1), 0);
        ck_assert_int_eq(asy_isa_choose(&isa), i <= best ? ASY_OK : ASY_EINVAL);
        ck_assert_int_eq(isa, i <= best ? i : best);
    }
    ck_assert_int_eq(setenv("ASSAY_ISA", "sse9", 1), 0);
    ck_assert_int_eq(asy_isa_choose(&isa), ASY_EINVAL);
    ck_assert_ptr_nonnull(strstr(asy_error_text(), "`sse9`"));
    (void)unsetenv("ASSAY_ISA");
    asy_utc(utc);
    ck_assert_uint_eq(strlen(utc), 20);
    ck_assert(utc[4] == '-' && utc[10] == 'T' && utc[19] == 'Z');
    ck_assert(asy_now() >= t);
    ck_assert_uint_gt(asy_peak_rss(), 100000);
    ck_assert(asy_cpu_seconds() >= 0);
    ck_assert_str_eq(asy_version(), "0.1.0");
    ck_assert_int_ge(asy_numerics, 1);
}
END_TEST

Suite *asy_suite_base_stat(void);

Suite *asy_suite_base_stat(void)
{
    Suite *s = suite_create("base_stat");
    TCase *t = tcase_create("stat"), *rest = tcase_create("rest");

    tcase_add_test(t, wilson_as_published);
    tcase_add_test(t, wilson_at_the_edges);
    tcase_add_test(t, t_as_published);
    tcase_add_test(t, paired_t_as_published);
    tcase_add_test(t, nine_digits);
    tcase_add_test(rest, sha256_as_published);
    tcase_add_test(rest, gzip_members);
    tcase_add_test(rest, gzip_bomb);
    tcase_add_test(rest, damaged_gzip);
    tcase_add_test(rest, crc_as_published);
    tcase_add_test(rest, log_has_levels);
    tcase_add_test(rest, machine);
    tcase_set_timeout(rest, 30);
    suite_add_tcase(s, t);
    suite_add_tcase(s, rest);
    return s;
}
