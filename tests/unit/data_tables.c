// SPDX-License-Identifier: GPL-3.0-or-later
/* From the block `data` to the model's input: columns, encodings, strata and groups, noise, sums; libsvm and
 * images as sets of files. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/io.h"
#include "method/params.h"
#include "method/view.h"
#include "spec/spec.h"

static asy_arena *a;
static asy_diag *d;
static char dir[64];
static asy_dataset_view v;

static void begin(void)
{
    a = asy_arena_new(0);
    strcpy(dir, "/tmp/assay-table-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(dir));
}

static void end(void)
{
    ck_assert_int_eq(asy_io_remove_tree(dir), ASY_OK);
    asy_arena_free(a);
}

static void put(const char *name, const void *data, size_t n)
{
    const char *path = asy_path_join(a, dir, name);
    ck_assert_int_eq(asy_io_mkdirs(asy_path_dir(a, path)), ASY_OK);
    ck_assert_int_eq(asy_io_put(path, data, n), ASY_OK);
}
static void text(const char *name, const char *data) { put(name, data, strlen(data)); }

/* The block as a spec would have it; paths lie in the test's folder. */
static asy_status block(const char *yaml, uint64_t seed)
{
    asy_data_par p;
    d = asy_diag_new(a);
    asy_tree *t = asy_yaml_text(a, d, "data.yaml", yaml, strlen(yaml));
    asy_binder b = { .arena = a, .diag = d, .dir = dir };
    asy_data_in in = { .arena = a, .diag = d };
    (void)asy_bind_block(&b, "data", t, asy_data_rows, &p);
    if (asy_diag_errors(d) > 0) return ASY_ESPEC;
    return asy_dataset_open(&p, &in, asy_rng_seed(seed), &v);
}

static const char *said(void)
{
    asy_buf b;
    asy_buf_init(&b, 1 << 16);
    asy_diag_render(d, &b, false);
    const char *s = asy_strdup(a, asy_buf_text(&b));
    asy_buf_free(&b);
    return s;
}
static void good(const char *yaml)
{
    ck_assert_msg(block(yaml, 0) == ASY_OK, "%s %s", said(), asy_error_text());
}
static void refused(const char *yaml, const char *words)
{
    ck_assert_int_ne(block(yaml, 0), ASY_OK);
    ck_assert_msg(strstr(said(), words) != NULL, "no `%s` in %s", words, said());
}

static float at(int64_t row, int64_t j)
{
    const asy_column *x = asy_data_column(&v.data, ASY_ROLE_INPUT);
    return ((const float *)x->data.data)[row * v.shape.d[0] + j];
}
static int32_t label(int64_t row)
{
    return ((const int32_t *)asy_data_column(&v.data, ASY_ROLE_LABEL)->data.data)[row];
}

static const char people[] =
    "age,city,sex,score,score\n20,Rome,f,3,3\n40,Oslo,m,1,1\n60,Rome,f,10,10\n,Bonn,m,3,3\n";

/* Statistics and categories are the training part's: rows 0 and 1. */
START_TEST(encoding)
{
    text("p.csv", people);
    good("{file: p.csv, columns: {label: 'score#1', ordinal: true, numeric: [age], categorical: [city], "
         "sensitive: "
         "[sex]}, split: {train: {take: 2}, test: rest}, encode: {missing: mean}}");
    ck_assert_int_eq(v.shape.d[0], 3);
    ck_assert(at(0, 0) == -1 && at(1, 0) == 1 && at(2, 0) == 3 && at(3, 0) == 0);
    ck_assert(at(0, 1) == 0 && at(0, 2) == 1 && at(1, 1) == 1 && at(3, 1) == 0 && at(3, 2) == 0);
    ck_assert_str_eq(v.feature[2], "city=Rome");
    ck_assert(label(0) == 1 && label(1) == 0 && label(2) == 2 && v.data.classes == 3 && v.data.ordinal);
    ck_assert_str_eq(v.data.class_names[2], "10");
    const asy_column *s;
    asy_data_in in = { .arena = a, .diag = d };
    ck_assert_int_eq(asy_data_sensitive(&in, &v.data, "sex", &s), ASY_OK);
    ck_assert(s->n_values == 2 && ((const int32_t *)s->data.data)[1] == 1);
    ck_assert_int_eq(asy_data_sensitive(&in, &v.data, "sexx", &s), ASY_ESPEC);
    ck_assert_ptr_nonnull(strstr(said(), "error[E0304]: the data has no sensitive column `sexx`"));
    good("{file: p.csv, columns: {label: 'score#2', numeric: [age], categorical: [city]}, encode: "
         "{categorical: index, "
         "numeric: none, missing: category}}");
    ck_assert_int_eq(v.shape.d[0], 3); /* age, age missing, city */
    ck_assert(at(3, 0) == 40 && at(3, 1) == 1 && at(0, 1) == 0 && at(0, 2) == 2 && at(3, 2) == 0);
    /* features that nobody names: all columns that are nothing else */
    good("{file: p.csv, columns: {label: 'score#1', drop: ['score#2', age]}}");
    ck_assert_int_eq(v.shape.d[0], 5);
}
END_TEST

START_TEST(columns_that_are_not_there)
{
    text("p.csv", people);
    refused("{file: p.csv, columns: {label: score}}",
            "error[E0403]: the file has two columns named `score`\n"
            "  --> data.yaml:1:32\n"
            " 1 | {file: p.csv, columns: {label: score}}\n"
            "   |                                ^^^^^ column 4 or column 5?\n"
            "   = note: their contents are equal in all 4 rows\n"
            "   = help: write `score#1` or `score#2`\n");
    refused("{file: p.csv, columns: {label: 'score#3'}}", "E0407");
    refused("{file: p.csv, columns: {label: 'score#1', numeric: [aeg]}}", "did you mean `age`?");
    refused("{file: p.csv, columns: {label: 'score#1', numeric: [city]}}", "p.csv:2:2 (row:column)");
    refused("{file: p.csv, columns: {label: 'score#1', numeric: [age]}}",
            "error[E0409]: column `age` has no value");
    refused("{file: p.csv, columns: {label: age, numeric: ['score#1']}}", "the label `age` is missing");
    refused("{file: p.csv, columns: {label: city, ordinal: true, numeric: ['score#1']}}", "E0410");
    refused("{file: p.csv, columns: {lable: city}}", "did you mean `label`?");
    refused("{file: p.csv, sha256: 0000000000000000000000000000000000000000000000000000000000000000}",
            "E0404");
    refused("{file: q.csv}", "E0401");
    text("q.dat", "1");
    refused("{file: q.dat}", "cannot be told from its name");
    text("two.csv", "age,town,sex,score,score\n1,2,3,4,5\n");
    refused("{files: {train: p.csv, test: two.csv}, columns: {label: 'score#1'}}", "column 2 is `town`");
}
END_TEST

static int64_t count(const char *part, int32_t y)
{
    const asy_view *w = asy_dataset_part(&v, part);
    int64_t n = 0;
    for (int64_t i = 0; i < w->n; i++) n += label(w->row[i]) == y;
    return n;
}

/* 90 rows: label 1 in each tenth, groups of three rows. */
static void many_rows(void)
{
    asy_buf b;
    asy_buf_init(&b, 1 << 16);
    asy_buf_puts(&b, "x,who,y\n");
    for (int i = 0; i < 90; i++) asy_buf_printf(&b, "%d,p%d,%d\n", i, i % 30, i % 10 == 0);
    text("m.csv", asy_buf_text(&b));
    asy_buf_free(&b);
}

START_TEST(strata_and_groups)
{
    many_rows();
    good("{file: m.csv, columns: {label: y, numeric: [x]}, split: {train: 0.6, val: 20, test: rest}, "
         "stratify: label}");
    ck_assert(count("train", 1) == 5 || count("train", 1) == 6);
    ck_assert_int_eq(count("val", 0) + count("val", 1), 20);
    ck_assert_int_eq(count("val", 1), 2);
    ck_assert_int_eq(asy_dataset_part(&v, "train")->n, 54);
    good("{file: m.csv, columns: {label: y, numeric: [x], group: who}, split: {train: 0.5, test: rest}, "
         "grouped: who}");
    const asy_view *train = asy_dataset_part(&v, "train"), *test = asy_dataset_part(&v, "test");
    ck_assert(train->n == 45 && test->n == 45);
    bool seen[30] = { false };
    for (int64_t i = 0; i < train->n; i++) seen[train->row[i] % 30] = true;
    for (int64_t i = 0; i < test->n; i++) ck_assert(!seen[test->row[i] % 30]);
    ck_assert(train->row[44] != 44);
    refused("{file: m.csv, columns: {label: y, numeric: [x]}, split: {train: {take: 40}, test: rest}, "
            "grouped: who}",
            "E0405");
    refused("{file: m.csv, columns: {label: y}, stratify: z}", "E0407");
}
END_TEST

START_TEST(noise_and_subsets)
{
    static const char *const methods[] = { "symmetric", "asymmetric", "instance" };
    for (int k = 0; k < 3; k++) {
        asy_buf yaml;
        asy_buf_init(&yaml, 4096);
        asy_buf_printf(&yaml,
                       "{dataset: {method: blobs, n: 4000, n_test: 100, classes: 4}, corrupt: {labels: "
                       "{method: %s, rate: 0.3}}}",
                       methods[k]);
        good(asy_buf_text(&yaml));
        const int32_t *y = asy_data_column(&v.data, ASY_ROLE_LABEL)->data.data,
                      *clean = asy_data_column(&v.data, ASY_ROLE_CLEAN)->data.data;
        int wrong = 0, next = 0;
        for (int i = 0; i < 4000; i++) wrong += y[i] != clean[i], next += y[i] == (clean[i] + 1) % 4;
        ck_assert_msg(wrong > 1080 && wrong < 1320, "%s: %d", methods[k],
                      wrong); /* 4 deviations of B(4000, 0.3) */
        if (k == 1) ck_assert_int_eq(next, wrong);
        if (k == 0) ck_assert(next > wrong / 4 && next < wrong / 2);
        for (int i = 4000; i < 4100; i++) ck_assert_int_eq(y[i], clean[i]);
        int32_t first[40];
        memcpy(first, y, sizeof first);
        ck_assert_int_eq(block(asy_buf_text(&yaml), 1), ASY_OK);
        ck_assert_int_ne(memcmp(first, asy_data_column(&v.data, ASY_ROLE_LABEL)->data.data, sizeof first), 0);
        good(asy_buf_text(&yaml));
        ck_assert_mem_eq(first, asy_data_column(&v.data, ASY_ROLE_LABEL)->data.data, sizeof first);
        asy_buf_free(&yaml);
    }
    good("{dataset: {method: blobs, n: 100, n_test: 10, classes: 2}, subset: {per_class: 7}}");
    ck_assert(count("train", 0) == 7 && count("train", 1) == 7 && asy_dataset_part(&v, "test")->n == 10);
    refused("{dataset: {method: blobs, n: 100, classes: 2}, subset: {per_class: 51}}", "E0405");
}
END_TEST

/* Shares or counts of votes, a column a class: rows divided by their sums. */
START_TEST(soft_labels)
{
    text("s.csv", "x,y,a,b,c\n1,2,1,1,2\n2,0,8,0,0\n3,1,0.25,0.5,0.25\n");
    good("{file: s.csv, columns: {label: y, soft: [a, b, c]}, encode: {numeric: none}}");
    const asy_column *q = asy_data_column(&v.data, ASY_ROLE_SOFT);
    static const double want[] = { 0.25, 0.25, 0.5, 1, 0, 0, 0.25, 0.5, 0.25 };
    ck_assert(q->data.s.n == 2 && q->data.s.d[1] == 3 && v.data.classes == 3);
    ck_assert_mem_eq(q->data.data, want, sizeof want);
    ck_assert(v.shape.d[0] == 1 && at(2, 0) == 3 && label(0) == 2);
    /* without labels: the largest share, the first of equal ones */
    good("{file: s.csv, columns: {soft: [a, b], numeric: [x], drop: [y]}}");
    ck_assert(label(0) == 0 && label(1) == 0 && label(2) == 1 && v.data.classes == 2);
    refused("{file: s.csv, columns: {label: y, soft: [a, b]}}", "have 2 classes, the labels 3");
    refused("{file: s.csv, columns: {label: y, soft: [a]}}", "E0406");
    refused("{file: s.csv, columns: {label: y, soft: [a, b, d]}}", "E0407");
    text("s.csv", "x,y,a,b\n1,0,1,-1\n1,1,1,1\n");
    refused("{file: s.csv, columns: {label: y, soft: [a, b]}}", "below 0");
    text("s.csv", "x,y,a,b\n1,0,0,0\n1,1,1,1\n");
    refused("{file: s.csv, columns: {label: y, soft: [a, b]}}", "no class has a share");
    text("s.csv", "x,y,a,b\n1,0,,1\n1,1,1,1\n");
    refused("{file: s.csv, columns: {label: y, soft: [a, b]}}", "missing");
}
END_TEST

/* A few-shot set: parts with classes of their own. */
START_TEST(per_class_of_the_part)
{
    text("f.csv", "x,y\n1,a\n2,a\n3,b\n4,b\n");
    text("g.csv", "x,y\n1,c\n2,c\n3,d\n");
    good("{files: {train: f.csv, test: g.csv}, columns: {label: y}, split: {train: {per_class: 1}, test: all}}");
    ck_assert(count("train", 0) == 1 && count("train", 1) == 1 && asy_dataset_part(&v, "train")->n == 2);
    good("{files: {train: f.csv, test: g.csv}, columns: {label: y}, subset: {per_class: 2}}");
    ck_assert_int_eq(asy_dataset_part(&v, "train")->n, 4);
    refused("{files: {train: f.csv, test: g.csv}, columns: {label: y}, split: {test: {per_class: 2}}}", "E0405");
    refused("{files: {train: f.csv, test: g.csv}, columns: {label: y}, subset: {per_class: 3}}", "E0405");
}
END_TEST

START_TEST(labels_before_the_noise)
{
    text("c.csv", "x,y,was\n1,cat,cat\n2,dog,cat\n3,dog,dog\n");
    good("{file: c.csv, columns: {label: y, clean: was}, corrupt: {labels: {rate: 1}}}");
    const asy_column *clean = asy_data_column(&v.data, ASY_ROLE_CLEAN);
    ck_assert_mem_eq(clean->data.data, ((const int32_t[]){ 0, 0, 1 }), 12);
    ck_assert(label(0) == 1 && label(1) == 0 && label(2) == 0 && v.shape.d[0] == 1);
    text("c.csv", "x,y,was\n1,cat,cat\n2,dog,bird\n");
    refused("{file: c.csv, columns: {label: y, clean: was}}", "cannot have the value `bird`");
    text("c.csv", "x,y,was\n1,cat,cat\n2,dog,\n");
    refused("{file: c.csv, columns: {label: y, clean: was}}", "E0409");
}
END_TEST

/* Case R04. */
START_TEST(libsvm)
{
    text("a.svm", "1 0:2 3:1\n0 1:5\n1 2:7 3:4\n");
    text("b.svm", "1 1:9 3:1\n0 2:3\n");
    good("{files: {train: a.svm, test: b.svm}}");
    static const float want[] = { 2, 0, 0, 1, 0, 5, 0, 0, 0, 0, 7, 4, 0, 9, 0, 1, 0, 0, 3, 0 };
    ck_assert(v.shape.d[0] == 4 && v.data.n == 5 && v.data.n_notes == 1);
    ck_assert_mem_eq(asy_data_column(&v.data, ASY_ROLE_INPUT)->data.data, want, sizeof want);
    ck_assert_ptr_nonnull(strstr(v.data.notes[0], "counted from 0"));
    text("a.svm", "+1 3:1 1:2 # c\n-1 qid:3 1:1\n-1\n");
    good("{file: a.svm}");
    ck_assert(v.shape.d[0] == 3 && at(0, 0) == 2 && at(0, 2) == 1 && at(2, 0) == 0);
    ck_assert(label(0) == 1 && label(1) == 0 && v.data.classes == 2);
    ck_assert_ptr_nonnull(asy_data_column(&v.data, ASY_ROLE_GROUP));
    text("a.svm", "1 1:1 1:2\n"), refused("{file: a.svm}", "stands twice");
    text("a.svm", "1 1:1 2:\n"), refused("{file: a.svm}", "a.svm:1:3");
    text("a.svm", "1 1:1 -2:1\n"), refused("{file: a.svm}", "E0402");
    text("a.svm", "x 1:1\n"), refused("{file: a.svm}", "label is no finite number");
}
END_TEST

/* Case R07. */
static const unsigned char grey16[] = { 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00,
                                        0x0d, 0x49, 0x48, 0x44, 0x52, 0x00, 0x00, 0x00, 0x02, 0x00, 0x00,
                                        0x00, 0x02, 0x10, 0x00, 0x00, 0x00, 0x00, 0x07, 0x4d, 0x8e, 0xbb,
                                        0x00, 0x00, 0x00, 0x12, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63,
                                        0x60, 0x60, 0x60, 0x64, 0x60, 0x68, 0x60, 0xf8, 0xff, 0x1f, 0x00,
                                        0x05, 0x0e, 0x02, 0x80, 0xb0, 0xe9, 0x3c, 0x28, 0x00, 0x00, 0x00,
                                        0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82 };
static const unsigned char palette[] = {
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52,
    0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x02, 0x08, 0x03, 0x00, 0x00, 0x00, 0x45, 0x68, 0xfd,
    0x16, 0x00, 0x00, 0x00, 0x09, 0x50, 0x4c, 0x54, 0x45, 0x00, 0x00, 0x00, 0x80, 0x00, 0x00, 0x00,
    0x80, 0x00, 0xa6, 0x50, 0x65, 0x53, 0x00, 0x00, 0x00, 0x0e, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c,
    0x63, 0x60, 0x60, 0x64, 0x60, 0x62, 0x04, 0x00, 0x00, 0x0f, 0x00, 0x05, 0x2b, 0xdc, 0x64, 0x4f,
    0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82
};

START_TEST(images)
{
    static const double want[] = { 0, 256 / 65535.0, 32768 / 65535.0, 1 };
    put("g/a/1.png", grey16, sizeof grey16);
    put("g/b/2.png", grey16, sizeof grey16);
    good("{file: g}");
    ck_assert(v.data.n == 2 && v.shape.d[0] == 1 && label(0) == 0 && label(1) == 1);
    ck_assert_str_eq(v.data.class_names[1], "b");
    const float *f = asy_data_column(&v.data, ASY_ROLE_INPUT)->data.data;
    for (int i = 0; i < 4; i++) ck_assert(fabs((double)f[i] - want[i]) < 1e-6);
    put("p/a/1.png", palette, sizeof palette);
    good("{file: p}");
    static const uint8_t colours[] = { 0, 128, 0, 128, 0, 0, 128, 0, 0, 0, 0, 0 };
    ck_assert_mem_eq(asy_data_column(&v.data, ASY_ROLE_INPUT)->data.data, colours, sizeof colours);
    put("p/a/2.png", grey16, sizeof grey16);
    good("{file: p}"); /* all as the richest: RGB, 16 bits; and said so */
    ck_assert(v.shape.d[0] == 3 && v.data.n_notes == 1);
    put("flat/x.png", palette, sizeof palette), put("flat/y.png", palette, sizeof palette);
    text("l.csv", "file,class\ny.png,dog\nx.png,cat\n");
    good("{files: {train: {input: flat, label: l.csv}}}");
    ck_assert(label(0) == 0 && label(1) == 1);
    ck_assert_str_eq(v.data.class_names[0], "cat");
    text("l.csv", "file,class\ny.png,dog\n");
    refused("{files: {train: {input: flat, label: l.csv}}}", "no row for the file `x.png`");
    put("cut/a/1.png", grey16, sizeof grey16 - 30);
    refused("{file: cut}", "E0402");
}
END_TEST

Suite *asy_suite_data_tables(void);
Suite *asy_suite_data_tables(void)
{
    Suite *s = suite_create("data_tables");
    TCase *c = tcase_create("tables");
    tcase_add_checked_fixture(c, begin, end);
    tcase_set_timeout(c, 60);
    tcase_add_test(c, encoding);
    tcase_add_test(c, columns_that_are_not_there);
    tcase_add_test(c, strata_and_groups);
    tcase_add_test(c, noise_and_subsets);
    tcase_add_test(c, soft_labels);
    tcase_add_test(c, per_class_of_the_part);
    tcase_add_test(c, labels_before_the_noise);
    tcase_add_test(c, libsvm);
    tcase_add_test(c, images);
    suite_add_tcase(s, c);
    return s;
}
