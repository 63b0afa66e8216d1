// SPDX-License-Identifier: GPL-3.0-or-later
/* Splits, subsets, normalisation. */
#include <check.h>
#include <math.h>
#include <string.h>
#include "method/params.h"
#include "method/view.h"
#include "spec/spec.h"

static asy_arena *a;
static asy_diag *d;
static asy_dataset_view v;

static void begin(void) { a = asy_arena_new(0); }
static void end(void) { asy_arena_free(a); }

/* 100 + 50 rows of 4 classes, split as the text says. */
static asy_status split(const char *text, uint64_t seed)
{
    static const char *const pairs[][2] = {
        { "n", "100" }, { "n_test", "50" }, { "classes", "4" }, { NULL, NULL }
    };
    d = asy_diag_new(a);
    asy_data_par p = { 0 };
    asy_data_in in = { .arena = a, .diag = d };
    ck_assert_int_eq(asy_bind_text(a, &asy_spot_dataset, "blobs", pairs, &p.dataset), ASY_OK);
    if (text != NULL) p.split = asy_yaml_text(a, d, "s", text, strlen(text));
    return asy_dataset_open(&p, &in, asy_rng_seed(seed), &v);
}

static int64_t rows(const char *part)
{
    const asy_view *w = asy_dataset_part(&v, part);
    ck_assert_msg(w != NULL, "no part %s", part);
    for (int64_t i = 1; i < w->n; i++) ck_assert_uint_lt(w->row[i - 1], w->row[i]);
    return w->n;
}

/* No row stands in two parts. */
static void disjoint(void)
{
    bool seen[150] = { 0 };
    for (int k = 0; k < v.n_views; k++)
        for (int64_t i = 0; i < v.views[k].view.n; i++) {
            ck_assert(!seen[v.views[k].view.row[i]]);
            seen[v.views[k].view.row[i]] = true;
        }
}

START_TEST(forms)
{
    ck_assert_int_eq(split(NULL, 0), ASY_OK);
    ck_assert_int_eq(rows("train"), 100);
    ck_assert_int_eq(rows("test"), 50);
    ck_assert_int_eq(split("{train: 70, val: rest, test: all}", 0), ASY_OK);
    ck_assert_int_eq(rows("train"), 70);
    ck_assert_int_eq(rows("val"), 30);
    ck_assert_int_eq(rows("test"), 50);
    disjoint();
    ck_assert_int_eq(split("{train: 0.6, val: 0.2, hold: 0.2}", 0), ASY_OK);
    ck_assert_int_eq(rows("train"), 60);
    ck_assert_int_eq(rows("hold"), 20);
    disjoint();
    ck_assert_int_eq(split("{train: 1/3, val: 1/3, c: 1/3}", 0), ASY_OK);
    disjoint();
    ck_assert_int_eq(split("{val: {every: 5, offset: 4}, train: rest}", 0), ASY_OK);
    ck_assert_int_eq(rows("val"), 20);
    ck_assert_uint_eq(asy_dataset_part(&v, "val")->row[1], 9);
    ck_assert_int_eq(split("{val: {skip: 90, take: 5}, train: rest}", 0), ASY_OK);
    ck_assert_uint_eq(asy_dataset_part(&v, "val")->row[0], 90);
    ck_assert_int_eq(rows("train"), 95);
    ck_assert_int_eq(split("{train: {per_class: 3}}", 0), ASY_OK);
    ck_assert_int_eq(rows("train"), 12);
    for (int64_t i = 0; i < 12; i++) ck_assert_uint_lt(asy_dataset_part(&v, "train")->row[i], 100);
}
END_TEST

START_TEST(seeded)
{
    uint32_t first[30];
    ck_assert_int_eq(split("{val: 30, train: rest}", 1), ASY_OK);
    memcpy(first, asy_dataset_part(&v, "val")->row, sizeof first);
    ck_assert_int_eq(split("{val: 30, train: rest}", 1), ASY_OK);
    ck_assert_mem_eq(first, asy_dataset_part(&v, "val")->row, sizeof first);
    ck_assert_int_eq(split("{val: 30, train: rest}", 2), ASY_OK);
    ck_assert_mem_ne(first, asy_dataset_part(&v, "val")->row, sizeof first);
}
END_TEST

START_TEST(refused)
{
    static const char *const bad[] = { "{train: 101}",
                                       "{train: 60, val: 60}",
                                       "{train: all, val: 1}",
                                       "{train: 100, val: rest}",
                                       "{train: {per_class: 26}}",
                                       "{test: 51}",
                                       "{train: 0.7, val: 0.4}" };
    static const char *const form[] = { "{train: 0}",
                                        "{train: -1}",
                                        "{train: some}",
                                        "{train: 1.5}",
                                        "{train: {every: 3, offset: 3}}",
                                        "{train: {tke: 3}}",
                                        "[1, 2]",
                                        "{}" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_msg(split(bad[i], 0) == ASY_EDATA, "%s", bad[i]);
    for (size_t i = 0; i < sizeof form / sizeof *form; i++)
        ck_assert_msg(split(form[i], 0) == ASY_ESPEC, "%s", form[i]);
}
END_TEST

START_TEST(subset)
{
    asy_view w, again;
    int64_t per[4] = { 0 };
    ck_assert_int_eq(split(NULL, 0), ASY_OK);
    const asy_view *all = asy_dataset_part(&v, "test");
    ck_assert_int_eq(asy_view_subset(a, all, 18, &w), ASY_OK);
    ck_assert_int_eq(w.n, 18);
    for (int64_t i = 0; i < w.n; i++) {
        if (i > 0) ck_assert_uint_lt(w.row[i - 1], w.row[i]);
        per[((const int32_t *)w.label->data.data)[w.row[i]]]++;
    }
    for (int c = 0; c < 4; c++) ck_assert(per[c] == 4 || per[c] == 5);
    ck_assert_int_eq(split(NULL, 9), ASY_OK);
    ck_assert_int_eq(asy_view_subset(a, asy_dataset_part(&v, "test"), 18, &again), ASY_OK);
    ck_assert_mem_eq(w.row, again.row, 18 * sizeof *w.row); /* never by the seed */
    ck_assert_int_eq(asy_view_subset(a, all, 50, &w), ASY_OK);
    ck_assert_int_eq(w.n, 50);
}
END_TEST

static asy_status normalized(const char *range, const char *text)
{
    asy_data_par p = { 0 };
    double v2[2] = { -1, 3 };
    d = asy_diag_new(a);
    asy_data_in in = { .arena = a, .diag = d };
    ck_assert_int_eq(asy_bind_text(a, &asy_spot_dataset, "blobs", NULL, &p.dataset), ASY_OK);
    p.normalize = asy_yaml_text(a, d, "n", text, strlen(text));
    if (range != NULL) p.range = (asy_f64s){ 2, v2 };
    return asy_dataset_open(&p, &in, asy_rng_seed(0), &v);
}

START_TEST(normalization)
{
    static float x[2000];
    double mean = 0, square = 0;
    ck_assert_int_eq(normalized("-1 3", "dataset"), ASY_OK);
    asy_view_load(asy_dataset_part(&v, "train"), 1000, 0, NULL, x, NULL, NULL);
    for (int i = 0; i < 1000; i++) mean += x[2 * i] / 1000.0;
    for (int i = 0; i < 1000; i++) square += (x[2 * i] - mean) * (x[2 * i] - mean) / 1000.0;
    ck_assert(fabs(mean - v.mean[0]) < 1e-6 && fabs(sqrt(square) - v.std[0]) < 1e-6);
    ck_assert(mean > -1 && mean < 3 && v.channels == 2);
    ck_assert_int_eq(normalized(NULL, "{mean: [0.5, 0.25], std: 2}"), ASY_OK);
    ck_assert(v.mean[1] == 0.25 && v.std[0] == 2);
    ck_assert_int_eq(normalized(NULL, "{mean: [0.5], std: 2}"), ASY_ESPEC);
    ck_assert_int_eq(normalized(NULL, "{mean: 0, std: 0}"), ASY_ESPEC);
    ck_assert_int_eq(normalized(NULL, "imagenet"), ASY_ESPEC);
}
END_TEST

Suite *asy_suite_data_split(void);
Suite *asy_suite_data_split(void)
{
    Suite *s = suite_create("data_split");
    TCase *t = tcase_create("split");
    tcase_add_checked_fixture(t, begin, end);
    tcase_add_test(t, forms);
    tcase_add_test(t, seeded);
    tcase_add_test(t, refused);
    tcase_add_test(t, subset);
    tcase_add_test(t, normalization);
    suite_add_tcase(s, t);
    return s;
}
