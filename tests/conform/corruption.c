// SPDX-License-Identifier: GPL-3.0-or-later
/* What every corruption of the registry must keep. */
#include "assay.h"
#include <check.h>
#include <math.h>
#include <string.h>

static asy_arena *arena;

static void begin(void) { arena = asy_arena_new(0); }
static void end(void)   { asy_arena_free(arena); }

static int n_methods(void)
{
    int n;
    (void)asy_kind_corruption.methods(&n);
    return n;
}

static const asy_corruption *method(int i)
{
    int n;
    return (const asy_corruption *)asy_kind_corruption.methods(&n)[i];
}

/* n images of noise, stored as bytes or as numbers from −3 to 5; data.range [−1, 2]. */
static asy_view images(int64_t n, int64_t c, int64_t h, int64_t w, bool bytes)
{
    asy_data *d = ASY_NEW(arena, asy_data);
    asy_column *x = ASY_NEW(arena, asy_column);
    uint32_t *row = ASY_NEWN(arena, n, uint32_t);
    asy_rng r = asy_rng_seed(12);
    *d = (asy_data){ .n = n, .lo = bytes ? 0 : -3, .top = bytes ? 255 : 5 };
    *x = (asy_column){ .role = ASY_ROLE_INPUT };
    x->data = asy_tensor_new(arena, bytes ? ASY_U8 : ASY_F32, ASY_SHAPE(n, c, h, w));
    for (int64_t i = 0; i < n * c * h * w; i++)
        if (bytes) ((uint8_t *)x->data.data)[i] = (uint8_t)asy_rng_below(&r, (uint64_t)i, 0, 256);
        else asy_rng_uniform(&r, (uint64_t)i, 0, 1, -3, 5, (float *)x->data.data + i);
    for (int64_t i = 0; i < n; i++) row[i] = (uint32_t)i;
    return (asy_view){ .data = d, .input = x, .n = n, .row = row, .lo = -1, .hi = 2 };
}

static float *corrupt(int i, int severity, const asy_view *w, int64_t first, int64_t n, asy_pool *pool)
{
    int64_t each = asy_shape_count(&w->input->data.s) / w->data->n;
    float *x = ASY_NEWN(arena, n * each, float);
    ck_assert_msg(asy_corruption_load(method(i), severity, w, first, n, pool, x) == ASY_OK, "%s",
                  asy_error_text());
    return x;
}

static const int64_t shapes[][3] = { { 1, 28, 28 }, { 3, 32, 32 }, { 2, 9, 13 }, { 1, 1, 1 }, { 1, 2, 40 } };

START_TEST(range_is_kept)
{
    for (size_t k = 0; k < sizeof shapes / sizeof *shapes; k++)
        for (int severity = 1; severity <= ASY_SEVERITIES; severity++) {
            asy_view w = images(3, shapes[k][0], shapes[k][1], shapes[k][2], k % 2 == 0);
            const float *x = corrupt(_i, severity, &w, 0, 3, NULL);
            for (int64_t j = 0; j < asy_shape_count(&w.input->data.s); j++)
                ck_assert_msg(x[j] >= -1 && x[j] <= 2, "%s gives %g", method(_i)->m.name, (double)x[j]);
        }
}
END_TEST

START_TEST(severity_0_is_the_image)
{
    for (int bytes = 0; bytes < 2; bytes++) {
        asy_view w = images(4, 1, 8, 8, bytes);
        float plain[4 * 64];
        asy_view_load(&w, 4, 0, NULL, plain, NULL, NULL);
        ck_assert_mem_eq(plain, corrupt(_i, 0, &w, 0, 4, NULL), sizeof plain);
    }
}
END_TEST

/* Rows beside one, their order and the number of threads do not show. */
START_TEST(batch_does_not_show)
{
    enum { N = 40, EACH = 3 * 16 * 16 };
    asy_view w = images(N, 3, 16, 16, true), back = w;
    uint32_t row[N];
    asy_pool *pool;
    const float *whole = corrupt(_i, 4, &w, 0, N, NULL), *turned;
    for (uint32_t i = 0; i < N; i++) row[i] = N - 1 - i;
    back.row = row;
    ck_assert_int_eq(asy_pool_new(&pool, 3), ASY_OK);
    turned = corrupt(_i, 4, &back, 0, N, pool);
    for (int i = 0; i < N; i++) {
        ck_assert_mem_eq(whole + i * EACH, turned + (N - 1 - i) * EACH, EACH * sizeof(float));
        ck_assert_mem_eq(whole + i * EACH, corrupt(_i, 4, &w, i, 1, NULL), EACH * sizeof(float));
    }
    asy_pool_free(pool);
}
END_TEST

/* What is stored as bytes stays one of 256 values. */
START_TEST(bytes_stay_bytes)
{
    asy_view w = images(3, 1, 28, 28, true);
    const float *x = corrupt(_i, 2, &w, 0, 3, NULL);
    for (int i = 0; i < 3 * 28 * 28; i++) {
        float v = -1 + 3 * (floorf((x[i] + 1) / 3 * 255 + 0.5f) / 255);
        ck_assert(memcmp(&v, &x[i], sizeof v) == 0);
    }
}
END_TEST

/* On generated digits each severity is farther from the image than the one before, the fifth than the first.
 * Two per cent less are allowed between neighbours: the published fog grows rougher, not thicker, from 3 to
 * 4, and a stroke that moved by five pixels meets another one. Splashes of neighbouring severities have other
 * shapes. */
START_TEST(severities_rise)
{
    enum { N = 64, EACH = 28 * 28 };
    static const char *const pairs[][2] = { { "n", "64" }, { "n_test", "64" }, { NULL, NULL } };
    asy_data_par p = { 0 };
    asy_dataset_view v;
    asy_data_in in = { .arena = arena, .diag = asy_diag_new(arena) };
    ck_assert_int_eq(asy_bind_text(arena, &asy_spot_dataset, "synth-digits", pairs, &p.dataset), ASY_OK);
    ck_assert_int_eq(asy_dataset_open(&p, &in, asy_rng_seed(0), &v), ASY_OK);
    const asy_view *w = asy_dataset_part(&v, "test");
    const float *plain = corrupt(_i, 0, w, 0, N, NULL);
    double before = 0, first = 0;
    for (int severity = 1; severity <= ASY_SEVERITIES; severity++) {
        const float *x = corrupt(_i, severity, w, 0, N, NULL);
        double far = 0;
        for (int j = 0; j < N * EACH; j++) far += fabs((double)x[j] - (double)plain[j]) / (N * EACH);
        ck_assert_msg(far > 0, "%s at severity %d does nothing", method(_i)->m.name, severity);
        if (strcmp(method(_i)->m.name, "spatter") != 0)
            ck_assert_msg(far > 0.98 * before, "%s: severity %d moves %g, the one before %g",
                          method(_i)->m.name, severity, far, before);
        before = far;
        if (severity == 1) first = far;
    }
    ck_assert_msg(before > first || strcmp(method(_i)->m.name, "spatter") == 0,
                  "%s: severity 5 is nearer than 1", method(_i)->m.name);
}
END_TEST

START_TEST(tables_are_refused)
{
    asy_view w = images(4, 1, 4, 4, false);
    asy_column flat = *w.input;
    float x[64];
    flat.data.s = ASY_SHAPE(4, 16);
    w.input = &flat;
    ck_assert_int_eq(asy_corruption_load(method(_i), 1, &w, 0, 4, NULL, x), ASY_EINVAL);
    ck_assert_ptr_nonnull(strstr(asy_error_text(), method(_i)->m.name));
}
END_TEST

START_TEST(there_are_fifteen)
{
    ck_assert_int_ge(n_methods(), 15);
    for (int i = 0; i < n_methods(); i++)
        ck_assert(method(i)->published >= 1 && method(i)->published <= ASY_SEVERITIES);
}
END_TEST

Suite *asy_suite_corruption(void);
Suite *asy_suite_corruption(void)
{
    Suite *s = suite_create("corruption");
    TCase *c = tcase_create("conformance");
    tcase_set_timeout(c, 60);
    tcase_add_checked_fixture(c, begin, end);
    tcase_add_loop_test(c, range_is_kept, 0, n_methods());
    tcase_add_loop_test(c, severity_0_is_the_image, 0, n_methods());
    tcase_add_loop_test(c, batch_does_not_show, 0, n_methods());
    tcase_add_loop_test(c, bytes_stay_bytes, 0, n_methods());
    tcase_add_loop_test(c, severities_rise, 0, n_methods());
    tcase_add_loop_test(c, tables_are_refused, 0, n_methods());
    tcase_add_test(c, there_are_fifteen);
    suite_add_tcase(s, c);
    return s;
}
