// SPDX-License-Identifier: GPL-3.0-or-later
/* Tensor files: round trips, bytes that are a function of the arguments, and hostile files. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/io.h"
#include "tensor/file.h"

static asy_arena *a;
static char dir[64], path[128];
static float f32[6] = { 1, -2, 0.5f, 3e-39f, 4, 5 };
static double f64[2] = { 1e300, -0.0 };
static int32_t i32[3] = { -1, 7, 1 << 30 };
static uint8_t u8[5] = { 0, 1, 2, 254, 255 };

static void begin(void)
{
    a = asy_arena_new(0);
    strcpy(dir, "/tmp/assay-tensor-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/x", dir);
}

static void end(void)
{
    ck_assert_int_eq(asy_io_remove_tree(dir), ASY_OK);
    asy_arena_free(a);
}

static int some(asy_named t[])
{
    t[0] = (asy_named){ "u", { u8, ASY_SHAPE(5), ASY_U8 } };
    t[1] = (asy_named){ "w/b.c", { f32, ASY_SHAPE(2, 3), ASY_F32 } };
    t[2] = (asy_named){ "d", { f64, ASY_SHAPE(2, 1), ASY_F64 } };
    t[3] = (asy_named){ "i", { i32, ASY_SHAPE(3), ASY_I32 } };
    t[4] = (asy_named){ "s", { f32, ASY_SCALAR, ASY_F32 } };
    t[5] = (asy_named){ "e", { f32, ASY_SHAPE(0, 4), ASY_F32 } };
    return 6;
}

static void compare(int n, const asy_named got[])
{
    asy_named want[6];
    int m = some(want);
    ck_assert_int_eq(n, m);
    for (int i = 0; i < m; i++) {
        int k = 0;
        while (k < n && strcmp(got[k].name, want[i].name) != 0) k++;
        ck_assert_msg(k < n, "no tensor %s", want[i].name);
        ck_assert_int_eq(got[k].t.type, want[i].t.type);
        ck_assert(asy_shape_equal(&got[k].t.s, &want[i].t.s));
        if (asy_tensor_bytes(&want[i].t) > 0)
            ck_assert_mem_eq(got[k].t.data, want[i].t.data, asy_tensor_bytes(&want[i].t));
    }
}

START_TEST(safetensors_round_trip)
{
    static const char *const meta[][2] = { { "arch", "{\"x\":\"é\\n\"}" }, { "key", "v" } };
    asy_named t[6], swap;
    asy_safetensors got;
    char *one, *two;
    size_t n1, n2;
    int n = some(t);
    ck_assert_int_eq(asy_safetensors_write(path, n, t, 2, meta), ASY_OK);
    ck_assert_int_eq(asy_safetensors_read(a, path, &got, asy_diag_new(a)), ASY_OK);
    compare(got.n, got.t);
    ck_assert_int_eq(got.n_meta, 2);
    ck_assert_int_eq(asy_io_read(a, path, 1 << 20, &one, &n1), ASY_OK);
    swap = t[0], t[0] = t[3], t[3] = swap; /* another order of arguments, the same bytes */
    ck_assert_int_eq(asy_safetensors_write(path, n, t, 2, meta), ASY_OK);
    ck_assert_int_eq(asy_io_read(a, path, 1 << 20, &two, &n2), ASY_OK);
    ck_assert_uint_eq(n1, n2);
    ck_assert_mem_eq(one, two, n1);
    uint64_t header;
    memcpy(&header, one, 8);
    ck_assert_uint_eq(header % 8, 0);
}
END_TEST

START_TEST(npz_round_trip)
{
    asy_named t[6], *got;
    int n = some(t), m;
    ck_assert_int_eq(asy_npz_write(path, n, t), ASY_OK);
    ck_assert_int_eq(asy_npz_read(a, path, &m, &got), ASY_OK);
    compare(m, got);
}
END_TEST

static void put(const void *data, size_t n)
{
    FILE *f = fopen(path, "wb");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(data, 1, n, f), n);
    fclose(f);
}

/* A safetensors file of this header (length said: its own, or `length`) and 64 zero bytes. */
static void refused(const char *header, int64_t length, const char *words)
{
    char file[4096] = { 0 };
    uint64_t n = length >= 0 ? (uint64_t)length : strlen(header);
    asy_safetensors got;
    asy_buf b;
    asy_diag *d = asy_diag_new(a);
    memcpy(file, &n, 8);
    memcpy(file + 8, header, strlen(header));
    put(file, 8 + strlen(header) + 64);
    asy_status s = asy_safetensors_read(a, path, &got, d);
    ck_assert_msg(s == ASY_EMODEL, "%s gives %s", header, asy_status_name(s));
    asy_buf_init(&b, 1 << 16);
    asy_diag_render(d, &b, false);
    ck_assert_msg(strstr(asy_buf_text(&b), "E0501") != NULL && strstr(asy_buf_text(&b), words) != NULL,
                  "no `%s` in %s", words, asy_buf_text(&b));
    asy_buf_free(&b);
}

START_TEST(hostile_safetensors)
{
    refused("{\"x\":{\"dtype\":\"F32\",\"shape\":[16],\"data_offsets\":[0,64]}}", (int64_t)1 << 40, "");
    refused("{\"x\":{\"dtype\":\"F32\",\"shape\":[16],\"data_offsets\":[0,64]}}", 5000, "");
    refused("{\"x\":{\"dtype\":\"F32\",\"shape\":[8],\"data_offsets\":[0,32]},\"y\":{\"dtype\":\"F32\","
            "\"shape\":[8],\"data_offsets\":[16,48]}}",
            -1, "");
    refused("{\"x\":{\"dtype\":\"F32\",\"shape\":[8],\"data_offsets\":[0,32]}}", -1,
            ""); /* 32 bytes that nobody names */
    refused("{\"x\":{\"dtype\":\"F32\",\"shape\":[8],\"data_offsets\":[32,64]}}", -1, "");
    refused("{\"x\":{\"dtype\":\"F32\",\"shape\":[32],\"data_offsets\":[0,128]}}", -1, "");
    refused("{\"x\":{\"dtype\":\"F32\",\"shape\":[15],\"data_offsets\":[0,64]}}", -1, "x");
    refused("{\"x\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,64]}}", -1, "x");
    refused("{\"x\":{\"dtype\":\"F32\",\"shape\":[-16],\"data_offsets\":[0,64]}}", -1, "x");
    refused("{\"x\":{\"dtype\":\"F16\",\"shape\":[32],\"data_offsets\":[0,64]}}", -1, "F16");
    refused("{\"x\":{\"dtype\":\"F32\",\"shape\":[16],\"data_offsets\":[64,0]}}", -1, "x");
    refused("{\"x\":{\"dtype\":\"F32\",\"shape\":[16],\"data_offsets\":[0,64]},\"x\":{\"dtype\":\"F32\","
            "\"shape\":[16],\"data_offsets\":[0,64]}}",
            -1, "");
    refused("{\"x\":{\"dtype\":\"F32\",\"shape\":[16]}}", -1, "x");
    refused("{\"x\":7}", -1, "x");
    refused("[1]", -1, "");
    refused("not json", -1, "");
    refused("", 0, "");
}
END_TEST

START_TEST(cut_and_mangled)
{
    asy_named t[6], *got;
    asy_safetensors st;
    char *data;
    size_t n;
    int count = some(t), m;
    ck_assert_int_eq(asy_safetensors_write(path, count, t, 0, NULL), ASY_OK);
    ck_assert_int_eq(asy_io_read(a, path, 1 << 20, &data, &n), ASY_OK);
    for (size_t k = 0; k < n; k++) {
        asy_arena *own = asy_arena_new(1 << 20);
        put(data, k);
        ck_assert_int_eq(asy_safetensors_read(own, path, &st, asy_diag_new(own)), ASY_EMODEL);
        asy_arena_free(own);
    }
    ck_assert_int_eq(asy_npz_write(path, count, t), ASY_OK);
    ck_assert_int_eq(asy_io_read(a, path, 1 << 20, &data, &n), ASY_OK);
    for (size_t k = 0; k < n; k += 1 + k / 50) {
        asy_arena *own = asy_arena_new(1 << 20);
        put(data, k);
        ck_assert_int_ne(asy_npz_read(own, path, &m, &got), ASY_OK);
        asy_arena_free(own);
    }
    for (size_t k = 0; k < n; k++) { /* whatever one byte becomes: a status, no crash */
        asy_arena *own = asy_arena_new(1 << 20);
        char was = data[k];
        data[k] = (char)(was ^ 0xff);
        put(data, n);
        if (asy_npz_read(own, path, &m, &got) == ASY_OK) ck_assert_int_le(m, 6);
        data[k] = was;
        asy_arena_free(own);
    }
}
END_TEST

/* Nothing half-written: with the n-th write failing, the file is whole or absent, and some n is large enough.
 */
START_TEST(full_disk)
{
    asy_named t[6];
    int n = some(t);
    bool good = false;
    for (long k = 1; k < 50 && !good; k++) {
        remove(path);
        asy_io_fail_at(k);
        asy_status s = asy_npz_write(path, n, t);
        asy_io_fail_at(0);
        good = s == ASY_OK;
        if (!good) ck_assert_int_eq(s, ASY_EFULL);
    }
    ck_assert(good);
}
END_TEST

Suite *asy_suite_tensor_file(void);
Suite *asy_suite_tensor_file(void)
{
    Suite *s = suite_create("tensor_file");
    TCase *t = tcase_create("file");
    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, begin, end);
    tcase_add_test(t, safetensors_round_trip);
    tcase_add_test(t, npz_round_trip);
    tcase_add_test(t, hostile_safetensors);
    tcase_add_test(t, cut_and_mangled);
    tcase_add_test(t, full_disk);
    suite_add_tcase(s, t);
    return s;
}
