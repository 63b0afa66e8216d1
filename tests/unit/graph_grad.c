// SPDX-License-Identifier: GPL-3.0-or-later
#include "graph/check.h"
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static asy_arena *arena;
static asy_graph *g;

static void setup(void)
{
    arena = asy_arena_new(0);
    g = asy_graph_new(arena, ASY_F64);
}

static void teardown(void)
{
    asy_arena_free(arena);
}

static asy_val row(const char *name, int64_t n)
{
    return asy_input(g, name, ASY_ROW, ASY_F64, ASY_SHAPE(n));
}

static asy_val batch(const char *name, int64_t n, int64_t k)
{
    return asy_input(g, name, ASY_BATCH, ASY_F64, k ? ASY_SHAPE(n, k) : ASY_SHAPE(n));
}

static double *numbers(uint64_t entity, int64_t n)
{
    asy_rng r = asy_rng_seed(entity);
    double *x = ASY_NEWN(arena, n, double);
    for (int64_t i = 0; i < n; i++) x[i] = 2 * asy_rng_uniform64(&r, entity, (uint64_t)i) - 1;
    return x;
}

static void expect_near(asy_val v, int64_t rows, int n, const asy_bind in[], int64_t count,
                        const double want[], double far)
{
    asy_plan *p;
    asy_exec *e;
    ck_assert_msg(asy_plan_new(&p, g, 1, &v, rows, NULL) == ASY_OK, "%s", asy_error_text());
    ck_assert_int_eq(asy_exec_new(&e, p, NULL), ASY_OK);
    ck_assert_msg(asy_exec_run(e, rows, n, in) == ASY_OK, "%s", asy_error_text());
    asy_tensor t = asy_exec_out(e, 0);
    ck_assert_int_eq(asy_shape_count(&t.s), count);
    for (int64_t i = 0; i < count; i++) ck_assert_double_eq_tol(((double *)t.data)[i], want[i], far);
    asy_exec_free(e);
    asy_plan_free(p);
}

static void expect(asy_val v, int64_t rows, int n, const asy_bind in[], int64_t count, const double want[])
{
    expect_near(v, rows, n, in, count, want, 1e-12);
}

START_TEST(square)
{
    asy_val x = row("x", 3), dx;
    asy_grad(g, asy_sum(g, asy_mul(g, x, x)), 1, &x, &dx);
    const double v[] = {1, -2, 3, 4, 5, -6}, want[] = {2, -4, 6, 8, 10, -12};
    expect(dx, 2, 1, &(asy_bind){x, v, 0}, 6, want);
}
END_TEST

START_TEST(a_batch_value_gets_the_sum_over_rows)
{
    asy_val x = row("x", 2), s = batch("s", 2, 0), ds;
    asy_grad(g, asy_sum(g, asy_mul(g, x, s)), 1, &s, &ds);
    const double v[] = {1, 2, 3, 4, 5, 6}, w[] = {1, 1}, want[] = {9, 12};
    expect(ds, 3, 2, (asy_bind[]){{x, v, 0}, {s, w, 0}}, 2, want);
}
END_TEST

START_TEST(zeros_where_independent)
{
    asy_val x = row("x", 2), z = row("z", 3), w = batch("w", 2, 2), wrt[] = {x, z, w, x}, out[4];
    asy_val y = asy_sum(g, asy_add(g, asy_detach(g, x), asy_sign(g, x)));
    asy_grad(g, y, 4, wrt, out);
    ck_assert_int_eq(asy_graph_status(g), ASY_OK);
    for (int i = 0; i < 4; i++) {
        asy_type t = asy_val_type(g, out[i]), want = asy_val_type(g, wrt[i]);
        ck_assert_int_eq(t.cls, want.cls);
        ck_assert(asy_shape_equal(&t.shape, &want.shape));
        ck_assert_str_eq(asy_val_node(g, out[i], NULL)->op->name, "fill");
    }
}
END_TEST

START_TEST(by_a_value_in_the_middle)
{
    asy_val x = row("x", 1), h = asy_mul(g, x, x), wrt[] = {x, h}, out[2];
    asy_grad(g, asy_sum(g, asy_mul(g, h, h)), 2, wrt, out);
    const double v[] = {3}, dx[] = {108}, dh[] = {18};
    expect(out[0], 1, 1, &(asy_bind){x, v, 0}, 1, dx);
    expect(out[1], 1, 1, &(asy_bind){x, v, 0}, 1, dh);
}
END_TEST

static int count_op(const char *name, asy_val upto)
{
    int n = 0;
    const asy_node *last = NULL;
    for (uint32_t i = 1; i <= upto.id; i++) {
        const asy_node *node = asy_val_node(g, (asy_val){i}, NULL);
        if (node && node != last && strcmp(node->op->name, name) == 0) n++;
        last = node;
    }
    return n;
}

/* An attack's gradient carries no weight gradients, a training step's none of the input. */
START_TEST(only_paths_are_visited)
{
    asy_val x = row("x", 5), y = asy_input(g, "y", ASY_ROW, ASY_I32, ASY_SCALAR), w1 = batch("w1", 4, 5),
            w2 = batch("w2", 3, 4), dx, dw[2];
    asy_val h = asy_relu(g, asy_linear(g, x, w1, (asy_val){0}));
    asy_val loss = asy_xent(g, asy_linear(g, h, w2, (asy_val){0}), y);
    asy_grad(g, loss, 1, &x, &dx);
    ck_assert_int_eq(count_op("linear_w", dx), 0);
    ck_assert_int_eq(count_op("linear_x", dx), 2);
    asy_grad(g, loss, 2, (asy_val[]){w1, w2}, dw);
    asy_val last = dw[0].id > dw[1].id ? dw[0] : dw[1];
    ck_assert_int_eq(count_op("linear_w", last), 2);
    ck_assert_int_eq(count_op("linear_x", last), 2);
}
END_TEST

START_TEST(hessian_times_vector)
{
    /* y = Σ x⁴ / 12 + x₀ x₁: H = diag(x²) + off-diagonal ones. */
    asy_val x = row("x", 2), v = row("v", 2), x2 = asy_mul(g, x, x);
    asy_val one = asy_input(g, "one", ASY_BATCH, ASY_F64, ASY_SHAPE(1, 2)),
            two = asy_input(g, "two", ASY_BATCH, ASY_F64, ASY_SHAPE(1, 2));
    asy_val cross = asy_mul(g, asy_linear(g, x, one, (asy_val){0}), asy_linear(g, x, two, (asy_val){0}));
    asy_val y = asy_add(g, asy_affine(g, asy_sum(g, asy_mul(g, x2, x2)), 1.0 / 12, 0), asy_sum(g, cross));
    const double xs[] = {2, 3, -1, 5}, vs[] = {1, 10, 2, 1}, e0[] = {1, 0}, e1[] = {0, 1},
                 want[] = {14, 91, 3, 27};
    expect(asy_hvp(g, y, x, v), 2, 4, (asy_bind[]){{x, xs, 0}, {v, vs, 0}, {one, e0, 0}, {two, e1, 0}}, 4,
           want);
    ck_assert_uint_eq(asy_hvp(g, y, x, one).id, 0);
    ck_assert_int_eq(asy_graph_status(g), ASY_ESHAPE);
}
END_TEST

/* A convolution, pooling, relu, soft-plus and soft-max: ∂/∂w ⟨∂y/∂w, v⟩ and ∂/∂x against central differences
 * of the gradient along v. */
START_TEST(hvp_against_differences)
{
    enum { ROWS = 5 };
    static const asy_conv same = { .stride = { 1, 1 }, .pad = { 1, 1 } };
    static const asy_window window = { .size = { 2, 2 }, .stride = { 2, 2 } };
    asy_val x = asy_input(g, "x", ASY_ROW, ASY_F64, ASY_SHAPE(4, 4, 2)), pool[2], y, grad, hvp;
    asy_val w = asy_input(g, "w", ASY_BATCH, ASY_F64, ASY_SHAPE(3, 2, 3, 3)), w2 = batch("w2", 4, 12);
    asy_val label = asy_input(g, "y", ASY_ROW, ASY_I32, ASY_SCALAR), wrt = _i ? w : x;
    asy_val v = _i ? asy_input(g, "v", ASY_BATCH, ASY_F64, ASY_SHAPE(3, 2, 3, 3))
                   : asy_input(g, "v", ASY_ROW, ASY_F64, ASY_SHAPE(4, 4, 2));
    int64_t n = _i ? 54 : ROWS * 32;
    const int32_t labels[ROWS] = { 0, 3, 1, 2, 2 };
    double *at = numbers(1, n), *along = numbers(2, n), *moved = ASY_NEWN(arena, n, double), *want;
    asy_bind in[] = { { x, _i ? numbers(3, ROWS * 32) : moved, 0 },
                      { w, _i ? moved : numbers(4, 54), 0 },
                      { w2, numbers(5, 48), 0 },
                      { label, labels, 0 },
                      { v, along, 0 } };
    asy_max_pool(g, asy_softplus(g, asy_relu(g, asy_conv2d(g, x, w, (asy_val){ 0 }, &same))), &window, pool);
    y = asy_xent(g, asy_linear(g, asy_reshape(g, pool[0], ASY_SHAPE(12)), w2, (asy_val){ 0 }), label);
    asy_grad(g, y, 1, &wrt, &grad);
    hvp = asy_hvp(g, y, wrt, v);
    want = ASY_NEWN(arena, n, double);
    for (int side = -1; side <= 1; side += 2) {
        asy_plan *p;
        asy_exec *e;
        for (int64_t k = 0; k < n; k++) moved[k] = at[k] + side * 1e-5 * along[k];
        ck_assert_msg(asy_plan_new(&p, g, 1, &grad, ROWS, NULL) == ASY_OK, "%s", asy_error_text());
        ck_assert_int_eq(asy_exec_new(&e, p, NULL), ASY_OK);
        ck_assert_msg(asy_exec_run(e, ROWS, 4, in) == ASY_OK, "%s", asy_error_text());
        for (int64_t k = 0; k < n; k++)
            want[k] += side * ((double *)asy_exec_out(e, 0).data)[k] / 2e-5;
        asy_exec_free(e);
        asy_plan_free(p);
    }
    memcpy(moved, at, (size_t)n * sizeof *at);
    double largest = 0;
    for (int64_t k = 0; k < n; k++) largest = fmax(largest, fabs(want[k]));
    ck_assert_double_gt(largest, 1e-2);
    expect_near(hvp, ROWS, 5, in, n, want, 1e-8);
}
END_TEST

/* Row [K, S] of all gradients of one row's K results, by a row value and by weights: each is what asy_grad
 * gives for that result of that row alone. */
START_TEST(rows_of_a_jacobian)
{
    enum { ROWS = 4 };
    int64_t classes = _i ? 37 : 3;      /* more than a concat takes */
    asy_val x = row("x", 6), w = batch("w", 5, 6), b = batch("b", 5, 0), w2 = batch("w2", classes, 5);
    asy_val z = asy_linear(g, asy_tanh(g, asy_linear(g, x, w, b)), w2, (asy_val){0});
    asy_val wrt[] = {x, w, b, w2}, all[4], one[4];
    double *xs = numbers(1, ROWS * 6), *want[4];
    asy_bind in[] = {{x, xs, 0}, {w, numbers(2, 30), 0}, {b, numbers(3, 5), 0}, {w2, numbers(4, 5 * classes), 0}};
    const int64_t size[] = {6, 30, 5, 5 * classes};
    asy_grad_rows(g, z, 4, wrt, all);
    ck_assert_msg(asy_graph_status(g) == ASY_OK, "%s", asy_error_text());
    for (int i = 0; i < 4; i++) want[i] = ASY_NEWN(arena, ROWS * classes * size[i], double);
    for (int64_t k = 0; k < classes; k++) {
        asy_plan *p;
        asy_exec *e;
        asy_grad(g, asy_sum(g, asy_slice(g, z, 0, k, 1)), 4, wrt, one);
        ck_assert_int_eq(asy_plan_new(&p, g, 4, one, 1, NULL), ASY_OK);
        ck_assert_int_eq(asy_exec_new(&e, p, NULL), ASY_OK);
        for (int r = 0; r < ROWS; r++) {
            in[0].data = xs + 6 * r;
            ck_assert_int_eq(asy_exec_run(e, 1, 4, in), ASY_OK);
            for (int i = 0; i < 4; i++)
                memcpy(want[i] + (r * classes + k) * size[i], asy_exec_out(e, i).data,
                       (size_t)size[i] * sizeof(double));
        }
        asy_exec_free(e);
        asy_plan_free(p);
    }
    in[0].data = xs;
    for (int i = 0; i < 4; i++) {
        asy_type t = asy_val_type(g, all[i]), of = asy_val_type(g, wrt[i]);
        ck_assert(t.cls == ASY_ROW && t.shape.n == of.shape.n + 1 && t.shape.d[0] == classes);
        expect(all[i], ROWS, 4, in, ROWS * classes * size[i], want[i]);
    }
}
END_TEST

/* A gradient penalty's own gradient, row by row: the second derivative of each row's loss. */
START_TEST(per_sample_of_a_gradient)
{
    asy_val x = row("x", 2), w = batch("w", 1, 2), dx, dw;
    asy_val z = asy_reshape(g, asy_linear(g, x, w, (asy_val){0}), ASY_SCALAR);
    /* y = (w·x)² / 2: ∂y/∂x = (w·x) w, its square (w·x)² |w|², by w: 2 (w·x) |w|² x + 2 (w·x)² w */
    asy_grad(g, asy_affine(g, asy_mul(g, z, z), 0.5, 0), 1, &x, &dx);
    asy_grad_per_sample(g, asy_sum(g, asy_mul(g, dx, dx)), 1, &w, &dw);
    ck_assert_msg(asy_graph_status(g) == ASY_OK, "%s", asy_error_text());
    const double xs[] = {1, 2, -1, 0.5}, ws[] = {3, -1}, want[] = {2 * 10 + 6, 2 * 2 * 10 - 2, 70 + 73.5, -35 - 24.5};
    expect(dw, 2, 2, (asy_bind[]){{x, xs, 0}, {w, ws, 0}}, 4, want);
}
END_TEST

START_TEST(per_sample_refusals)
{
    asy_val x = row("x", 3), w = batch("w", 2, 3), out = {1};
    asy_val z = asy_linear(g, x, w, (asy_val){0}), i = asy_input(g, "i", ASY_ROW, ASY_I32, ASY_SHAPE(2));
    static const char *const text[] = {"loss of each row", "shape []", "row value [K]", "row value [K]",
                                       "does not exist: through batch_sum"};
    if (_i == 0) asy_grad_per_sample(g, asy_batch_sum(g, asy_sum(g, z)), 1, &w, &out);
    if (_i == 1) asy_grad_per_sample(g, z, 1, &w, &out);
    if (_i == 2) asy_grad_rows(g, asy_batch_sum(g, z), 1, &w, &out);
    if (_i == 3) asy_grad_rows(g, i, 1, &w, &out);
    if (_i == 4) asy_grad_rows(g, asy_sub(g, z, asy_batch_sum(g, z)), 1, &w, &out);
    ck_assert_uint_eq(out.id, 0);
    ck_assert_int_ne(asy_graph_status(g), ASY_OK);
    ck_assert_msg(strstr(asy_error_text(), text[_i]) != NULL, "%s", asy_error_text());
}
END_TEST

/* Three contributions to x whose sum depends on the order; the nodes are made in two orders, the structure is
 * one. */
START_TEST(the_order_of_calls_changes_no_bit)
{
    const double v[] = {0.7, -0.3};
    double got[2][2];
    for (int order = 0; order < 2; order++) {
        asy_graph *h = asy_graph_new(arena, ASY_F64);
        asy_val x = asy_input(h, "x", ASY_ROW, ASY_F64, ASY_SHAPE(2)), part[4], dx;
        for (int i = 0; i < 4; i++) {
            int k = order ? 3 - i : i;
            part[k] = k == 0   ? asy_exp(h, x)
                      : k == 1 ? asy_tanh(h, x)
                      : k == 2 ? asy_affine(h, x, 1e-16, 0)
                               : asy_affine(h, x, 3e8, 0);
        }
        asy_val y = part[0];
        for (int i = 1; i < 4; i++) y = asy_add(h, y, part[i]);
        asy_grad(h, asy_sum(h, y), 1, &x, &dx);
        asy_plan *p;
        asy_exec *e;
        ck_assert_int_eq(asy_plan_new(&p, h, 1, &dx, 1, NULL), ASY_OK);
        ck_assert_int_eq(asy_exec_new(&e, p, NULL), ASY_OK);
        ck_assert_int_eq(asy_exec_run(e, 1, 1, &(asy_bind){x, v, 0}), ASY_OK);
        memcpy(got[order], asy_exec_out(e, 0).data, sizeof got[order]);
        asy_exec_free(e);
        asy_plan_free(p);
    }
    ck_assert_mem_eq(got[0], got[1], sizeof got[0]);
}
END_TEST

START_TEST(refusals)
{
    asy_val x = row("x", 2), i = asy_input(g, "i", ASY_ROW, ASY_I32, ASY_SCALAR), out;
    if (_i == 0) asy_grad(g, x, 1, &x, &out);
    if (_i == 1) asy_grad(g, asy_sum(g, x), 1, &i, &out);
    if (_i == 2) asy_grad(g, i, 1, &x, &out);
    if (_i == 3) asy_grad(g, (asy_val){77}, 1, &x, &out);
    if (_i == 4) asy_grad(g, asy_sum(g, x), 1, &(asy_val){77}, &out);
    ck_assert_uint_eq(out.id, 0);
    ck_assert_int_ne(asy_graph_status(g), ASY_OK);
}
END_TEST

/* Batch normalisation, two layers, soft-max: both orders through row and batch sections. */
START_TEST(a_whole_model_against_differences)
{
    asy_val x = row("x", 4), y = asy_input(g, "y", ASY_ROW, ASY_I32, ASY_SCALAR), w1 = batch("w1", 5, 4),
            b1 = batch("b1", 5, 0), w2 = batch("w2", 3, 5);
    asy_val h = asy_linear(g, x, w1, b1), n = asy_rows(g);
    asy_val d = asy_sub(g, h, asy_div(g, asy_batch_sum(g, h), n));
    asy_val var = asy_div(g, asy_batch_sum(g, asy_mul(g, d, d)), n);
    asy_val z = asy_tanh(g, asy_div(g, d, asy_sqrt(g, asy_affine(g, var, 1, 0.1))));
    asy_val loss = asy_xent(g, asy_linear(g, z, w2, (asy_val){0}), y);
    const int32_t label[] = {0, 2, 1, 1, 0, 2, 2, 0, 1, 0, 2};
    asy_bind in[] = {{x, numbers(1, 44), 0},
                     {w1, numbers(2, 20), 0},
                     {b1, numbers(3, 5), 0},
                     {w2, numbers(4, 15), 0},
                     {y, label, 0}};
    asy_check_result r;
    ck_assert_msg(asy_check_grad(g, loss, 11, 5, in, 0, asy_rng_seed(5), &r) == ASY_OK, "%s",
                  asy_error_text());
    ck_assert_double_lt(r.first, 1e-7);
    ck_assert_double_lt(r.second, 1e-7);
    ck_assert_int_eq(r.skipped, 0);
}
END_TEST

START_TEST(kinks_are_skipped)
{
    asy_val x = row("x", 2);
    const double at[] = {0, 1e-5};
    asy_check_result r;
    ck_assert_int_eq(
        asy_check_grad(g, asy_relu(g, x), 1, 1, &(asy_bind){x, at, 0}, 1e-3, asy_rng_seed(1), &r), ASY_OK);
    ck_assert_int_eq(r.skipped, 4);
    ck_assert_int_eq(asy_check_grad(g, asy_relu(g, x), 1, 1, &(asy_bind){x, at, 0}, 0, asy_rng_seed(1), &r),
                     ASY_OK);
    ck_assert_double_gt(r.first, 1e-2);
}
END_TEST

/* An operator with a wrong rule: x² whose derivative claims to be x. */
static asy_status type_wrong(const asy_node *n, const asy_type in[], asy_type out[])
{
    (void)n;
    out[0] = in[0];
    return ASY_OK;
}

static void eval_wrong(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)n, (void)w;
    for (int64_t i = 0; i < asy_shape_count(&in[0].s); i++)
        ((double *)out[0].data)[i] = ((const double *)in[0].data)[i] * ((const double *)in[0].data)[i];
}

static asy_val vjp_wrong(asy_graph *h, const asy_node *n, const asy_val dout[], int arg)
{
    (void)arg;
    return asy_mul(h, dout[0], n->in[0]);
}

static asy_val vjp_other_type(asy_graph *h, const asy_node *n, const asy_val dout[], int arg)
{
    (void)n, (void)arg;
    return asy_sum(h, dout[0]);
}

static const asy_op wrong = {.name = "wrong",
                             .flags = ASY_OP_ROW,
                             .n_out = 1,
                             .type = type_wrong,
                             .eval = eval_wrong,
                             .vjp = vjp_wrong};
static const asy_op other = {.name = "other",
                             .flags = ASY_OP_ROW,
                             .n_out = 1,
                             .type = type_wrong,
                             .eval = eval_wrong,
                             .vjp = vjp_other_type};

START_TEST(a_wrong_rule_is_found)
{
    asy_val x = row("x", 3), y, dx;
    asy_check_result r;
    asy_node_add(g, &wrong, 1, &x, NULL, 0, &y);
    ck_assert_int_eq(asy_check_grad(g, y, 2, 1, &(asy_bind){x, numbers(1, 6), 0}, 0, asy_rng_seed(1), &r),
                     ASY_OK);
    ck_assert_double_gt(r.first, 1e-2);
    asy_node_add(g, &other, 1, &x, NULL, 0, &y);
    asy_grad(g, asy_sum(g, y), 1, &x, &dx);
    ck_assert_int_eq(asy_graph_status(g), ASY_ESHAPE);
    ck_assert_ptr_nonnull(strstr(asy_error_text(), "other"));
}
END_TEST

START_TEST(only_f64_is_checked)
{
    asy_graph *f = asy_graph_new(arena, ASY_F32);
    asy_val x = asy_input(f, "x", ASY_ROW, ASY_F32, ASY_SHAPE(2));
    asy_check_result r;
    ck_assert_int_eq(asy_check_grad(f, x, 1, 0, NULL, 0, asy_rng_seed(1), &r), ASY_EINVAL);
}
END_TEST

Suite *asy_suite_graph_grad(void);
Suite *asy_suite_graph_grad(void)
{
    Suite *s = suite_create("graph_grad");
    TCase *t = tcase_create("grad");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, square);
    tcase_add_test(t, a_batch_value_gets_the_sum_over_rows);
    tcase_add_test(t, zeros_where_independent);
    tcase_add_test(t, by_a_value_in_the_middle);
    tcase_add_test(t, only_paths_are_visited);
    tcase_add_test(t, hessian_times_vector);
    tcase_add_loop_test(t, hvp_against_differences, 0, 2);
    tcase_add_loop_test(t, rows_of_a_jacobian, 0, 2);
    tcase_add_test(t, per_sample_of_a_gradient);
    tcase_add_loop_test(t, per_sample_refusals, 0, 5);
    tcase_add_test(t, the_order_of_calls_changes_no_bit);
    tcase_add_loop_test(t, refusals, 0, 5);
    tcase_add_test(t, a_whole_model_against_differences);
    tcase_add_test(t, kinks_are_skipped);
    tcase_add_test(t, a_wrong_rule_is_found);
    tcase_add_test(t, only_f64_is_checked);
    suite_add_tcase(s, t);
    return s;
}
