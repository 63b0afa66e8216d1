// SPDX-License-Identifier: GPL-3.0-or-later
/* Model files: what is saved loads again; files that do not fit are refused, whole, and the model stays as it
 * was. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "../known/lib/model/_world.h"
#include "../support/memory_sink.h"
#include "base/io.h"

static asy_arena *a;
static char folder[64], path[128];
static asy_memory_sink sink;
static asy_model *m;

static asy_model *new_model(const char *hidden)
{
    const char *const pairs[][2] = { { "hidden", hidden }, { NULL, NULL } };
    asy_model *out;

    ck_assert_int_eq(asy_world_model(&out, a, "mlp", pairs, ASY_SHAPE(1, 2, 2), 3), ASY_OK);
    return out;
}

static void begin(void)
{
    asy_rng r = asy_rng_part(asy_rng_seed(3), "init");

    a = asy_arena_new(0);
    (void)snprintf(folder, sizeof folder, "/tmp/assay-model-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/model.safetensors", folder);
    asy_memory_sink_init(&sink, folder);
    m = new_model("5");
    asy_model_init(m, &r);
}

static void end(void)
{
    asy_memory_sink_free(&sink);
    ck_assert_int_eq(asy_io_remove_tree(folder), ASY_OK);
    asy_arena_free(a);
}

static void save(const asy_model *which)
{
    ck_assert_msg(asy_model_save(which, &sink.sink, "model.safetensors", which->w, "0123456789abcdef")
                      == ASY_OK,
                  "%s", asy_error_text());
}

START_TEST(what_is_saved_loads_again)
{
    static const char *const classes[] = { "cat", "dog", "\"fox\"" };
    asy_model *other = new_model("5");
    char *first, *second;
    size_t n1, n2;

    m->class_names = classes;
    m->lo = -1;
    m->mean[0] = 0.1307;
    m->std[0] = 0.3081;
    save(m);
    ck_assert_int_eq(asy_io_read(a, path, 1 << 20, &first, &n1), ASY_OK);
    ck_assert_msg(asy_model_load(other, path, asy_diag_new(a), a) == ASY_OK, "%s", asy_error_text());
    ck_assert_mem_eq(other->w, m->w, (size_t)m->n * sizeof(float));
    ck_assert_double_eq(other->lo, -1);
    ck_assert_double_eq(other->mean[0], 0.1307);
    ck_assert_double_eq(other->std[0], 0.3081);
    other->class_names = classes;
    save(other);
    ck_assert_int_eq(asy_io_read(a, path, 1 << 20, &second, &n2), ASY_OK);
    ck_assert_uint_eq(n1, n2);
    ck_assert_mem_eq(first, second, n1);
    ck_assert_ptr_nonnull(strstr(first + 8, "0123456789abcdef"));
}
END_TEST

/* The codes of a refused load; the model must not have changed. */
static const char *refusal(asy_model *into)
{
    asy_diag *d = asy_diag_new(a);
    size_t bytes = (size_t)into->n * sizeof(float);
    float *before = ASY_NEWN(a, into->n, float);
    uint64_t version = into->version;
    asy_buf b;
    char *text;

    memcpy(before, into->w, bytes);
    ck_assert_int_eq(asy_model_load(into, path, d, a), ASY_EMODEL);
    ck_assert_int_eq(asy_diag_status(d), ASY_EMODEL);
    ck_assert_mem_eq(before, into->w, bytes);
    ck_assert_uint_eq(into->version, version);
    asy_buf_init(&b, 1 << 16);
    asy_diag_render(d, &b, false);
    text = asy_strdup(a, asy_buf_text(&b));
    asy_buf_free(&b);
    return text;
}

#define REFUSED(into, code, word)                                                        \
    do {                                                                                 \
        const char *r_ = refusal(into);                                                  \
        ck_assert_msg(strstr(r_, code) && strstr(r_, word), "%s", r_);                   \
    } while (0)

START_TEST(another_arch_is_refused)
{
    save(m);
    REFUSED(new_model("6"), "E0503", "another model");
}
END_TEST

START_TEST(a_file_that_is_absent_or_cut_is_refused)
{
    char *data;
    size_t n;

    REFUSED(m, "E0502", path);
    save(m);
    ck_assert_int_eq(asy_io_read(a, path, 1 << 20, &data, &n), ASY_OK);
    ck_assert_int_eq(truncate(path, (off_t)n - 4), 0);
    REFUSED(m, "E0501", path);
    ck_assert_int_eq(truncate(path, 0), 0);
    REFUSED(m, "E0501", path);
}
END_TEST

/* A file made by hand: the model's tensors with one changed, dropped or added, without metadata. */
static void write_tensors(int n, const asy_named t[], int n_meta, const char *const meta[][2])
{
    ck_assert_int_eq(asy_safetensors_write(path, n, t, n_meta, meta), ASY_OK);
}

static void list(asy_named t[8])
{
    for (int i = 0; i < m->n_slots; i++)
        t[i] = (asy_named){ m->slot[i].name, { m->w + m->slot[i].first, m->slot[i].shape, ASY_F32 } };
}

START_TEST(tensors_without_metadata_load)
{
    asy_named t[8];
    asy_model *other = new_model("5");

    list(t);
    write_tensors(4, t, 0, NULL);
    ck_assert_int_eq(asy_model_load(other, path, asy_diag_new(a), a), ASY_OK);
    ck_assert_mem_eq(other->w, m->w, (size_t)m->n * sizeof(float));
}
END_TEST

START_TEST(a_missing_tensor_is_named)
{
    asy_named t[8];

    list(t);
    write_tensors(3, t, 0, NULL);
    REFUSED(m, "E0504", "fc2.bias");
}
END_TEST

START_TEST(a_surplus_tensor_is_named)
{
    asy_named t[8];
    float x = 1;

    list(t);
    t[4] = (asy_named){ "fc1.weights", { &x, ASY_SHAPE(1), ASY_F32 } };
    write_tensors(5, t, 0, NULL);
    REFUSED(m, "E0505", "the model has `fc1.weight`");
}
END_TEST

START_TEST(wrong_shapes_and_types_are_named)
{
    asy_named t[8];
    double *wide = ASY_NEWN(a, 20, double);

    list(t);
    t[0].t.s = ASY_SHAPE(4, 5);
    write_tensors(4, t, 0, NULL);
    REFUSED(m, "E0506", "[4,5]");
    t[0].t = (asy_tensor){ wide, ASY_SHAPE(5, 4), ASY_F64 };
    write_tensors(4, t, 0, NULL);
    REFUSED(m, "E0506", "f64");
}
END_TEST

START_TEST(values_that_are_not_finite_are_refused)
{
    asy_model *other = new_model("5");
    asy_named t[8];

    asy_world_slot(m, "fc2.weight")[7] = _i ? INFINITY : NAN;
    list(t);
    write_tensors(4, t, 0, NULL);
    REFUSED(other, "E0508", "fc2.weight");
}
END_TEST

static const char *const contracts[] = {
    "{", "[]", "{}", "3",
    "{\"classes\":4,\"input\":[1,2,2],\"mean\":[0],\"range\":[0,1],\"std\":[1]}",
    "{\"classes\":3,\"input\":[1,2],\"mean\":[0],\"range\":[0,1],\"std\":[1]}",
    "{\"classes\":3,\"input\":[1,2,2,1],\"mean\":[0],\"range\":[0,1],\"std\":[1]}",
    "{\"classes\":3,\"input\":[1,2,2],\"mean\":[0],\"range\":[0,1],\"std\":[0]}",
    "{\"classes\":3,\"input\":[1,2,2],\"mean\":[0],\"range\":[0,1],\"std\":[-1]}",
    "{\"classes\":3,\"input\":[1,2,2],\"mean\":[0,0],\"range\":[0,1],\"std\":[1,1]}",
    "{\"classes\":3,\"input\":[1,2,2],\"mean\":[0],\"range\":[1,1],\"std\":[1]}",
    "{\"classes\":3,\"input\":[1,2,2],\"mean\":[\"nan\"],\"range\":[0,1],\"std\":[1]}",
    "{\"classes\":3,\"input\":[1,2,2],\"mean\":[0],\"range\":[0],\"std\":[1]}",
    "{\"classes\":3.5,\"input\":[1,2,2],\"mean\":[0],\"range\":[0,1],\"std\":[1]}",
};

START_TEST(a_contract_that_does_not_fit_is_refused)
{
    const char *const meta[][2] = { { "contract", contracts[_i] } };
    asy_named t[8];

    list(t);
    write_tensors(4, t, 1, meta);
    REFUSED(m, "E0507", path);
}
END_TEST

START_TEST(everything_wrong_is_said_at_once)
{
    const char *const meta[][2] = { { "arch", "{}" }, { "contract", "{}" } };
    const char *text;
    asy_named t[8];

    list(t);
    t[0].name = "fc9.weight";
    write_tensors(4, t, 2, meta);
    text = refusal(m);
    ck_assert_ptr_nonnull(strstr(text, "E0503"));
    ck_assert_ptr_nonnull(strstr(text, "E0504"));
    ck_assert_ptr_nonnull(strstr(text, "E0505"));
    ck_assert_ptr_nonnull(strstr(text, "E0507"));
}
END_TEST

Suite *asy_suite_model_file(void);
Suite *asy_suite_model_file(void)
{
    Suite *s = suite_create("model_file");
    TCase *t = tcase_create("file");

    tcase_add_checked_fixture(t, begin, end);
    tcase_add_test(t, what_is_saved_loads_again);
    tcase_add_test(t, another_arch_is_refused);
    tcase_add_test(t, a_file_that_is_absent_or_cut_is_refused);
    tcase_add_test(t, tensors_without_metadata_load);
    tcase_add_test(t, a_missing_tensor_is_named);
    tcase_add_test(t, a_surplus_tensor_is_named);
    tcase_add_test(t, wrong_shapes_and_types_are_named);
    tcase_add_loop_test(t, values_that_are_not_finite_are_refused, 0, 2);
    tcase_add_loop_test(t, a_contract_that_does_not_fit_is_refused, 0, sizeof contracts / sizeof *contracts);
    tcase_add_test(t, everything_wrong_is_said_at_once);
    suite_add_tcase(s, t);
    return s;
}
