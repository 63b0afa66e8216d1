// SPDX-License-Identifier: GPL-3.0-or-later
/* Readers: right values from the forms that files take, and every way to be broken said by its place. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/io.h"
#include "method/params.h"
#include "method/registry.h"
#include "method/view.h"

static asy_arena *a;
static asy_diag *d;
static char dir[64];
static asy_table t;
static asy_tensor x;

static void begin(void)
{
    a = asy_arena_new(0);
    d = asy_diag_new(a);
    strcpy(dir, "/tmp/assay-read-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(dir));
}

static void end(void)
{
    ck_assert_int_eq(asy_io_remove_tree(dir), ASY_OK);
    asy_arena_free(a);
}

static asy_bytes bytes(const char *name, const void *data, size_t n)
{
    char *copy = asy_alloc(a, n + 1, 1); /* readers cut it up */
    if (n > 0) memcpy(copy, data, n);
    return (asy_bytes){ name, copy, n };
}

static asy_status read_as(const char *format, asy_bytes f, const asy_form *form)
{
    static const asy_form plain = { 0 };
    asy_data_in in = { .arena = a, .diag = d };
    const asy_reader *r = (const asy_reader *)asy_method_find(format, &asy_spot_format, NULL, NULL);
    ck_assert_ptr_nonnull(r);
    if (form == NULL) form = &plain;
    d = in.diag = asy_diag_new(a);
    return r->table != NULL ? r->table(&in, &f, form, &t) : r->tensor(&in, &f, form, &x);
}

static void says(const char *words)
{
    asy_buf b;
    asy_buf_init(&b, 1 << 16);
    asy_diag_render(d, &b, false);
    ck_assert_msg(strstr(asy_buf_text(&b), words) != NULL, "no `%s` in %s", words, asy_buf_text(&b));
    asy_buf_free(&b);
}

static void csv(const char *text, const asy_form *form)
{
    asy_status s = read_as("csv", bytes("t.csv", text, strlen(text)), form);
    asy_buf b;
    asy_buf_init(&b, 1 << 16);
    asy_diag_render(d, &b, false);
    ck_assert_msg(s == ASY_OK, "%s: %s", text, asy_buf_text(&b));
    asy_buf_free(&b);
}

static void csv_refused(const char *text, const asy_form *form, const char *words)
{
    ck_assert_msg(read_as("csv", bytes("t.csv", text, strlen(text)), form) == ASY_EDATA, "%s", text);
    says("E0402");
    says(words);
}

static void cells(int64_t rows, int cols, const char *const *want)
{
    ck_assert_int_eq(t.n, rows);
    ck_assert_int_eq(t.n_cols, cols);
    for (int64_t i = 0; i < rows * cols; i++) {
        const char *got = t.cols[i % cols].text[i / cols];
        if (want[i] == NULL) ck_assert_msg(got == NULL, "cell %d is `%s`", (int)i, got);
        else ck_assert_str_eq(got, want[i]);
    }
}
#define CELLS(r, c, ...) cells(r, c, (const char *const[]){ __VA_ARGS__ })

START_TEST(csv_forms)
{
    csv("a,b\n1,2\n3,\n", NULL);
    ck_assert_str_eq(t.cols[1].name, "b");
    CELLS(2, 2, "1", "2", "3", NULL);
    ck_assert_int_eq(t.line[1], 3);
    csv("\xef\xbb\xbf"
        "a,b\r\n\"x,\"\"y\"\"\r\nz\",2\r\n\r\n",
        NULL);
    ck_assert_str_eq(t.cols[0].name, "a");
    CELLS(1, 2, "x,\"y\"\r\nz", "2");
    csv("a,a\n1,2", NULL);
    CELLS(1, 2, "1", "2");
    csv("a\n\n1\n", NULL); /* one column: an empty line is a missing value */
    CELLS(2, 1, NULL, "1");
    csv("\"\",b\n1,2\n", NULL);
    ck_assert_str_eq(t.cols[0].name, "c1");
}
END_TEST

START_TEST(csv_options)
{
    static const char *const names[] = { "u", "v" }, *const na[] = { "?", "NA" };
    csv("1,2\n", &(asy_form){ .header = ASY_HEADER_GIVEN, .n_names = 2, .names = names });
    ck_assert_str_eq(t.cols[1].name, "v");
    CELLS(1, 2, "1", "2");
    csv("1,2\n", &(asy_form){ .header = ASY_HEADER_NO });
    ck_assert_str_eq(t.cols[0].name, "c1");
    csv("a;b\n1;2,5\n", &(asy_form){ .separator = ';' });
    CELLS(1, 2, "1", "2,5");
    csv("  a \t b\n 1   2  \n", &(asy_form){ .separator = ' ' });
    CELLS(1, 2, "1", "2");
    csv("a, b\n1 , \" x\" \n", &(asy_form){ .trim = true });
    ck_assert_str_eq(t.cols[1].name, "b");
    CELLS(1, 2, "1", " x");
    csv("a,b\n?,\nNA,1\n", &(asy_form){ .n_na = 2, .na = na });
    CELLS(2, 2, NULL, "", NULL, "1");
    csv("|note, with, commas\na,b\n1,yes.\n", &(asy_form){ .comment = "|", .trail = "." });
    CELLS(1, 2, "1", "yes");
    ck_assert_int_eq(read_as("csv", bytes("t.tsv.gz", "a\tb\n1,5\t2\n", 10), NULL), ASY_OK);
    CELLS(1, 2, "1,5", "2");
}
END_TEST

START_TEST(csv_broken)
{
    static const char *const names[] = { "u", "v" };
    csv_refused("", NULL, "no rows");
    csv_refused("a,b\n1,2\n1,2,3\n", NULL, "t.csv:3:3 (row:column)");
    csv_refused("a,b\n\"1\n2\",2\n1\n", NULL, "t.csv:4:1 (row:column)");
    csv_refused("a,b\n1,\"2\n", NULL, "never closed");
    csv_refused("a,b\n1,\"2\"x\n", NULL, "follows the closing quote");
    csv_refused("a,b\n1,2\"x\n", NULL, "t.csv:2:2");
    csv_refused("a,b\n1,caf\xe9\n", NULL, "not UTF-8");
    csv_refused("a,b\n1,\xed\xa0\x80\n", NULL, "t.csv:2:2");
    csv_refused("1,2,3\n", &(asy_form){ .header = ASY_HEADER_GIVEN, .n_names = 2, .names = names },
                "has 2 names");
    ck_assert_int_eq(read_as("csv", bytes("t.csv", "a\0b\n", 4), NULL), ASY_EDATA);
    says("byte 1");
}
END_TEST

START_TEST(arff)
{
    static const char text[] = "% c\n@RELATION r\n@attribute 'a b' REAL\n@attribute k {x, 'y z', \"w\"}\n"
                               "@attribute s string\n@data\n1.5,'y z',?\n\n{0 -2, 2 'it\\'s'}\n";
    ck_assert_int_eq(read_as("arff", bytes("t.arff", text, sizeof text - 1), NULL), ASY_OK);
    CELLS(2, 3, "1.5", "y z", NULL, "-2", "x", "it's");
    ck_assert_str_eq(t.cols[0].name, "a b");
    ck_assert(t.cols[0].numbers && t.cols[1].n_values == 3);
    ck_assert_str_eq(t.cols[1].values[2], "w");
    static const char *const bad[][2] = {
        { "@attribute a {0,1}\n@data\n0\n3\n", "t.arff:4:1" },
        { "@attribute a {0,0}\n@data\n0\n", "twice" },
        { "@attribute a {0,1\n@data\n0\n", "never closed" },
        { "@attribute a blob\n@data\n0\n", "type is none of" },
        { "@attribute a\n@data\n0\n", "lacks its name or type" },
        { "@attribute a real\n0\n", "begins with none of" },
        { "@attribute a real\n", "no @data" },
        { "@data\n1\n", "no attributes" },
        { "@attribute a real\n@data\n1,2\n", "too many" },
        { "@attribute a real\n@attribute b real\n@data\n1\n", "too few" },
        { "@attribute a real\n@data\n{1 2}\n", "index is wrong" },
        { "@attribute a string\n@data\n'x\n", "never closed" },
        { "@attribute a string\n@data\n\xff\n", "not UTF-8" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ck_assert_msg(read_as("arff", bytes("t.arff", bad[i][0], strlen(bad[i][0])), NULL) == ASY_EDATA, "%s",
                      bad[i][0]);
        says(bad[i][1]);
    }
    ck_assert_int_eq(
        read_as("arff", bytes("t.arff", bad[0][0], strlen(bad[0][0])), &(asy_form){ .any_domain = true }),
        ASY_OK);
}
END_TEST

/* An NPY file of one version with a header text and data. */
static asy_bytes npy(int version, const char *header, size_t pad, const void *data, size_t n)
{
    size_t h = strlen(header) + pad, start = version == 1 ? 10 : 12;
    char *p = asy_alloc(a, start + h + n + 1, 1);
    memcpy(p, "\x93NUMPY", 6);
    p[6] = (char)version;
    for (size_t i = 0; i < start - 8; i++) p[8 + i] = (char)(unsigned char)(h >> 8 * i & 255);
    memset(p + start, ' ', h);
    memcpy(p + start, header, strlen(header));
    if (n > 0) memcpy(p + start + h, data, n);
    return (asy_bytes){ "t.npy", p, start + h + n };
}

/* Case R05. */
START_TEST(npy_orders)
{
    static const unsigned char big[] = { 0, 1, 0, 4, 0, 2, 0, 5, 0, 3, 0, 6 };
    static const int32_t want[] = { 1, 2, 3, 4, 5, 6 };
    static const float four[] = { 0, 1, 2, 3 };
    static const double six[] = { 0, 1, 2, 3, 4, 5 };
    asy_bytes f = npy(1, "{'descr': '>i2', 'fortran_order': True, 'shape': (2, 3), }", 1, big, sizeof big);
    ck_assert_int_eq(read_as("npy", f, NULL), ASY_OK);
    ck_assert(x.type == ASY_I32 && x.s.n == 2 && x.s.d[0] == 2 && x.s.d[1] == 3);
    ck_assert_mem_eq(x.data, want, sizeof want);
    f = npy(2, "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }", 70000, four, sizeof four);
    ck_assert_int_eq(read_as("npy", f, NULL), ASY_OK);
    ck_assert_mem_eq(x.data, four, sizeof four);
    f = npy(1, "{'shape':(2,3),'fortran_order':False,\"descr\":'<f8'}", 0, six, sizeof six);
    ck_assert_int_eq(read_as("npy", f, NULL), ASY_OK);
    ck_assert_mem_eq(x.data, six, sizeof six);
    f.n -= 8;
    ck_assert_int_eq(read_as("npy", f, NULL), ASY_EDATA);
    says("48 data bytes are expected, 40 are there");
    ck_assert_int_eq(
        read_as("npy", npy(3, "{'descr': '<f8', 'fortran_order': False, 'shape': (0, 4), }", 0, "", 0), NULL),
        ASY_OK);
    ck_assert(x.s.n == 2 && x.s.d[0] == 0 && x.s.d[1] == 4);
    ck_assert_int_eq(
        read_as("npy", npy(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (), }", 0, six, 8), NULL),
        ASY_OK);
    ck_assert_int_eq(x.s.n, 0);
}
END_TEST

START_TEST(npy_types)
{
    static const uint16_t halves[] = { 0x3c00, 0xc000, 0x0001, 0x7c00, 0x3555 };
    static const int64_t whole[] = { -1, 7 }, wide[] = { (int64_t)1 << 40, -5 },
                         lost[] = { ((int64_t)1 << 53) + 1 };
    ck_assert_int_eq(
        read_as("npy", npy(1, "{'descr': '<f2', 'fortran_order': False, 'shape': (5,), }", 0, halves, 10),
                NULL),
        ASY_OK);
    const float *h = x.data;
    ck_assert(h[0] == 1 && h[1] == -2 && h[2] == 1 / 16777216.0f && isinf(h[3]) &&
              fabsf(h[4] - 0.33325195f) < 1e-7f);
    ck_assert_int_eq(
        read_as("npy", npy(1, "{'descr': '<i8', 'fortran_order': False, 'shape': (2,), }", 0, whole, 16),
                NULL),
        ASY_OK);
    ck_assert(x.type == ASY_I32 && ((int32_t *)x.data)[0] == -1 && ((int32_t *)x.data)[1] == 7);
    ck_assert_int_eq(read_as("npy",
                             npy(1, "{'descr': '<i8', 'fortran_order': False, 'shape': (2,), }", 0, wide, 16),
                             NULL),
                     ASY_OK);
    ck_assert(x.type == ASY_F64 && ((double *)x.data)[0] == 1099511627776.0);
    ck_assert_int_eq(
        read_as("npy", npy(1, "{'descr': '<i8', 'fortran_order': False, 'shape': (1,), }", 0, lost, 8), NULL),
        ASY_EDATA);
    static const char *const bad[][2] = {
        { "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", "may run code" },
        { "{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }", "none of bool" },
        { "{'descr': [('a','<i4')], 'fortran_order': False, 'shape': (1,), }", "records" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (-1, 2), }", "not a number from 0" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }",
          "more than 1 GiB" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }", "too long" },
        { "{'descr': '<f4', 'fortran_order': 0, 'shape': (1,), }", "neither True nor False" },
        { "{'descr': '<f4', 'shape': (1,), }", "lacks one of" },
        { "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", "or one twice" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), } x", "follows" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (1", "closed" },
        { "", "dictionary" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ck_assert_msg(read_as("npy", npy(1, bad[i][0], 0, halves, 8), NULL) == ASY_EDATA, "%s", bad[i][0]);
        says(bad[i][1]);
    }
}
END_TEST

/* Deflated by another program: arrays y = (1, 0) u1 and x = ((0.5, 1), (2, 4)) <f4, from Python's zipfile. */
static const char deflated_npz[] =
    "\120\113\003\004\024\000\000\000\010\000\000\000\041\000\116\143\153\261\106\000\000\000\202\000"
    "\000\000\005\000\000\000\171\056\156\160\171\233\354\027\352\033\020\311\310\120\306\120\255\236"
    "\222\132\234\134\244\156\245\240\136\123\152\250\256\243\240\236\226\137\124\122\224\230\027\237"
    "\137\224\222\012\022\167\113\314\051\116\005\212\027\147\044\026\244\002\371\032\106\072\232\072"
    "\012\265\012\024\000\056\106\006\000\120\113\003\004\024\000\000\000\010\000\000\000\041\000\305"
    "\033\024\060\123\000\000\000\220\000\000\000\005\000\000\000\170\056\156\160\171\233\354\027\352"
    "\033\020\311\310\120\306\120\255\236\222\132\234\134\244\156\245\240\156\223\146\242\256\243\240"
    "\236\226\137\124\122\224\230\027\237\137\224\222\012\022\167\113\314\051\116\005\212\027\147\044"
    "\026\244\002\371\032\106\072\012\106\232\072\012\265\012\144\003\056\006\006\006\173\006\206\006"
    "\040\146\160\000\322\016\000\120\113\001\002\024\003\024\000\000\000\010\000\000\000\041\000\116"
    "\143\153\261\106\000\000\000\202\000\000\000\005\000\000\000\000\000\000\000\000\000\000\000\200"
    "\001\000\000\000\000\171\056\156\160\171\120\113\001\002\024\003\024\000\000\000\010\000\000\000"
    "\041\000\305\033\024\060\123\000\000\000\220\000\000\000\005\000\000\000\000\000\000\000\000\000"
    "\000\000\200\001\151\000\000\000\170\056\156\160\171\120\113\005\006\000\000\000\000\002\000\002"
    "\000\146\000\000\000\337\000\000\000\000\000";

START_TEST(npz)
{
    static const float want[] = { 0.5f, 1, 2, 4 };
    asy_bytes f = bytes("t.npz", deflated_npz, sizeof deflated_npz - 1);
    ck_assert_int_eq(read_as("npz", f, NULL), ASY_OK);
    ck_assert(t.n == 2 && t.n_cols == 2);
    for (int i = 0; i < 2; i++) {
        if (t.cols[i].role == ASY_ROLE_INPUT) ck_assert_mem_eq(t.cols[i].data.data, want, sizeof want);
        else ck_assert(t.cols[i].role == ASY_ROLE_LABEL && ((uint8_t *)t.cols[i].data.data)[0] == 1);
    }
    for (size_t n = 0; n < f.n; n += 3)
        ck_assert_int_eq(read_as("npz", bytes("t.npz", deflated_npz, n), NULL), ASY_EDATA);
    for (size_t i = 0; i < f.n; i++) { /* whatever one byte does, it is read or refused */
        asy_bytes g = bytes("t.npz", deflated_npz, f.n);
        g.data[i] ^= 0x55;
        asy_status s = read_as("npz", g, NULL);
        ck_assert(s == ASY_OK || s == ASY_EDATA);
    }
}
END_TEST

START_TEST(cifar)
{
    char *two = asy_alloc(a, 2, 3073);
    two[0] = 9, two[1] = 7, two[3073] = 0, two[3073 + 3072] = 5;
    ck_assert_int_eq(read_as("cifar-bin", bytes("b.bin", two, 2 * 3073), NULL), ASY_OK);
    ck_assert(t.n == 2 && t.cols[0].data.s.d[1] == 3 && ((uint8_t *)t.cols[1].data.data)[0] == 9);
    ck_assert(((uint8_t *)t.cols[0].data.data)[0] == 7 &&
              ((uint8_t *)t.cols[0].data.data)[2 * 3072 - 1] == 5);
    ck_assert_int_eq(read_as("cifar-bin", bytes("b.bin", two, 3072), NULL), ASY_EDATA);
    two[0] = 10;
    ck_assert_int_eq(read_as("cifar-bin", bytes("b.bin", two, 3073), NULL), ASY_EDATA);
    says("label 10 is no class");
}
END_TEST

START_TEST(text_and_bits)
{
    static const unsigned char pixels[] = { 0xa0, 0x40 };
    ck_assert_int_eq(read_as("text", bytes("t.txt", "abcabca", 7), &(asy_form){ .length = 3 }), ASY_OK);
    ck_assert(t.n == 2 && t.cols[1].n_values == 3);
    ck_assert_str_eq(t.cols[1].text[0], "a");
    ck_assert_int_eq(((int32_t *)t.cols[2].data.data)[7], 0);
    ck_assert_int_eq(read_as("text", bytes("t.txt", "abc", 3), &(asy_form){ .length = 3 }), ASY_EDATA);
    ck_assert_int_eq(read_as("bits", bytes("t.1bpp", pixels, 2), &(asy_form){ .shape = { 3, { 1, 1, 3 } } }),
                     ASY_OK);
    ck_assert_mem_eq(x.data, "\1\0\1\0\1\0", 6);
    ck_assert_int_eq(read_as("bits", bytes("t.1bpp", "\xff", 1), &(asy_form){ .shape = { 3, { 1, 1, 3 } } }),
                     ASY_EDATA);
}
END_TEST

Suite *asy_suite_data_readers(void);
Suite *asy_suite_data_readers(void)
{
    Suite *s = suite_create("data_readers");
    TCase *c = tcase_create("readers");
    tcase_add_checked_fixture(c, begin, end);
    tcase_add_test(c, csv_forms);
    tcase_add_test(c, csv_options);
    tcase_add_test(c, csv_broken);
    tcase_add_test(c, arff);
    tcase_add_test(c, npy_orders);
    tcase_add_test(c, npy_types);
    tcase_add_test(c, npz);
    tcase_add_test(c, cifar);
    tcase_add_test(c, text_and_bits);
    suite_add_tcase(s, c);
    return s;
}
