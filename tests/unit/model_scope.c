// SPDX-License-Identifier: GPL-3.0-or-later
/* Scopes: names, sharing, bound values, twins of a model in one graph. */
#include <check.h>
#include <string.h>
#include "../known/lib/model/_world.h"
#include "graph/plan.h"

static asy_arena *a;
static asy_graph *g;
static asy_scope *sc;

static void begin(void)
{
    a = asy_arena_new(0);
    g = asy_graph_new(a, ASY_F32);
    sc = asy_scope_new(a, g, ASY_TRAIN);
}

static void end(void)
{
    asy_arena_free(a);
}

START_TEST(a_name_is_one_value)
{
    asy_val w = asy_scope_weight(sc, "block1/fc.weight", ASY_SHAPE(3, 4), ASY_INIT_HE, 0);
    asy_val again = asy_scope_weight(sc, "block1/fc.weight", ASY_SHAPE(3, 4), ASY_INIT_HE, 0);
    asy_val b = asy_scope_weight(sc, "block1/fc.bias", ASY_SHAPE(3), ASY_INIT_ZERO, 4);

    ck_assert_uint_eq(w.id, again.id);
    ck_assert_uint_ne(w.id, b.id);
    ck_assert_int_eq(asy_scope_count(sc), 2);
    ck_assert_str_eq(asy_scope_at(sc, 0)->name, "block1/fc.weight");
    ck_assert_int_eq(asy_scope_at(sc, 0)->fan_in, 4);
    ck_assert_int_eq(asy_scope_at(sc, 1)->fan_in, 4);
    ck_assert_int_eq(asy_scope_mode(sc), ASY_TRAIN);
    ck_assert_int_eq(asy_graph_status(g), ASY_OK);
}
END_TEST

static const char *const bad_names[] = {
    "", "Conv.weight", "a b", "w\n", "a234567890123456789012345678901234567890123456789012345678901234x"
};

START_TEST(a_bad_name_fails_the_graph)
{
    asy_val v = asy_scope_weight(sc, bad_names[_i], ASY_SHAPE(2), ASY_INIT_ZERO, 0);

    ck_assert_uint_eq(v.id, 0);
    ck_assert_int_eq(asy_graph_status(g), ASY_ESHAPE);
    ck_assert_ptr_nonnull(strstr(asy_error_text(), "tensor name"));
}
END_TEST

START_TEST(another_shape_fails_the_graph)
{
    asy_scope_weight(sc, "w", ASY_SHAPE(2, 3), ASY_INIT_ZERO, 0);
    ck_assert_uint_eq(asy_scope_weight(sc, "w", ASY_SHAPE(3, 2), ASY_INIT_ZERO, 0).id, 0);
    ck_assert_int_eq(asy_graph_status(g), ASY_ESHAPE);
    ck_assert_ptr_nonnull(strstr(asy_error_text(), "[3,2]"));
    ck_assert_ptr_nonnull(strstr(asy_error_text(), "[2,3]"));
}
END_TEST

START_TEST(empty_and_huge_tensors_fail_the_graph)
{
    asy_shape s = _i == 0 ? ASY_SHAPE(4, 0) : ASY_SHAPE(INT64_MAX / 2, 16);

    ck_assert_uint_eq(asy_scope_weight(sc, "w", s, ASY_INIT_ZERO, 0).id, 0);
    ck_assert_int_eq(asy_graph_status(g), ASY_ESHAPE);
}
END_TEST

START_TEST(a_bound_value_of_another_shape_fails_the_graph)
{
    asy_scope_bind(sc, "w", asy_fill(g, ASY_BATCH, ASY_SHAPE(5), 1));
    ck_assert_uint_eq(asy_scope_weight(sc, "w", ASY_SHAPE(4), ASY_INIT_ZERO, 0).id, 0);
    ck_assert_int_eq(asy_graph_status(g), ASY_ESHAPE);
}
END_TEST

START_TEST(taps_are_found_by_name)
{
    asy_val v = asy_fill(g, ASY_BATCH, ASY_SCALAR, 1);

    asy_scope_tap(sc, "features", v);
    ck_assert_uint_eq(asy_scope_tapped(sc, "features").id, v.id);
    ck_assert_uint_eq(asy_scope_tapped(sc, "layer/9").id, 0);
}
END_TEST

/* The model as it is, and a twin whose first weight is doubled: z′ − b = 2 (z − b). */
START_TEST(twins_share_a_graph)
{
    asy_model *m;
    asy_scope *twin = asy_scope_new(a, g, ASY_EVAL);
    asy_val x, z[2];
    asy_bind bind[8];
    asy_plan *plan;
    asy_exec *exec;
    int n;
    asy_rng r = asy_rng_part(asy_rng_seed(1), "init");
    const float data[] = { 0.25f, 0.5f, 1.0f };

    ck_assert_int_eq(asy_world_model(&m, a, "linear", NULL, ASY_SHAPE(3), 2), ASY_OK);
    asy_model_init(m, &r);
    memset(asy_world_slot(m, "fc1.bias"), 0, 2 * sizeof(float));
    x = asy_input(g, "x", ASY_ROW, ASY_F32, ASY_SHAPE(3));
    z[0] = asy_model_emit(m, sc, x);
    asy_scope_bind(twin, "fc1.weight", asy_affine(g, asy_scope_at(sc, 0)->val, 2, 0));
    z[1] = asy_model_emit(m, twin, x);
    ck_assert(asy_scope_at(twin, 0)->bound);
    ck_assert_uint_ne(asy_scope_tapped(sc, "logits").id, asy_scope_tapped(twin, "logits").id);
    ck_assert_int_eq(asy_plan_new(&plan, g, 2, z, 1, NULL), ASY_OK);
    ck_assert_int_eq(asy_exec_new(&exec, plan, NULL), ASY_OK);
    bind[0] = (asy_bind){ x, data, 0 };
    n = 1 + asy_model_bind(m, sc, m->w, m->version, bind + 1);
    ck_assert_int_eq(n, 3);
    n += asy_model_bind(m, twin, m->w, m->version, bind + n);
    ck_assert_int_eq(n, 4);
    ck_assert_int_eq(asy_exec_run(exec, 1, n, bind), ASY_OK);
    for (int k = 0; k < 2; k++)
        ck_assert_float_eq(((float *)asy_exec_out(exec, 1).data)[k],
                           2 * ((float *)asy_exec_out(exec, 0).data)[k]);
    ck_assert_float_ne(((float *)asy_exec_out(exec, 0).data)[0], 0);
    asy_exec_free(exec);
    asy_plan_free(plan);
}
END_TEST

Suite *asy_suite_model_scope(void);
Suite *asy_suite_model_scope(void)
{
    Suite *s = suite_create("model_scope");
    TCase *t = tcase_create("scope");

    tcase_add_checked_fixture(t, begin, end);
    tcase_add_test(t, a_name_is_one_value);
    tcase_add_loop_test(t, a_bad_name_fails_the_graph, 0, sizeof bad_names / sizeof *bad_names);
    tcase_add_test(t, another_shape_fails_the_graph);
    tcase_add_loop_test(t, empty_and_huge_tensors_fail_the_graph, 0, 2);
    tcase_add_test(t, a_bound_value_of_another_shape_fails_the_graph);
    tcase_add_test(t, taps_are_found_by_name);
    tcase_add_test(t, twins_share_a_graph);
    suite_add_tcase(s, t);
    return s;
}
