// SPDX-License-Identifier: GPL-3.0-or-later
/* Random graphs of many operators and shapes, values and derivatives: plans as users get them (simplified,
 * fused, memory shared, any capacity, threads, number of rows) against a plan that runs every node alone and
 * keeps every value. All bits must agree, but for those of a NaN. */
#include "graph/impl.h"
#include "graph/nn.h"
#include "kernels/kernels.h"
#include <check.h>
#include <math.h>
#include <string.h>

enum { ROWS = 37, N_IN = 9, MOST = 70, N_OUT = 6, CASES = 160 };
typedef struct {
    asy_arena *arena;
    asy_graph *g;
    asy_rng r;
    uint64_t drawn;
    int64_t a, b;
    asy_bind in[N_IN];
    asy_val v[MOST];
    int n;
} world;

static int64_t draw(world *w, int64_t below)
{
    return (int64_t)asy_rng_below(&w->r, 1, w->drawn++, (uint64_t)below);
}

static asy_type type_of(const world *w, asy_val v) { return asy_val_type(w->g, v); }

/* A value that may stand beside `like` as the second operand; {0}: none was found. */
static asy_val suffix_of(world *w, asy_val like)
{
    asy_type t = type_of(w, like);
    for (int k = 0; k < 40; k++) {
        asy_val v = w->v[draw(w, w->n)];
        asy_type s = type_of(w, v);
        bool fits = s.shape.n <= t.shape.n && !(s.cls == ASY_ROW && t.cls == ASY_BATCH) && s.dtype == t.dtype;
        for (int i = 0; fits && i < s.shape.n; i++)
            fits = s.shape.d[i] == t.shape.d[t.shape.n - s.shape.n + i];
        if (fits) return v;
    }
    return (asy_val){ 0 };
}

static asy_val alike(world *w, asy_val like)
{
    asy_type t = type_of(w, like);
    for (int k = 0; k < 40; k++) {
        asy_val v = w->v[draw(w, w->n)];
        asy_type s = type_of(w, v);
        if (s.cls == t.cls && s.dtype == t.dtype && asy_shape_equal(&s.shape, &t.shape)) return v;
    }
    return like;
}

static asy_val unary(world *w, asy_val x)
{
    asy_graph *g = w->g;
    switch (draw(w, 16)) {
    case 0: return asy_neg(g, x);
    case 1: return asy_relu(g, x);
    case 2: return asy_tanh(g, x);
    case 3: return asy_affine(g, x, draw(w, 2) ? 1 : -0.5, draw(w, 3) ? 0.25 : -0.0);
    case 4: return asy_sigmoid(g, x);
    case 5: return asy_gelu(g, asy_clamp(g, x, -3, 2));
    case 6: return asy_abs(g, x);
    case 7: return asy_exp(g, asy_clamp(g, x, -4, 1));
    case 8: return asy_silu(g, x);
    case 9: return asy_square(g, asy_sign(g, x));
    case 10: return asy_through(g, asy_round(g, x), x);
    case 11: return asy_detach(g, x);
    case 12: return asy_sqrt_safe(g, asy_abs(g, x));
    case 13: return asy_log(g, asy_affine(g, asy_abs(g, x), 1, 0.5));
    case 14: return asy_leaky_relu(g, x, 0.1);
    default: return asy_softplus(g, x);
    }
}

static asy_val binary(world *w, asy_val x)
{
    asy_graph *g = w->g;
    asy_val y = suffix_of(w, x), z = alike(w, x);
    if (!y.id) return asy_mul(g, x, z);
    switch (draw(w, 10)) {
    case 0: return asy_add(g, x, y);
    case 1: return asy_sub(g, x, y);
    case 2: return asy_tanh(g, asy_mul(g, x, y));
    case 3: return asy_div(g, x, asy_affine(g, asy_abs(g, y), 1, 0.7));
    case 4: return asy_select(g, asy_greater(g, x, y), z, x);
    case 5: return asy_maximum(g, x, y);
    case 6: return asy_minimum(g, x, y);
    case 7: return asy_div_safe(g, x, asy_floor(g, y));
    case 8: return asy_add(g, z, asy_neg(g, x));
    default: return asy_mul(g, x, asy_less(g, x, y));
    }
}

/* Along the last axis, or back to it. */
static asy_val along(world *w, asy_val x)
{
    asy_graph *g = w->g;
    asy_type t = type_of(w, x);
    int64_t n = t.shape.n > 0 ? t.shape.d[t.shape.n - 1] : 0;
    asy_val out[2];
    if (n < 1) return t.shape.n < 3 && n == 0 ? asy_expand_last(g, x, draw(w, 2) ? w->a : w->b) : x;
    switch (draw(w, 9)) {
    case 0: return asy_softmax(g, x);
    case 1: return asy_log_softmax(g, x);
    case 2: return asy_sub(g, x, asy_expand_last(g, asy_mean_last(g, x), n));
    case 3: return asy_normalize_last(g, x);
    case 4: return asy_logsumexp(g, x);
    case 5: return asy_sum(g, x);
    case 6: return asy_cumsum(g, x, draw(w, 2));
    case 7: return asy_sum_last(g, x);
    default: asy_max_last(g, x, out); return out[0];
    }
}

static asy_val moved(world *w, asy_val x)
{
    asy_graph *g = w->g;
    asy_type t = type_of(w, x);
    if (t.shape.n != 2 || t.shape.d[0] < 1) return t.cls == ASY_ROW ? asy_batch_sum(g, x) : asy_neg(g, x);
    int64_t a = t.shape.d[0], b = t.shape.d[1];
    switch (draw(w, 8)) {
    case 0: return asy_transpose(g, x, (int[]){ 1, 0 });
    case 1: return asy_reshape(g, x, ASY_SHAPE(b, a));
    case 2: return asy_reshape(g, x, ASY_SHAPE(a * b));
    case 3: return asy_flip(g, x, (int)draw(w, 2));
    case 4: return asy_slice(g, asy_concat(g, 2, (asy_val[]){ x, alike(w, x) }, 0), 0, draw(w, a + 1), a);
    case 5: return asy_slice(g, asy_pad(g, x, 1, 1, 1, 0.5), 1, draw(w, 3), b);
    case 6: return asy_sum_lead(g, x, 1);
    default: return asy_matmul(g, x, alike(w, x), false, true);
    }
}

/* From the rows to the batch and back. */
static asy_val across(world *w, asy_val x)
{
    asy_graph *g = w->g;
    asy_type t = type_of(w, x);
    if (t.shape.n > 0 && t.shape.d[0] == -1) return asy_batch_rows(g, x);
    if (t.cls == ASY_BATCH) return asy_broadcast(g, x);
    switch (draw(w, 3)) {
    case 0: return asy_batch_all(g, x);
    case 1: return asy_div(g, asy_batch_sum(g, x), asy_affine(g, asy_rows(g), 1, 1));
    default: return asy_sub(g, x, asy_tanh(g, asy_batch_sum(g, x)));
    }
}

static bool small(const world *w, asy_val v)
{
    asy_type t = type_of(w, v);
    for (int i = 1; i < t.shape.n; i++)
        if (t.shape.d[i] == -1) return false;
    return asy__elements(&t, 1) <= 40000;
}

static void grow(world *w)
{
    while (w->n < MOST) {
        asy_val x = w->v[w->n - 1 - draw(w, w->n < 12 ? w->n : 12)], y;
        switch (draw(w, 8)) {
        case 0:
        case 1:
        case 2: y = unary(w, x); break;
        case 3:
        case 4: y = binary(w, x); break;
        case 5: y = along(w, x); break;
        case 6: y = moved(w, x); break;
        default: y = across(w, x);
        }
        ck_assert_msg(asy_graph_status(w->g) == ASY_OK, "%s", asy_error_text());
        w->v[w->n] = small(w, y) ? y : asy_tanh(w->g, x);
        w->n++;
    }
}

static world make(int seed, asy_dtype real)
{
    static const int64_t SIZE[] = { 1, 2, 3, 5, 7, 16, 17, 33, 64, 100 };
    world w = { .arena = asy_arena_new(0), .r = asy_rng_seed((uint64_t)seed) };
    w.g = asy_graph_new(w.arena, real);
    w.a = SIZE[draw(&w, 10)];
    w.b = SIZE[draw(&w, 10)];
    const asy_type IN[N_IN] = {
        { ASY_ROW, real, ASY_SHAPE(w.a, w.b) },   { ASY_ROW, real, ASY_SHAPE(w.a, w.b) },
        { ASY_ROW, real, ASY_SHAPE(w.b) },        { ASY_ROW, real, ASY_SCALAR },
        { ASY_BATCH, real, ASY_SHAPE(w.a, w.b) }, { ASY_BATCH, real, ASY_SHAPE(w.b) },
        { ASY_BATCH, real, ASY_SCALAR },          { ASY_BATCH, real, ASY_SHAPE(w.b, w.a) },
        { ASY_ROW, real, ASY_SHAPE(w.b, w.a) }
    };
    for (int i = 0; i < N_IN; i++) {
        int64_t n = asy_shape_count(&IN[i].shape) * (IN[i].cls == ASY_ROW ? ROWS : 1);
        float *x = ASY_NEWN(w.arena, n, float);
        double *d = ASY_NEWN(w.arena, n, double);
        asy_rng_uniform(&w.r, 2 + (uint64_t)i, 0, (size_t)n, -2, 2, x);
        for (int64_t k = 0; k < n; k++) d[k] = (double)x[k];
        w.v[w.n++] = asy_input(w.g, "in", IN[i].cls, real, IN[i].shape);
        w.in[i] = (asy_bind){ w.v[i], real == ASY_F32 ? (void *)x : (void *)d, i % 2 ? 1 : 0 };
    }
    w.v[w.n++] = asy_fill(w.g, ASY_ROW, ASY_SHAPE(w.a, w.b), 1);
    w.v[w.n++] = asy_fill(w.g, ASY_BATCH, ASY_SHAPE(w.b), 0);
    grow(&w);
    return w;
}

/* Values, and derivatives of the sum of one of them. */
static int results(world *w, asy_val out[])
{
    asy_val wrt[2] = { w->v[0], w->v[4] }, y = w->v[w->n - 1 - draw(w, 5)];
    int n = 0;
    for (; n < N_OUT - 3; n++) out[n] = w->v[w->n - 1 - draw(w, w->n - N_IN)];
    y = asy_sum(w->g, asy_tanh(w->g, y));
    asy_grad(w->g, y, 2, wrt, out + n);
    out[N_OUT - 1] = y;
    ck_assert_msg(asy_graph_status(w->g) == ASY_OK, "%s", asy_error_text());
    return N_OUT;
}

static bool same(const asy_tensor *a, const asy_tensor *b)
{
    int64_t n = asy_shape_count(&a->s);
    if (a->type != b->type || !asy_shape_equal(&a->s, &b->s)) return false;
    if (memcmp(a->data, b->data, asy_tensor_bytes(a)) == 0) return true;
    for (int64_t i = 0; i < n; i++) {
        double x = a->type == ASY_F32 ? (double)((float *)a->data)[i] : ((double *)a->data)[i];
        double y = a->type == ASY_F32 ? (double)((float *)b->data)[i] : ((double *)b->data)[i];
        if (memcmp(&x, &y, sizeof x) != 0 && !(isnan(x) && isnan(y))) return false;
    }
    return true;
}

static void compare(const world *w, int seed, const asy_val out[], const asy_backend *b, int64_t capacity,
                    asy_pool *pool)
{
    static const int64_t COUNT[] = { ROWS, 1, 0, ROWS, 9, 32 };
    asy_val all[MOST + N_OUT];
    asy_plan *alone, *usual;
    asy_exec *x, *y;
    memcpy(all, out, N_OUT * sizeof *out);
    memcpy(all + N_OUT, w->v, MOST * sizeof *w->v);
    ck_assert_msg(asy__plan_make(&alone, w->g, N_OUT + MOST, all, ROWS, b, true) == ASY_OK, "%s",
                  asy_error_text());
    ck_assert_msg(asy_plan_new(&usual, w->g, N_OUT, out, capacity, b) == ASY_OK, "%s", asy_error_text());
    ck_assert_int_eq(alone->n_fused, 0);
    ck_assert_int_eq(asy_exec_new(&x, alone, NULL), ASY_OK);
    ck_assert_int_eq(asy_exec_new(&y, usual, pool), ASY_OK);
    for (int k = 0; k < 6; k++) {
        ck_assert_msg(asy_exec_run(x, COUNT[k], N_IN, w->in) == ASY_OK, "%s", asy_error_text());
        ck_assert_msg(asy_exec_run(y, COUNT[k], N_IN, w->in) == ASY_OK, "%s", asy_error_text());
        for (int i = 0; i < N_OUT; i++) {
            asy_tensor p = asy_exec_out(x, i), q = asy_exec_out(y, i);
            ck_assert_msg(same(&p, &q), "graph %d: result %d, %%%u (%s), %d rows, %s", seed, i,
                          usual->value_of[out[i].id].id, asy_val_node(w->g, out[i], NULL)->op->name,
                          (int)COUNT[k], b ? b->name : "reference");
        }
    }
    asy_exec_free(x);
    asy_exec_free(y);
    asy_plan_free(alone);
    asy_plan_free(usual);
}

START_TEST(any_plan_gives_the_same_bits)
{
    const asy_backend *b;
    asy_pool *pool;
    asy_val out[N_OUT];
    ck_assert_int_eq(asy_pool_new(&pool, 3), ASY_OK);
    ck_assert_int_eq(asy_backend_choose(&b), ASY_OK);
    world w = make(_i, _i % 8 == 7 ? ASY_F64 : ASY_F32);
    (void)results(&w, out);
    compare(&w, _i, out, b, ROWS, pool);
    compare(&w, _i, out, b, ROWS + 50, NULL);
    compare(&w, _i, out, _i % 2 ? NULL : asy_backend_cpu(ASY_ISA_PLAIN), ROWS + 3, pool);
    asy_pool_free(pool);
    asy_arena_free(w.arena);
}
END_TEST

Suite *asy_suite_random_plans(void);
Suite *asy_suite_random_plans(void)
{
    Suite *s = suite_create("random_plans");
    TCase *t = tcase_create("same bits");
    tcase_set_timeout(t, 120);
    tcase_add_loop_test(t, any_plan_gives_the_same_bits, 0, CASES);
    suite_add_tcase(s, t);
    return s;
}
