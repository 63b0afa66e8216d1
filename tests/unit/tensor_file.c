// SPDX-License-Identifier: GPL-3.0-or-later
/* Tensor files: round trips, bytes that are a function of the arguments, and hostile files. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/gz.h"
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

/* A safetensors file of this header (its length as said in front: its own for −1, else `length`) and 64 zero
 * bytes. */
static void refused(const char *header, int64_t length, const char *words)
{
    char file[4096] = { 0 };
    uint64_t n = length == -1 ? strlen(header) : (uint64_t)length;
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

#define F32(shape, from, to) "{\"dtype\":\"F32\",\"shape\":" shape ",\"data_offsets\":[" #from "," #to "]}"

START_TEST(hostile_safetensors)
{
    static const struct {
        const char *header;
        int64_t length;
        const char *words;
    } v[] = {
        { "{\"x\":" F32("[16]", 0, 64) "}", (int64_t)1 << 40,
          "a header of 1099511627776 bytes; 100 MB is the limit" },
        { "{\"x\":" F32("[16]", 0, 64) "}", -2,
          "a header of 18446744073709551614 bytes; 100 MB is the limit" },
        { "{\"x\":" F32("[16]", 0, 64) "}", 5000, "a header of 5000 bytes, but 120 follow" },
        { "{\"x\":" F32("[8]", 0, 32) ",\"y\":" F32("[8]", 16, 48) "}", -1,
          "tensor `y` begins at byte 16, inside the one" },
        { "{\"x\":" F32("[8]", 0, 32) ",\"y\":" F32("[16]", 0, 64) "}", -1,
          "tensor `y` begins at byte 0, inside the one" },
        { "{\"x\":" F32("[8]", 0, 32) "}", -1, "bytes 32 to 64, at the end, belong to no tensor" },
        { "{\"x\":" F32("[8]", 32, 64) "}", -1, "bytes 0 to 32, before tensor `x`, belong to no tensor" },
        { "{}", -1, "bytes 0 to 64, at the end, belong to no tensor" },
        { "{\"x\":" F32("[32]", 0, 128) "}", -1, "tensor `x` ends at byte 128, but the data has 64 bytes" },
        { "{\"x\":" F32("[16]", 0, 9223372036854775807) "}", -1, "ends at byte 9223372036854775807, but" },
        { "{\"x\":" F32("[15]", 0, 64) "}", -1,
          "`x` of shape [15] and type F32 needs 60 bytes, but bytes 0 to 64" },
        { "{\"x\":" F32("[4294967296,4294967296]", 0, 64) "}", -1,
          "[4294967296,4294967296] of tensor `x` is too large" },
        { "{\"x\":" F32("[9223372036854775807]", 0, 64) "}", -1, "of tensor `x` is too large" },
        { "{\"x\":" F32("[-16]", 0, 64) "}", -1, "axis 0 of tensor `x` is not a whole number from 0 up" },
        { "{\"x\":" F32("[16.0]", 0, 64) "}", -1, "axis 0 of tensor `x` is not a whole number" },
        { "{\"x\":" F32("[1,1,1,1,1,1,16]", 0, 64) "}", -1, "tensor `x` has more than 6 axes" },
        { "{\"x\":" F32("16", 0, 64) "}", -1, "tensor `x` does not say its `shape`" },
        { "{\"x\":{\"dtype\":\"F16\",\"shape\":[32],\"data_offsets\":[0,64]}}", -1,
          "tensor `x` holds F16; F32, F64, I32 and U8" },
        { "{\"x\":{\"dtype\":1,\"shape\":[32],\"data_offsets\":[0,64]}}", -1,
          "tensor `x` does not say its `dtype`" },
        { "{\"x\":" F32("[16]", 64, 0) "}", -1, "tensor `x` begins at byte 64 and ends at byte 0" },
        { "{\"x\":" F32("[16]", -64, 0) "}", -1, "tensor `x` begins at byte -64" },
        { "{\"x\":{\"dtype\":\"F32\",\"shape\":[16]}}", -1,
          "`data_offsets` of tensor `x` are not two whole numbers" },
        { "{\"x\":{\"dtype\":\"F32\",\"shape\":[16],\"data_offsets\":[0,64,64]}}", -1,
          "are not two whole numbers" },
        { "{\"x\":" F32("[16]", 0, 64) ",\"x\":" F32("[16]", 0, 64) "}", -1,
          "its header is not usable JSON" },
        { "{\"a\\u001b[31m\":" F32("[15]", 0, 64) "}", -1, "tensor `a?[31m`" },
        { "{\"__metadata__\":{\"a\":1},\"x\":" F32("[16]", 0, 64) "}", -1, "`__metadata__.a` is not text" },
        { "{\"__metadata__\":[],\"x\":" F32("[16]", 0, 64) "}", -1, "`__metadata__` is not a map" },
        { "{\"x\":7}", -1, "entry `x` is not a map" },
        { "{\"x\":", -1, "its header is not usable JSON" },
        { "[1]", -1, "byte 8 is not the `{`" },
        { "not json", -1, "byte 8 is not the `{`" },
        { "", 0, "byte 8 is not the `{`" },
    };
    for (size_t i = 0; i < sizeof v / sizeof *v; i++) refused(v[i].header, v[i].length, v[i].words);
}
END_TEST

START_TEST(absent)
{
    asy_safetensors got;
    asy_buf b;
    asy_diag *d = asy_diag_new(a);
    ck_assert_int_eq(asy_safetensors_read(a, path, &got, d), ASY_EMODEL);
    asy_buf_init(&b, 1 << 16);
    asy_diag_render(d, &b, false);
    ck_assert_ptr_nonnull(strstr(asy_buf_text(&b), "E0502"));
    ck_assert_ptr_nonnull(strstr(asy_buf_text(&b), path));
    ck_assert_ptr_nonnull(strstr(asy_buf_text(&b), "No such file"));
    asy_buf_free(&b);
}
END_TEST

/* Other programs need not pad their header: the values are then moved to where they may be read. */
START_TEST(odd_place)
{
    static const float x[2] = { 1.5f, -3 };
    const char *header = "{\"x\":" F32("[2]", 0, 8) "} ";
    char file[256];
    uint64_t n = strlen(header);
    ck_assert_uint_ne((8 + n) % 4, 0);
    memcpy(file, &n, 8);
    memcpy(file + 8, header, n);
    memcpy(file + 8 + n, x, sizeof x);
    put(file, 8 + n + sizeof x);
    asy_safetensors got;
    ck_assert_int_eq(asy_safetensors_read(a, path, &got, asy_diag_new(a)), ASY_OK);
    ck_assert_int_eq(got.n, 1);
    ck_assert_uint_eq((uintptr_t)got.t[0].t.data % sizeof *x, 0);
    ck_assert_mem_eq(got.t[0].t.data, x, sizeof x);
}
END_TEST

/* One pattern for NaN in files, whatever the processor made. */
START_TEST(one_nan)
{
    uint32_t w[2] = { 0xFFC12345u, 0x3F800000u };
    uint64_t l[1] = { 0xFFF8000000000123u };
    float x[2];
    double y[1];
    memcpy(x, w, sizeof x);
    memcpy(y, l, sizeof y);
    asy_named t[] = { { "x", { x, ASY_SHAPE(2), ASY_F32 } }, { "y", { y, ASY_SHAPE(1), ASY_F64 } } }, *got;
    asy_safetensors st;
    int n;
    w[0] = 0x7FC00000u;
    l[0] = 0x7FF8000000000000u;
    ck_assert_int_eq(asy_npz_write(path, 2, t), ASY_OK);
    ck_assert_int_eq(asy_npz_read(a, path, &n, &got), ASY_OK);
    ck_assert_mem_eq(got[0].t.data, w, sizeof w);
    ck_assert_mem_eq(got[1].t.data, l, sizeof l);
    ck_assert_int_eq(asy_safetensors_write(path, 2, t, 0, NULL), ASY_OK);
    ck_assert_int_eq(asy_safetensors_read(a, path, &st, asy_diag_new(a)), ASY_OK);
    ck_assert_str_eq(st.t[0].name, "y"); /* wider first */
    ck_assert_mem_eq(st.t[0].t.data, l, sizeof l);
    ck_assert_mem_eq(st.t[1].t.data, w, sizeof w);
}
END_TEST

START_TEST(wrong_arguments)
{
    static const char *const meta[][2] = { { "k", "1" }, { "k", "2" } };
    asy_named t[6];
    some(t);
    t[1].name = "u";
    ck_assert_int_eq(asy_safetensors_write(path, 2, t, 0, NULL), ASY_EINVAL);
    ck_assert_int_eq(asy_npz_write(path, 2, t), ASY_EINVAL);
    t[1].name = "__metadata__";
    ck_assert_int_eq(asy_safetensors_write(path, 2, t, 0, NULL), ASY_EINVAL);
    t[1].name = NULL;
    ck_assert_int_eq(asy_npz_write(path, 2, t), ASY_EINVAL);
    ck_assert_int_eq(asy_safetensors_write(path, 1, t, 2, meta), ASY_EINVAL);
    t[0].t.s.d[0] = -1;
    ck_assert_int_eq(asy_npz_write(path, 1, t), ASY_ESHAPE);
    ck_assert(!asy_io_exists(path));
}
END_TEST

/* One byte or word of a good npz file of one array changed; `from_end` counts back from the end of the file.
 */
static void npz_refused(size_t at, bool from_end, const char *bytes, size_t count, const char *words)
{
    asy_named t[6], *got;
    char *data;
    size_t n;
    int m;
    some(t);
    ck_assert_int_eq(asy_npz_write(path, 1, t), ASY_OK);
    ck_assert_int_eq(asy_io_read(a, path, 1 << 20, &data, &n), ASY_OK);
    memcpy(data + (from_end ? n - at : at), bytes, count);
    put(data, n);
    ck_assert_int_eq(asy_npz_read(a, path, &m, &got), ASY_EPARSE);
    ck_assert_msg(strstr(asy_error_text(), words) != NULL, "no `%s` in %s", words, asy_error_text());
    ck_assert_ptr_nonnull(strstr(asy_error_text(), path));
}

START_TEST(hostile_npz)
{
    enum { DIRECTORY = 22 + 46 + 5, BODY = 30 + 5, HEADER = BODY + 10 }; /* "u.npy" has 5 bytes */
    npz_refused(22, true, "x", 1, "the end of a zip archive is not here");
    npz_refused(22 - 16, true, "\xff\xff\xff\x7f", 4, "directory lies outside the file");
    npz_refused(22 - 8, true, "\x02\x00\x02", 3, "no directory entry begins here");
    npz_refused(22 - 8, true, "\x00\x00\x00", 3, "the directory does not end here");
    npz_refused(DIRECTORY - 8, true, "\x01", 1, "encrypted");
    npz_refused(DIRECTORY - 10, true, "\x08", 1, "compressed");
    npz_refused(DIRECTORY - 16, true, "abcd", 4, "checksum");
    npz_refused(DIRECTORY - 42, true, "\xff\xff\xff\x7f", 4, "outside the file");
    npz_refused(DIRECTORY - 42, true, "\x01", 1, "no zip member begins here");
    npz_refused(DIRECTORY - 20, true, "\xff\xff\xff\x7f\xff\xff\xff\x7f", 8, "outside the file");
    npz_refused(22 + 3, true, "abc", 3, "does not end in `.npy`");
    npz_refused(BODY, false, "x", 1, "checksum");
    npz_refused(HEADER + 11, false, "<", 1, "checksum");
}
END_TEST

/* The array inside is wrong, its checksum right: `from` replaced by `to`, as long. */
static void npy_refused(const char *from, const char *to, const char *words)
{
    enum { BODY = 30 + 5, DIRECTORY = 22 + 46 + 5 };
    asy_named t[6], *got;
    char *data;
    size_t n, at = 0;
    int m;
    some(t);
    ck_assert_int_eq(asy_npz_write(path, 1, t), ASY_OK);
    ck_assert_int_eq(asy_io_read(a, path, 1 << 20, &data, &n), ASY_OK);
    while (memcmp(data + at, from, strlen(from)) != 0) ck_assert_uint_lt(++at, n - strlen(from));
    memcpy(data + at, to, strlen(to));
    uint32_t crc = asy_crc32(0, data + BODY, n - BODY - DIRECTORY);
    memcpy(data + n - DIRECTORY + 16, &crc, sizeof crc);
    put(data, n);
    ck_assert_int_eq(asy_npz_read(a, path, &m, &got), ASY_EPARSE);
    ck_assert_msg(strstr(asy_error_text(), words) != NULL, "no `%s` in %s", words, asy_error_text());
}

START_TEST(hostile_npy)
{
    npy_refused("NUMPY", "NUMPI", "no .npy array of version 1.0");
    npy_refused("NUMPY\x01", "NUMPY\x02", "no .npy array of version 1.0");
    npy_refused("v", "\xff\xff", "longer than the array's file");
    npy_refused("'descr'", "'descs'", "does not begin with its `descr`");
    npy_refused("|u1", ">f4", "of a type other than");
    npy_refused("False", "True ", "not in C order");
    npy_refused("'shape'", "'shapf'", "lacks `shape`");
    npy_refused("(5,)", "5   ", "does not begin with `(`");
    npy_refused("(5,)", "(5;)", "never closed");
    npy_refused("(5,)", "(-5)", "not a number");
    npy_refused("(5,)", "(9,)", "which is not what");
    npy_refused("(5,), }", "(5,), ]", "does not end here");
    npy_refused("(5,), }                    ", "(9223372036854775807,9)}   ",
                "axis of the array is too long");
    npy_refused("(5,), }                    ", "(922337203685477580,90)}   ", "which is not what");
    npy_refused("(5,), }                    ", "(1,1,1,1,1,1,5)}           ", "more than 6 axes");
}
END_TEST

/* A member used twice: what would unfold to far more than the file holds is refused before it is read. */
START_TEST(npz_bomb)
{
    asy_named t[6], *got;
    char *data, file[4096], *at;
    size_t n;
    int m, copies = 8;
    some(t);
    ck_assert_int_eq(asy_npz_write(path, 1, t), ASY_OK);
    ck_assert_int_eq(asy_io_read(a, path, 1 << 20, &data, &n), ASY_OK);
    size_t entry = 46 + 5, head = n - 22 - entry;
    memcpy(file, data, head);
    at = file + head;
    for (int i = 0; i < copies; i++, at += entry) memcpy(at, data + head, entry);
    memcpy(at, data + n - 22, 22);
    at[8] = at[10] = (char)copies;
    put(file, (size_t)(at + 22 - file));
    ck_assert_int_eq(asy_npz_read(a, path, &m, &got), ASY_EPARSE);
    ck_assert_ptr_nonnull(strstr(asy_error_text(), "overlap"));
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

/* Each allocation in turn fails: ENOMEM from every entrance, and then all is well. */
START_TEST(no_memory)
{
    static const char *const meta[][2] = { { "k", "v" } };
    asy_named t[6], *got;
    asy_safetensors st;
    int n = some(t), m;
    for (int what = 0; what < 4; what++) {
        bool good = false;
        ck_assert_int_eq(what < 2 ? asy_safetensors_write(path, n, t, 1, meta) : asy_npz_write(path, n, t),
                         ASY_OK);
        for (long k = 1; k < 2000 && !good; k++) {
            asy_arena *own = asy_arena_new(0);
            asy_diag *d = asy_diag_new(own);
            asy_arena_fail_at(k);
            asy_status s = what == 0   ? asy_safetensors_write(path, n, t, 1, meta)
                           : what == 1 ? asy_safetensors_read(own, path, &st, d)
                           : what == 2 ? asy_npz_write(path, n, t)
                                       : asy_npz_read(own, path, &m, &got);
            asy_arena_fail_at(0);
            good = s == ASY_OK;
            if (!good) ck_assert_msg(s == ASY_ENOMEM, "%d at %ld: %s", what, k, asy_error_text());
            asy_arena_free(own);
        }
        ck_assert(good);
    }
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
    tcase_add_test(t, absent);
    tcase_add_test(t, odd_place);
    tcase_add_test(t, one_nan);
    tcase_add_test(t, wrong_arguments);
    tcase_add_test(t, hostile_npz);
    tcase_add_test(t, hostile_npy);
    tcase_add_test(t, npz_bomb);
    tcase_add_test(t, no_memory);
    tcase_add_test(t, cut_and_mangled);
    tcase_add_test(t, full_disk);
    suite_add_tcase(s, t);
    return s;
}
