// SPDX-License-Identifier: GPL-3.0-or-later
#include "graph/op.h"
#include <check.h>
#include <stdlib.h>
#include <string.h>

static asy_arena *arena;
static asy_graph *g;

static void setup(void)
{
    arena = asy_arena_new(0);
    g = asy_graph_new(arena, ASY_F32);
    ck_assert_ptr_nonnull(g);
}

static void teardown(void)
{
    (void)asy_arena_fail_at(0);
    asy_arena_free(arena);
}

static asy_val row(const char *name, int64_t n)
{
    return asy_input(g, name, ASY_ROW, ASY_F32, ASY_SHAPE(n));
}

START_TEST(identical_nodes_are_shared)
{
    asy_val x = row("x", 3), y = row("y", 3);
    ck_assert_uint_eq(asy_add(g, x, y).id, asy_add(g, x, y).id);
    ck_assert_uint_ne(asy_add(g, x, y).id, asy_add(g, x, x).id);
    ck_assert_uint_ne(asy_add(g, x, y).id, asy_mul(g, x, y).id);
    ck_assert_uint_eq(asy_affine(g, x, 2, 1).id, asy_affine(g, x, 2, 1).id);
    ck_assert_uint_ne(asy_affine(g, x, 2, 1).id, asy_affine(g, x, 2, 3).id);
    ck_assert_uint_eq(asy_fill(g, ASY_ROW, ASY_SHAPE(2), 0).id, asy_fill(g, ASY_ROW, ASY_SHAPE(2), 0).id);
    ck_assert_uint_ne(asy_fill(g, ASY_ROW, ASY_SHAPE(2), 0).id, asy_fill(g, ASY_ROW, ASY_SHAPE(2), -0.0).id);
    ck_assert_uint_ne(asy_fill(g, ASY_ROW, ASY_SHAPE(2), 0).id, asy_fill(g, ASY_BATCH, ASY_SHAPE(2), 0).id);
}
END_TEST

START_TEST(inputs_are_not_shared)
{
    ck_assert_uint_ne(row("x", 3).id, row("x", 3).id);
}
END_TEST

START_TEST(sharing_survives_growth)
{
    asy_val x = row("x", 2), v[3000];
    for (int i = 0; i < 3000; i++) v[i] = asy_affine(g, x, i, 1);
    for (int i = 0; i < 3000; i++) ck_assert_uint_eq(asy_affine(g, x, i, 1).id, v[i].id);
    ck_assert_int_eq(asy_graph_status(g), ASY_OK);
}
END_TEST

START_TEST(values_know_type_and_node)
{
    int result = -1;
    asy_val m[2], x = asy_input(g, "x", ASY_ROW, ASY_F32, ASY_SHAPE(4, 5));
    asy_max_last(g, x, m);
    asy_type t = asy_val_type(g, m[1]);
    ck_assert_int_eq(t.cls, ASY_ROW);
    ck_assert_int_eq(t.dtype, ASY_I32);
    ck_assert_int_eq(t.shape.n, 1);
    ck_assert_int_eq(t.shape.d[0], 4);
    const asy_node *n = asy_val_node(g, m[1], &result);
    ck_assert_int_eq(result, 1);
    ck_assert_str_eq(n->op->name, "max_last");
    ck_assert_uint_eq(n->in[0].id, x.id);
    ck_assert_str_eq(asy_val_node(g, x, NULL)->name, "x");
    ck_assert_ptr_null(asy_val_node(g, (asy_val){0}, NULL));
    ck_assert_ptr_null(asy_val_node(g, (asy_val){999}, NULL));
}
END_TEST

START_TEST(the_first_name_stays)
{
    asy_val y = asy_neg(g, row("x", 2));
    asy_val_name(g, y, "layer/%d", 7);
    asy_val_name(g, y, "again");
    ck_assert_str_eq(asy_val_node(g, y, NULL)->name, "layer/7");
    ck_assert_uint_eq(asy_val_name(g, (asy_val){0}, "none").id, 0);
}
END_TEST

START_TEST(the_first_error_sticks)
{
    asy_val x = row("x", 3), bad = asy_add(g, x, row("y", 2));
    ck_assert_uint_eq(bad.id, 0);
    ck_assert_uint_eq(asy_neg(g, bad).id, 0);
    ck_assert_uint_eq(asy_neg(g, x).id, 0);
    (void)asy_graph_fail(g, "a later failure");
    asy_error_clear();
    ck_assert_int_eq(asy_graph_status(g), ASY_ESHAPE);
    ck_assert_ptr_nonnull(strstr(asy_error_text(), "add"));
    ck_assert_ptr_null(strstr(asy_error_text(), "later"));
}
END_TEST

START_TEST(hostile_arguments)
{
    static const int64_t many[] = {1, 1, 1, 1, 1, 1};
    asy_shape bad[] = {
        asy_shape_of(6, many),       ASY_SHAPE(-1), ASY_SHAPE(-2, 3), ASY_SHAPE(INT64_MAX, 2),
        ASY_SHAPE((int64_t)1 << 50), {.n = -1},     {.n = 99},
    };
    if ((size_t)_i < sizeof bad / sizeof *bad)
        ck_assert_uint_eq(asy_input(g, "x", ASY_ROW, ASY_F32, bad[_i]).id, 0);
    else if (_i == 7) ck_assert_uint_eq(asy_neg(g, (asy_val){1234}).id, 0);
    else if (_i == 8) ck_assert_uint_eq(asy_input(g, "x", ASY_ROW, ASY_F64, ASY_SHAPE(2)).id, 0);
    else ck_assert_uint_eq(asy_fill(g, ASY_ROW, ASY_SHAPE(-1), 1).id, 0);
    ck_assert_int_ne(asy_graph_status(g), ASY_OK);
}
END_TEST

START_TEST(a_graph_that_is_not_there)
{
    ck_assert_uint_eq(asy_input(NULL, "x", ASY_ROW, ASY_F32, ASY_SHAPE(2)).id, 0);
    ck_assert_int_eq(asy_graph_status(NULL), ASY_ENOMEM);
    asy_graph *i32 = asy_graph_new(arena, ASY_I32);
    ck_assert_int_eq(asy_graph_status(i32), ASY_ESHAPE);
}
END_TEST

static asy_status small_model(void)
{
    asy_arena *a = asy_arena_new(0);
    asy_graph *h = asy_graph_new(a, ASY_F32);
    asy_val x = asy_input(h, "x", ASY_ROW, ASY_F32, ASY_SHAPE(4));
    asy_val w = asy_input(h, "w", ASY_BATCH, ASY_F32, ASY_SHAPE(3, 4)), dw;
    asy_val y = asy_input(h, "y", ASY_ROW, ASY_I32, ASY_SCALAR);
    asy_val loss = asy_xent(h, asy_relu(h, asy_linear(h, x, w, (asy_val){0})), y);
    asy_grad(h, loss, 1, &w, &dw);
    asy_status s = asy_graph_status(h);
    ck_assert(dw.id != 0 || s != ASY_OK);
    asy_arena_free(a);
    return s;
}

START_TEST(each_allocation_may_fail)
{
    (void)asy_arena_fail_at(0);
    ck_assert_int_eq(small_model(), ASY_OK);
    long n = asy_arena_fail_at(0);
    ck_assert_int_gt(n, 10);
    for (long i = 1; i <= n; i++) {
        (void)asy_arena_fail_at(i);
        ck_assert_int_eq(small_model(), ASY_ENOMEM);
    }
}
END_TEST

Suite *asy_suite_graph_build(void);
Suite *asy_suite_graph_build(void)
{
    Suite *s = suite_create("graph_build");
    TCase *t = tcase_create("build");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, identical_nodes_are_shared);
    tcase_add_test(t, inputs_are_not_shared);
    tcase_add_test(t, sharing_survives_growth);
    tcase_add_test(t, values_know_type_and_node);
    tcase_add_test(t, the_first_name_stays);
    tcase_add_test(t, the_first_error_sticks);
    tcase_add_loop_test(t, hostile_arguments, 0, 10);
    tcase_add_test(t, a_graph_that_is_not_there);
    tcase_add_test(t, each_allocation_may_fail);
    suite_add_tcase(s, t);
    return s;
}
