// SPDX-License-Identifier: GPL-3.0-or-later
/* IDX files and datasets made of them: right values, and every way to be broken. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include "base/io.h"
#include "method/params.h"
#include "method/registry.h"
#include "method/view.h"

static asy_arena *a;
static asy_diag *d;
static char dir[64];

static void begin(void)
{
    a = asy_arena_new(0);
    d = asy_diag_new(a);
    strcpy(dir, "/tmp/assay-data-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(dir));
}

static void end(void)
{
    ck_assert_int_eq(asy_io_remove_tree(dir), ASY_OK);
    asy_arena_free(a);
}

static const char *put(const char *name, const void *data, size_t n)
{
    const char *path = asy_path_join(a, dir, name);
    FILE *f = fopen(path, "wb");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(data, 1, n, f), n);
    fclose(f);
    return path;
}

static asy_status read_idx(const char *path, asy_tensor *t)
{
    asy_data_in in = { .arena = a, .diag = d };
    const asy_method *m = asy_method_find("idx", &asy_spot_format, NULL, NULL);
    asy_bytes f;
    asy_form form = { 0 };
    ck_assert_ptr_nonnull(m);
    if (asy_data_read(&in, path, &f) != ASY_OK) return ASY_EDATA;
    return ((const asy_reader *)m)->tensor(&in, &f, &form, t);
}

static void refused(const void *data, size_t n, const char *words)
{
    asy_tensor t;
    asy_buf b;
    d = asy_diag_new(a);
    ck_assert_int_eq(read_idx(put("x", data, n), &t), ASY_EDATA);
    asy_buf_init(&b, 1 << 16);
    asy_diag_render(d, &b, false);
    ck_assert_msg(strstr(asy_buf_text(&b), "E0402") != NULL, "%s", asy_buf_text(&b));
    ck_assert_msg(strstr(asy_buf_text(&b), words) != NULL, "no `%s` in %s", words, asy_buf_text(&b));
    asy_buf_free(&b);
}

/* Case R02: 32-bit integers, two axes, big-endian. */
static const unsigned char r02[] = { 0, 0, 0x0c, 2, 0, 0,    0,    2,    0,    0,    0,    3,
                                     0, 0, 0,    5, 0, 0x0f, 0x42, 0x40, 0xff, 0xff, 0xff, 0xff,
                                     0, 0, 0,    7, 0, 0,    0,    2,    0,    0,    0,    3 };

START_TEST(big_endian)
{
    static const int32_t want[6] = { 5, 1000000, -1, 7, 2, 3 };
    asy_tensor t;
    ck_assert_int_eq(read_idx(put("x", r02, sizeof r02), &t), ASY_OK);
    ck_assert_int_eq(t.type, ASY_I32);
    ck_assert_int_eq(t.s.n, 2);
    ck_assert_mem_eq(t.data, want, sizeof want);
}
END_TEST

START_TEST(every_type)
{
    static const unsigned char i8[] = { 0, 0, 9, 1, 0, 0, 0, 2, 0xff, 3 },
                               i16[] = { 0, 0, 0x0b, 1, 0, 0, 0, 2, 0xff, 0xfe, 1, 0 },
                               f32[] = { 0, 0, 0x0d, 1, 0, 0, 0, 1, 0x3f, 0xc0, 0, 0 },
                               f64[] = { 0, 0, 0x0e, 1, 0, 0, 0, 1, 0xc0, 4, 0, 0, 0, 0, 0, 0 };
    asy_tensor t;
    ck_assert_int_eq(read_idx(put("x", i8, sizeof i8), &t), ASY_OK);
    ck_assert_int_eq(((int32_t *)t.data)[0], -1);
    ck_assert_int_eq(read_idx(put("x", i16, sizeof i16), &t), ASY_OK);
    ck_assert_int_eq(((int32_t *)t.data)[0], -2);
    ck_assert_int_eq(((int32_t *)t.data)[1], 256);
    ck_assert_int_eq(read_idx(put("x", f32, sizeof f32), &t), ASY_OK);
    ck_assert(((float *)t.data)[0] == 1.5f);
    ck_assert_int_eq(read_idx(put("x", f64, sizeof f64), &t), ASY_OK);
    ck_assert(((double *)t.data)[0] == -2.5);
}
END_TEST

START_TEST(gzipped)
{
    asy_tensor t;
    const char *path = asy_path_join(a, dir, "x.gz");
    gzFile g = gzopen(path, "wb");
    ck_assert_int_eq(gzwrite(g, r02, sizeof r02), (int)sizeof r02);
    gzclose(g);
    ck_assert_int_eq(read_idx(path, &t), ASY_OK);
    ck_assert_int_eq(((int32_t *)t.data)[1], 1000000);
}
END_TEST

START_TEST(broken)
{
    unsigned char x[sizeof r02 + 1];
    for (size_t n = 0; n < sizeof r02; n++)
        refused(r02, n, n < 4 ? "begin" : n < 12 ? "header" : "ask for 24 bytes");
    memcpy(x, r02, sizeof r02);
    x[sizeof r02] = 0;
    refused(x, sizeof x, "ask for 24 bytes");
    x[0] = 1, refused(x, sizeof r02, "begin"), x[0] = 0;
    x[2] = 7, refused(x, sizeof r02, "begin"), x[2] = 0x0c;
    x[3] = 0, refused(x, sizeof r02, "axis"), x[3] = 2;
    x[3] = 200, refused(x, sizeof r02, "axis"), x[3] = 2;
    memset(x + 4, 0xff, 8), refused(x, sizeof r02, "1 GiB");
    asy_tensor t;
    ck_assert_int_eq(read_idx(asy_path_join(a, dir, "nowhere"), &t), ASY_EDATA);
}
END_TEST

/* A set of two images with labels given as text of their file. */
static asy_status open_pair(const unsigned char *label, size_t n, asy_dataset_view *out)
{
    static const unsigned char images[] = { 0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 255, 51, 102 };
    static asy_files_par f;
    static const asy_files_par *fp = &f;
    static const char *name = "train";
    static const void *value = &fp;
    static const asy_tree tree = { 0 }, *tp = &tree;
    f = (asy_files_par){ put("i-ubyte", images, sizeof images), put("l-ubyte", label, n), NULL };
    asy_data_par p = { .files = { 1, &name, &value, &tp } };
    asy_data_in in = { .arena = a, .diag = d };
    return asy_dataset_open(&p, &in, asy_rng_seed(0), out);
}

START_TEST(images_and_labels)
{
    static const unsigned char labels[] = { 0, 0, 8, 1, 0, 0, 0, 2, 3, 1 };
    asy_dataset_view v;
    float x[4];
    int32_t y[2];
    uint64_t id[2];
    ck_assert_int_eq(open_pair(labels, sizeof labels, &v), ASY_OK);
    ck_assert_int_eq(v.shape.n, 3);
    ck_assert_int_eq(v.shape.d[0], 1);
    ck_assert_int_eq(v.data.classes, 4);
    asy_view_load(&v.views[0].view, 2, 0, NULL, x, y, id);
    ck_assert(x[0] == 0 && x[1] == 1 && x[2] == 51.0f / 255 && x[3] == 102.0f / 255);
    ck_assert(y[0] == 3 && y[1] == 1 && id[1] == 1);
}
END_TEST

static void label_refused(const unsigned char *label, size_t n, const char *words)
{
    asy_dataset_view v;
    asy_buf b;
    d = asy_diag_new(a);
    ck_assert_int_eq(open_pair(label, n, &v), ASY_EDATA);
    asy_buf_init(&b, 1 << 16);
    asy_diag_render(d, &b, false);
    ck_assert_msg(strstr(asy_buf_text(&b), words) != NULL, "no `%s` in %s", words, asy_buf_text(&b));
    asy_buf_free(&b);
}

START_TEST(wrong_labels)
{
    static const unsigned char three[] = { 0, 0, 8, 1, 0, 0, 0, 3, 1, 1, 1 },
                               negative[] = { 0, 0, 9, 1, 0, 0, 0, 2, 1, 0xff },
                               real[] = { 0, 0, 0x0d, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0 };
    label_refused(r02, sizeof r02, "2 dimensions");
    label_refused(three, sizeof three, "3 labels for 2 inputs");
    label_refused(negative, sizeof negative, "row 1 is not a class");
    label_refused(real, sizeof real, "not integers");
}
END_TEST

Suite *asy_suite_data_files(void);
Suite *asy_suite_data_files(void)
{
    Suite *s = suite_create("data_files");
    TCase *t = tcase_create("idx");
    tcase_add_checked_fixture(t, begin, end);
    tcase_add_test(t, big_endian);
    tcase_add_test(t, every_type);
    tcase_add_test(t, gzipped);
    tcase_add_test(t, broken);
    tcase_add_test(t, images_and_labels);
    tcase_add_test(t, wrong_labels);
    suite_add_tcase(s, t);
    return s;
}
