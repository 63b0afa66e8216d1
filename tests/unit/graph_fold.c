// SPDX-License-Identifier: GPL-3.0-or-later
/* Simpler forms: each is compared, bit by bit and on the awkward numbers, with the plan that keeps every
 * node; what need not run does not run, and what only looks as if it could be left out is kept. */
#include "graph/impl.h"
#include "graph/nn.h"
#include "kernels/kernels.h"
#include <check.h>
#include <math.h>
#include <string.h>

enum { ROWS = 5, A = 3, B = 4, N = A * B, N_IN = 4 };
static asy_graph *g;
typedef asy_val build(const asy_val in[]); /* x, y: row [A,B]; w: batch [B]; v: batch [A,B] */

static asy_val fill(asy_val like, double value)
{
    asy_type t = asy_val_type(g, like);
    return asy_fill(g, t.cls, t.shape, value);
}

#define X in[0]
#define Y in[1]
#define W in[2]
#define V in[3]
#define DEFINE(name, expr)                                                                                   \
    static asy_val name(const asy_val in[])                                                                  \
    {                                                                                                        \
        (void)in;                                                                                            \
        return expr;                                                                                         \
    }
DEFINE(add_minus0, asy_add(g, X, fill(X, -0.0)))
DEFINE(minus0_add, asy_add(g, fill(X, -0.0), X))
DEFINE(add_plus0, asy_add(g, X, fill(X, 0)))
DEFINE(sum_plus0, asy_add(g, asy_sum_last(g, X), fill(asy_sum_last(g, X), 0)))
DEFINE(square_plus0, asy_add(g, asy_mul(g, X, X), fill(X, 0)))
DEFINE(abs_affine, asy_affine(g, asy_abs(g, X), 1, 0))
DEFINE(sub_plus0, asy_sub(g, X, fill(X, 0)))
DEFINE(sub_minus0, asy_sub(g, X, fill(X, -0.0)))
DEFINE(sub_row0, asy_sub(g, X, asy_fill(g, ASY_BATCH, ASY_SCALAR, 0)))
DEFINE(mul_1, asy_mul(g, X, asy_fill(g, ASY_BATCH, ASY_SHAPE(B), 1)))
DEFINE(one_mul, asy_mul(g, fill(X, 1), X))
DEFINE(mul_0, asy_mul(g, X, fill(X, 0)))
DEFINE(div_1, asy_div(g, X, fill(X, 1)))
DEFINE(one_constant, asy_div(g, X, asy_constant(g, ASY_SHAPE(B), (double[]){ 1, 1, 1, 1 })))
DEFINE(uneven_constant, asy_div(g, X, asy_constant(g, ASY_SHAPE(B), (double[]){ 1, 1, 1, 2 })))
DEFINE(affine_minus0, asy_affine(g, X, 1, -0.0))
DEFINE(affine_plus0, asy_affine(g, X, 1, 0))
DEFINE(neg_neg, asy_neg(g, asy_neg(g, X)))
DEFINE(add_neg, asy_add(g, X, asy_neg(g, W)))
DEFINE(neg_add, asy_add(g, asy_neg(g, X), Y))
DEFINE(sub_neg, asy_sub(g, X, asy_neg(g, Y)))
DEFINE(neg_mul_neg, asy_mul(g, asy_neg(g, X), asy_neg(g, W)))
DEFINE(neg_div_neg, asy_div(g, asy_neg(g, X), asy_neg(g, Y)))
DEFINE(affine_neg, asy_affine(g, asy_neg(g, X), 0.3, -0.7))
DEFINE(neg_sub, asy_neg(g, asy_sub(g, X, Y)))
DEFINE(neg_affine, asy_neg(g, asy_affine(g, X, 2, 1)))
DEFINE(commuted, asy_sub(g, asy_add(g, X, Y), asy_add(g, Y, X)))
DEFINE(commuted_mul, asy_div(g, asy_mul(g, X, Y), asy_mul(g, Y, X)))
DEFINE(relu_relu, asy_relu(g, asy_relu(g, X)))
DEFINE(relu_abs, asy_relu(g, asy_abs(g, X)))
DEFINE(abs_neg, asy_abs(g, asy_neg(g, X)))
DEFINE(abs_abs, asy_abs(g, asy_abs(g, X)))
DEFINE(sign_sign, asy_sign(g, asy_sign(g, X)))
DEFINE(floor_round, asy_floor(g, asy_round(g, X)))
DEFINE(clamp_clamp, asy_clamp(g, asy_clamp(g, X, -1, 2), -1, 2))
DEFINE(clamp_other, asy_clamp(g, asy_clamp(g, X, -1, 2), -1, 1))
DEFINE(select_same, asy_select(g, Y, X, X))
DEFINE(select_1, asy_select(g, fill(X, -2), X, Y))
DEFINE(select_0, asy_select(g, fill(X, -0.0), X, Y))
DEFINE(greater_self, asy_greater(g, X, X))
DEFINE(less_self, asy_less(g, X, X))
DEFINE(equal_self, asy_equal(g, X, X))
DEFINE(maximum_self, asy_maximum(g, X, X))
DEFINE(minimum_self, asy_minimum(g, X, X))
DEFINE(detach, asy_neg(g, asy_detach(g, X)))
DEFINE(through, asy_through(g, X, asy_exp(g, Y)))
DEFINE(same_through_detach, asy_add(g, asy_exp(g, X), asy_exp(g, asy_detach(g, X))))
DEFINE(transpose_back, asy_transpose(g, asy_transpose(g, X, (int[]){ 1, 0 }), (int[]){ 1, 0 }))
DEFINE(transpose_twice, asy_from_chw(g, asy_from_chw(g, asy_reshape(g, X, ASY_SHAPE(2, 3, 2)))))
DEFINE(one_channel, asy_from_chw(g, asy_reshape(g, X, ASY_SHAPE(1, A, B))))
DEFINE(reshape_twice, asy_neg(g, asy_reshape(g, asy_reshape(g, X, ASY_SHAPE(N)), ASY_SHAPE(2, 6))))
DEFINE(rows_and_back, asy_neg(g, asy_batch_rows(g, asy_batch_all(g, X))))
DEFINE(flip_back, asy_flip(g, asy_flip(g, X, 1), 1))
DEFINE(flip_other, asy_flip(g, asy_flip(g, X, 1), 0))
DEFINE(slice_slice, asy_slice(g, asy_slice(g, X, 1, 1, 3), 1, 1, 2))
DEFINE(slice_pad, asy_slice(g, asy_pad(g, X, 0, 2, 1, 5), 0, 2, A))
DEFINE(slice_into_pad, asy_slice(g, asy_pad(g, X, 0, 2, 1, 5), 0, 1, A))
DEFINE(slice_concat, asy_slice(g, asy_concat(g, 2, (asy_val[]){ X, Y }, 0), 0, A, A))
DEFINE(slice_across, asy_slice(g, asy_concat(g, 2, (asy_val[]){ X, Y }, 0), 0, 1, A))
DEFINE(of_constants, asy_add(g, X, asy_exp(g, asy_affine(g, fill(X, 0.3), 2, -0.1))))
DEFINE(spread, asy_mul(g, X, asy_broadcast(g, asy_fill(g, ASY_BATCH, ASY_SHAPE(A, B), 1))))
DEFINE(expanded, asy_sub(g, X, asy_expand_last(g, asy_fill(g, ASY_ROW, ASY_SHAPE(A), 0), B)))
DEFINE(lead, asy_sub(g, V, asy_expand_lead(g, asy_fill(g, ASY_BATCH, ASY_SCALAR, 0), ASY_SHAPE(A, B))))

/* steps: of the simplified plan; 0: it is a copy of an input or a constant. */
static const struct {
    const char *name;
    build *make;
    int steps, plain;
} CASES[] = {
#define CASE(f, steps, plain)                                                                                \
    {                                                                                                        \
#f, f, steps, plain                                                                                  \
    }
    CASE(add_minus0, 0, 1),
    CASE(minus0_add, 0, 1),
    CASE(add_plus0, 1, 1),
    CASE(sum_plus0, 1, 2),
    CASE(square_plus0, 1, 2),
    CASE(abs_affine, 1, 2),
    CASE(sub_plus0, 0, 1),
    CASE(sub_minus0, 1, 1),
    CASE(sub_row0, 0, 1),
    CASE(mul_1, 0, 1),
    CASE(one_mul, 0, 1),
    CASE(mul_0, 1, 1),
    CASE(div_1, 0, 1),
    CASE(one_constant, 0, 2),
    CASE(uneven_constant, 2, 2),
    CASE(affine_minus0, 0, 1),
    CASE(affine_plus0, 1, 1),
    CASE(neg_neg, 0, 2),
    CASE(add_neg, 1, 2),
    CASE(neg_add, 1, 2),
    CASE(sub_neg, 1, 2),
    CASE(neg_mul_neg, 1, 3),
    CASE(neg_div_neg, 1, 3),
    CASE(affine_neg, 1, 2),
    CASE(neg_sub, 2, 2),
    CASE(neg_affine, 2, 2),
    CASE(commuted, 2, 3),
    CASE(commuted_mul, 2, 3),
    CASE(relu_relu, 1, 2),
    CASE(relu_abs, 1, 2),
    CASE(abs_neg, 1, 2),
    CASE(abs_abs, 1, 2),
    CASE(sign_sign, 1, 2),
    CASE(floor_round, 1, 2),
    CASE(clamp_clamp, 1, 2),
    CASE(clamp_other, 2, 2),
    CASE(select_same, 0, 1),
    CASE(select_1, 0, 1),
    CASE(select_0, 0, 1),
    CASE(greater_self, 0, 1),
    CASE(less_self, 0, 1),
    CASE(equal_self, 1, 1),
    CASE(maximum_self, 0, 1),
    CASE(minimum_self, 0, 1),
    CASE(detach, 1, 1),
    CASE(through, 0, 1),
    CASE(same_through_detach, 2, 3),
    CASE(transpose_back, 0, 2),
    CASE(transpose_twice, 1, 2),
    CASE(one_channel, 0, 1),
    CASE(reshape_twice, 1, 1),
    CASE(rows_and_back, 1, 1),
    CASE(flip_back, 0, 2),
    CASE(flip_other, 2, 2),
    CASE(slice_slice, 1, 2),
    CASE(slice_pad, 0, 2),
    CASE(slice_into_pad, 2, 2),
    CASE(slice_concat, 0, 2),
    CASE(slice_across, 2, 2),
    CASE(of_constants, 1, 3),
    CASE(spread, 0, 2),
    CASE(expanded, 0, 2),
    CASE(lead, 0, 2),
};
enum { N_CASES = sizeof CASES / sizeof *CASES };

/* ±0, ±1, subnormal, tiny, huge, infinite, NaN and others, each beside each. */
static double number(asy_dtype real, int i)
{
    static const double some[] = { 0, -0.0, 1, -1, 0.5, -2.5, 3.75, 1e30, -1e30, 7, -0.3, 2, -2 };
    double tiny = real == ASY_F32 ? (double)1e-42f : 4e-320,
           edge[] = { tiny, -tiny, (double)INFINITY, -(double)INFINITY, (double)NAN };
    enum { SOME = sizeof some / sizeof *some, EDGE = 5 };
    i %= SOME + EDGE;
    return i < SOME ? some[i] : edge[i - SOME];
}

static asy_val inputs(asy_arena *a, asy_dtype real, asy_val in[], asy_bind bind[], build *make)
{
    static const struct {
        asy_class cls;
        asy_shape s;
        int64_t n;
        int step;
    } IN[N_IN] = { { ASY_ROW, { 2, { A, B } }, ROWS * N, 1 },
                   { ASY_ROW, { 2, { A, B } }, ROWS * N, 7 },
                   { ASY_BATCH, { 1, { B } }, B, 5 },
                   { ASY_BATCH, { 2, { A, B } }, N, 11 } };
    g = asy_graph_new(a, real);
    for (int i = 0; i < N_IN; i++) {
        char *data = asy_alloc(a, (size_t)IN[i].n, sizeof(double));
        for (int k = 0; k < IN[i].n; k++) {
            double v = number(real, IN[i].step * k + i + k / 18);
            if (real == ASY_F32) ((float *)(void *)data)[k] = (float)v;
            else ((double *)(void *)data)[k] = v;
        }
        in[i] = asy_input(g, "in", IN[i].cls, real, IN[i].s);
        bind[i] = (asy_bind){ in[i], data, 0 };
    }
    asy_val y = make(in);
    ck_assert_msg(asy_graph_status(g) == ASY_OK, "%s", asy_error_text());
    return y;
}

static double element(const asy_tensor *t, int64_t i)
{
    return t->type == ASY_F32 ? (double)((float *)t->data)[i] : ((double *)t->data)[i];
}

static void expect_same(const char *name, const asy_tensor *a, const asy_tensor *b)
{
    ck_assert(a->type == b->type && asy_shape_equal(&a->s, &b->s));
    for (int64_t i = 0; i < asy_shape_count(&a->s); i++) {
        double x = element(a, i), y = element(b, i);
        ck_assert_msg((isnan(x) && isnan(y)) || (x == y && !signbit(x) == !signbit(y)),
                      "%s: element %d is %g, not %g", name, (int)i, x, y);
    }
}

static void compare(int at, asy_dtype real, const asy_backend *b)
{
    asy_arena *a = asy_arena_new(0);
    asy_val in[N_IN], y;
    asy_bind bind[N_IN];
    asy_plan *p[2];
    asy_exec *e[2];
    y = inputs(a, real, in, bind, CASES[at].make);
    for (int i = 0; i < 2; i++) {
        ck_assert_msg(asy__plan_make(&p[i], g, 1, &y, ROWS, b, i) == ASY_OK, "%s", asy_error_text());
        ck_assert_int_eq(asy_exec_new(&e[i], p[i], NULL), ASY_OK);
        ck_assert_int_eq(asy_exec_run(e[i], ROWS, N_IN, bind), ASY_OK);
    }
    ck_assert_msg(p[0]->n_step == CASES[at].steps && p[1]->n_step == CASES[at].plain, "%s: %d and %d steps",
                  CASES[at].name, p[0]->n_step, p[1]->n_step);
    asy_tensor got = asy_exec_out(e[0], 0), want = asy_exec_out(e[1], 0);
    expect_same(CASES[at].name, &got, &want);
    for (int i = 0; i < 2; i++) {
        asy_exec_free(e[i]);
        asy_plan_free(p[i]);
    }
    asy_arena_free(a);
}

START_TEST(the_bits_stay)
{
    const asy_backend *b;
    ck_assert_int_eq(asy_backend_choose(&b), ASY_OK);
    compare(_i, ASY_F32, b);
    compare(_i, ASY_F32, asy_backend_cpu(ASY_ISA_PLAIN));
    compare(_i, ASY_F32, NULL);
    compare(_i, ASY_F64, NULL);
}
END_TEST

/* The names of what went pass to what stays, so that traces and errors know them. */
START_TEST(names_are_kept)
{
    asy_arena *a = asy_arena_new(0);
    g = asy_graph_new(a, ASY_F32);
    asy_val x = asy_input(g, "x", ASY_ROW, ASY_F32, ASY_SHAPE(2));
    asy_val y = asy_val_name(g, asy_detach(g, asy_exp(g, x)), "layer/1");
    asy_plan *p;
    ck_assert_int_eq(asy_plan_new(&p, g, 1, &y, 3, NULL), ASY_OK);
    ck_assert_int_eq(p->n_step, 1);
    ck_assert_str_eq(p->step[0].node->name, "layer/1");
    asy_plan_free(p);
    asy_arena_free(a);
}
END_TEST

/* Constants of one value are one piece of memory. */
START_TEST(constants_are_shared)
{
    asy_arena *a = asy_arena_new(0);
    g = asy_graph_new(a, ASY_F32);
    asy_val x = asy_input(g, "x", ASY_ROW, ASY_F32, ASY_SHAPE(1000)), y[2];
    asy_val z = asy_input(g, "z", ASY_ROW, ASY_F32, ASY_SHAPE(600));
    y[0] = asy_greater(g, x, fill(x, 0.5));
    y[1] = asy_sum(g, asy_less(g, z, fill(z, 0.5)));
    asy_plan *p;
    ck_assert_int_eq(asy_plan_new(&p, g, 2, y, 32, NULL), ASY_OK);
    ck_assert_uint_eq(p->constants, 32 * 1000 * sizeof(float));
    asy_plan_free(p);
    asy_arena_free(a);
}
END_TEST

/* A plan keeps nothing of the graph it was made of. */
START_TEST(the_graph_may_go)
{
    asy_arena *a = asy_arena_new(0);
    g = asy_graph_new(a, ASY_F32);
    asy_val x = asy_input(g, "the input", ASY_ROW, ASY_F32, ASY_SHAPE(2)),
            y = asy_log(g, asy_affine(g, x, 2, 0));
    const float v[] = { 1, 4 }, bad[] = { 1, -4 };
    asy_plan *p;
    asy_exec *e;
    ck_assert_int_eq(asy_plan_new(&p, g, 1, &y, 1, NULL), ASY_OK);
    asy_arena_free(a);
    ck_assert_int_eq(asy_exec_new(&e, p, NULL), ASY_OK);
    asy_exec_check(e, true);
    ck_assert_int_eq(asy_exec_run(e, 1, 1, &(asy_bind){ x, v, 0 }), ASY_OK);
    ck_assert_float_eq_tol(((float *)asy_exec_out(e, 0).data)[1], 2.0794415f, 1e-6f);
    ck_assert_int_eq(asy_exec_run(e, 1, 1, &(asy_bind){ x, bad, 0 }), ASY_EFINITE);
    ck_assert_ptr_nonnull(strstr(asy_error_text(), "log"));
    ck_assert_int_eq(asy_exec_run(e, 1, 0, NULL), ASY_EINVAL);
    ck_assert_ptr_nonnull(strstr(asy_error_text(), "'the input'"));
    asy_exec_free(e);
    asy_plan_free(p);
}
END_TEST

Suite *asy_suite_graph_fold(void);
Suite *asy_suite_graph_fold(void)
{
    Suite *s = suite_create("graph_fold");
    TCase *t = tcase_create("fold");
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, the_bits_stay, 0, N_CASES);
    tcase_add_test(t, names_are_kept);
    tcase_add_test(t, constants_are_shared);
    tcase_add_test(t, the_graph_may_go);
    suite_add_tcase(s, t);
    return s;
}
