// SPDX-License-Identifier: GPL-3.0-or-later
/* Per-sample and clipped gradients of each small net, by three engines: a loop over rows that knows nothing
 * but the plain gradient of a batch of one, gradients made in the graph, and one pass. */
#include "graph/clip.h"
#include "graph/nn.h"
#include "kernels/kernels.h"
#include "../support/small_nets.h"
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = ASY_NET_ROWS, MOST_W = ASY_NET_WEIGHTS, MOST_OUT = MOST_W + 3 };
static const asy_dtype REAL[] = { ASY_F64, ASY_F32 };

static const asy_backend *fastest(asy_dtype real)
{
    const asy_backend *b = NULL;
    if (real == ASY_F32) ck_assert_int_eq(asy_backend_choose(&b), ASY_OK);
    return b;
}

/* ---- the loop: gradient[w][row · size + k], summed in double */
typedef struct {
    int n;
    int64_t size[MOST_W];
    double *gradient[MOST_W], norm[ROWS][MOST_W + 1]; /* of each weight, and of all */
} loop;

static void loop_over_rows(asy_net *t, loop *l)
{
    asy_val out[MOST_W];
    asy_tensor got[MOST_W];
    l->n = t->n_w;
    asy_grad(t->g, t->rows, t->n_w, t->w, out);
    for (int i = 0; i < t->n_w; i++) {
        asy_shape s = asy_val_type(t->g, t->w[i]).shape;
        l->size[i] = asy_shape_count(&s);
        l->gradient[i] = ASY_NEWN(t->arena, ROWS * l->size[i], double);
    }
    for (int r = 0; r < ROWS; r++) {
        double all = 0;
        asy_net_run(t, t->n_w, out, 1, 1, r, fastest(asy_graph_real(t->g)), NULL, got);
        for (int i = 0; i < t->n_w; i++) {
            double length = 0;
            for (int64_t k = 0; k < l->size[i]; k++) {
                double d = asy_net_get(&got[i], k);
                l->gradient[i][r * l->size[i] + k] = d;
                length = hypot(length, d);
            }
            l->norm[r][i] = length;
            all = hypot(all, length);
        }
        l->norm[r][t->n_w] = all;
    }
}

static double factor_of(asy_clip_rule rule, double n, double bound, double gamma)
{
    double s = n * (1 + 1e-6);
    if (!isfinite(n)) return 0;
    if (rule == ASY_CLIP_FLAT) return n == 0 ? 1 : fmin(1, bound / s);
    if (rule == ASY_CLIP_NORMALISED) return fmin(0x1p64, bound / s);
    if (rule == ASY_CLIP_AUTOMATIC) return bound / (s + gamma);
    if (rule == ASY_CLIP_PSAC) return bound / (s + gamma / (n + gamma));
    return n <= gamma ? bound / (gamma * (1 + 1e-6)) : 0;
}

/* Σ c g over rows first … first + rows − 1, element k of weight i; group: each weight has its own norm. */
static double looped(const loop *l, const asy_clip *c, int first, int rows, int i, int64_t k)
{
    double sum = 0, bound = c->bound * (c->n_group ? (c->share ? c->share[i] : 1 / sqrt(c->n_group)) : 1);
    for (int r = first; r < first + rows; r++) {
        if (!isfinite(l->norm[r][l->n])) continue;
        double f = factor_of(c->rule, l->norm[r][c->n_group ? i : l->n], bound, c->gamma);
        if (f > 0) sum += f * l->gradient[i][r * l->size[i] + k];
    }
    return sum;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double middle_norm(const loop *l)
{
    double n[ROWS];
    for (int r = 0; r < ROWS; r++) n[r] = l->norm[r][l->n];
    qsort(n, ROWS, sizeof *n, by_value);
    return (double)(float)n[ROWS / 2];
}

/* ---- comparison */
static void compare(asy_net *t, const loop *l, const asy_clip *clip, int first, int rows, const char *what)
{
    asy_val out[MOST_OUT];
    asy_tensor got[MOST_OUT];
    asy_clipped info;
    bool narrow = asy_graph_real(t->g) == ASY_F32;
    double far = (narrow ? 1e-5 : 1e-12) * fmax(clip->bound, 1e-3);
    asy_grad_clipped(t->g, t->rows, t->n_w, t->w, clip, out, &info);
    ck_assert_msg(asy_graph_status(t->g) == ASY_OK, "%s: %s", what, asy_error_text());
    out[t->n_w] = info.norm;
    out[t->n_w + 1] = info.factor;
    out[t->n_w + 2] = info.sensitivity;
    asy_net_run(t, t->n_w + 3, out, rows > 0 ? rows : 1, rows, first, fastest(asy_graph_real(t->g)), NULL, got);
    for (int i = 0; i < t->n_w; i++) {
        asy_shape s = asy_val_type(t->g, t->w[i]).shape;
        ck_assert(asy_shape_equal(&got[i].s, &s));
        for (int64_t k = 0; k < l->size[i]; k++) {
            double a = asy_net_get(&got[i], k), b = looped(l, clip, first, rows, i, k);
            ck_assert_msg(fabs(a - b) <= far, "%s: weight %d, element %d is %.9g, not %.9g; bound %g", what, i,
                          (int)k, a, b, clip->bound);
        }
    }
    for (int r = 0; r < rows; r++) {
        double a = asy_net_get(&got[t->n_w], r), b = l->norm[first + r][l->n];
        ck_assert_msg(isfinite(b) ? fabs(a - b) <= (narrow ? 1e-5 : 1e-12) * fmax(b, 1e-3) : !isfinite(a),
                      "%s: the norm of row %d is %.9g, not %.9g", what, first + r, a, b);
    }
    double sensitivity = asy_net_get(&got[t->n_w + 2], 0);
    ck_assert_msg(fabs(sensitivity - clip->bound) <= 1e-6 * clip->bound, "%s: sensitivity %.9g of %.9g", what,
                  sensitivity, clip->bound);
}

typedef struct {
    asy_net net;
    loop l;
    char what[120];
} world;

static void begin(world *w, int i)
{
    const asy_net_kind *kind = &asy_net_kinds[i / 2];
    asy_net_begin(&w->net, kind, REAL[i % 2]);
    (void)snprintf(w->what, sizeof w->what, "%s, %s", kind->name, asy_dtype_name(REAL[i % 2]));
}

START_TEST(per_sample_is_a_loop)
{
    world w;
    asy_val each[MOST_W], plain[MOST_W];
    asy_tensor got[MOST_W], sum[MOST_W];
    begin(&w, _i);
    asy_net *t = &w.net;
    double far = REAL[_i % 2] == ASY_F32 ? 1e-5 : 1e-12;
    loop_over_rows(t, &w.l);
    asy_grad_per_sample(t->g, t->rows, t->n_w, t->w, each);
    asy_grad(t->g, t->rows, t->n_w, t->w, plain);
    ck_assert_msg(asy_graph_status(t->g) == ASY_OK, "%s: %s", w.what, asy_error_text());
    asy_net_run(t, t->n_w, each, ROWS, ROWS, 0, fastest(REAL[_i % 2]), NULL, got);
    asy_net_run(t, t->n_w, plain, ROWS, ROWS, 0, fastest(REAL[_i % 2]), NULL, sum);
    for (int i = 0; i < t->n_w; i++)
        for (int64_t k = 0; k < w.l.size[i]; k++) {
            double total = 0;
            for (int r = 0; r < ROWS; r++) {
                double a = asy_net_get(&got[i], r * w.l.size[i] + k), b = w.l.gradient[i][r * w.l.size[i] + k];
                ck_assert_msg(fabs(a - b) <= far * fmax(1, fabs(b)), "%s: weight %d, row %d: %.9g, not %.9g",
                              w.what, i, r, a, b);
                total += a;
            }
            ck_assert_msg(fabs(total - asy_net_get(&sum[i], k)) <= far * ROWS, "%s: the rows' sum", w.what);
        }
    asy_net_end(t);
}
END_TEST

START_TEST(engines_agree)
{
    world w;
    begin(&w, _i);
    loop_over_rows(&w.net, &w.l);
    double middle = middle_norm(&w.l);
    ck_assert_double_gt(middle, 1e-3);
    for (int rule = ASY_CLIP_FLAT; rule <= ASY_CLIP_GLOBAL; rule++)
        for (int engine = ASY_CLIP_ONE_PASS; engine <= ASY_CLIP_MATERIALISED; engine++) {
            asy_clip c = { .rule = (asy_clip_rule)rule, .engine = (asy_clip_engine)engine, .bound = middle,
                           .gamma = rule == ASY_CLIP_GLOBAL ? 1.003 * middle : 0.01 };
            compare(&w.net, &w.l, &c, 0, ROWS, w.what);
        }
    asy_net_end(&w.net);
}
END_TEST

/* The empty lot, the lot of one, a lot that ends inside a group of 8 rows. */
START_TEST(lots)
{
    static const int rows[] = { 0, 1, 7 };
    world w;
    begin(&w, _i);
    loop_over_rows(&w.net, &w.l);
    for (int k = 0; k < 3; k++)
        for (int engine = ASY_CLIP_ONE_PASS; engine <= ASY_CLIP_MATERIALISED; engine++) {
            asy_clip c = { .engine = (asy_clip_engine)engine, .bound = middle_norm(&w.l) };
            compare(&w.net, &w.l, &c, 3, rows[k], w.what);
        }
    asy_net_end(&w.net);
}
END_TEST

/* Each weight is clipped by itself. */
START_TEST(groups)
{
    static const double uneven[] = { 0.8, 0.6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
    int group[MOST_W];
    world w;
    begin(&w, _i);
    loop_over_rows(&w.net, &w.l);
    for (int i = 0; i < MOST_W; i++) group[i] = i;
    for (int k = 0; k < 2; k++) {
        asy_clip c = { .bound = middle_norm(&w.l), .n_group = w.net.n_w, .group = group,
                       .share = k && w.net.n_w >= 2 ? uneven : NULL };
        compare(&w.net, &w.l, &c, 0, ROWS, w.what);
    }
    asy_net_end(&w.net);
}
END_TEST

/* Rows without a gradient, with a huge one, with NaN, with one that overflows, with an infinite input. */
START_TEST(odd_rows)
{
    world w;
    begin(&w, _i);
    asy_net *t = &w.net;
    bool narrow = REAL[_i % 2] == ASY_F32;
    asy_net_put(t, t->scale, 2, 0, 0);
    asy_net_put(t, t->scale, 4, 0, narrow ? 1e30 : 1e100);
    asy_net_put(t, t->scale, 6, 0, (double)NAN);
    asy_net_put(t, t->scale, 9, 0, (double)INFINITY);
    if (t->x.id) asy_net_put(t, t->x, 11, 1, (double)INFINITY);
    if (t->x.id) asy_net_put(t, t->x, 13, 0, (double)NAN);
    loop_over_rows(t, &w.l);
    ck_assert(!isfinite(w.l.norm[6][t->n_w]));
    ck_assert(isfinite(w.l.norm[4][t->n_w]));
    for (int engine = ASY_CLIP_ONE_PASS; engine <= ASY_CLIP_MATERIALISED; engine++)
        for (int rule = ASY_CLIP_FLAT; rule <= ASY_CLIP_AUTOMATIC; rule++) {
            asy_clip c = { .rule = (asy_clip_rule)rule, .engine = (asy_clip_engine)engine, .bound = 0.5,
                           .gamma = 0.01 };
            compare(t, &w.l, &c, 0, ROWS, w.what);
        }
    asy_net_end(t);
}
END_TEST

/* One row more moves the sum by no more than the sensitivity. */
START_TEST(never_above_the_bound)
{
    world w;
    asy_val out[MOST_W];
    asy_tensor got[MOST_W];
    asy_clipped info;
    asy_clip c = { .rule = ASY_CLIP_NORMALISED, .bound = 0.037 };
    begin(&w, 2 * _i + 1);
    asy_net *t = &w.net;
    asy_grad_clipped(t->g, t->rows, t->n_w, t->w, &c, out, &info);
    for (int r = 0; r < ROWS; r++) {
        double length = 0;
        asy_net_run(t, t->n_w, out, 1, 1, r, fastest(ASY_F32), NULL, got);
        for (int i = 0; i < t->n_w; i++)
            for (int64_t k = 0; k < asy_shape_count(&got[i].s); k++)
                length = hypot(length, asy_net_get(&got[i], k));
        ck_assert_msg(length <= c.bound * (1 + 1e-6), "%s, row %d: %.9g", w.what, r, length);
        ck_assert_msg(length >= c.bound * (1 - 1e-5), "%s, row %d: only %.9g", w.what, r, length);
    }
    asy_net_end(t);
}
END_TEST

static void expect_same(int n, const asy_tensor a[], const asy_tensor b[], const char *what)
{
    for (int i = 0; i < n; i++)
        ck_assert_msg(memcmp(a[i].data, b[i].data, asy_tensor_bytes(&a[i])) == 0, "%s: result %d", what, i);
}

START_TEST(same_bits)
{
    world w;
    asy_val out[2 * MOST_OUT];
    asy_tensor want[2 * MOST_OUT], got[2 * MOST_OUT];
    asy_clipped info;
    int n = 0;
    begin(&w, 2 * _i + 1);
    asy_net *t = &w.net;
    for (int engine = ASY_CLIP_ONE_PASS; engine <= ASY_CLIP_MATERIALISED; engine++) {
        asy_clip c = { .engine = (asy_clip_engine)engine, .bound = 0.5 };
        asy_grad_clipped(t->g, t->rows, t->n_w, t->w, &c, out + n, &info);
        n += t->n_w;
        out[n++] = info.norm;
    }
    asy_net_run(t, n, out, ROWS, ROWS, 0, asy_backend_cpu(ASY_ISA_PLAIN), NULL, want);
    for (int isa = ASY_ISA_PLAIN; isa <= ASY_ISA_AVX512; isa++)
        for (int threads = 1; threads <= 3; threads++) {
            const asy_backend *b = asy_backend_cpu((asy_isa)isa);
            asy_pool *pool;
            if (!b) continue;
            ck_assert_int_eq(asy_pool_new(&pool, threads), ASY_OK);
            asy_net_run(t, n, out, ROWS + 13 * threads, ROWS, 0, b, pool, got);
            expect_same(n, want, got, w.what);
            asy_pool_free(pool);
        }
    asy_net_end(t);
}
END_TEST

/* C as an input: the same bits as C as a number; the sensitivity follows it. */
START_TEST(bound_as_a_value)
{
    world w;
    asy_val out[2 * MOST_OUT];
    asy_clipped number, value;
    asy_clip c = { .bound = 0.25 };
    const float bound = 0.25f;
    begin(&w, 1);
    asy_net *t = &w.net;
    int n = t->n_w, in = t->n_bind;
    asy_plan *p;
    asy_exec *e;
    asy_bind bind[ASY_NET_IN + ASY_NET_WEIGHTS + 1];
    asy_grad_clipped(t->g, t->rows, n, t->w, &c, out, &number);
    c = (asy_clip){ .bound = -1, .bound_val = asy_input(t->g, "C", ASY_BATCH, ASY_F32, ASY_SCALAR) };
    asy_grad_clipped(t->g, t->rows, n, t->w, &c, out + n, &value);
    out[2 * n] = value.sensitivity;
    asy_net_bind(t, 0, bind);
    bind[in] = (asy_bind){ c.bound_val, &bound, 0 };
    ck_assert_int_eq(asy_plan_new(&p, t->g, 2 * n + 1, out, ROWS, fastest(ASY_F32)), ASY_OK);
    ck_assert_int_eq(asy_exec_new(&e, p, NULL), ASY_OK);
    ck_assert_int_eq(asy_exec_run(e, ROWS, in + 1, bind), ASY_OK);
    for (int i = 0; i < n; i++) {
        asy_tensor a = asy_exec_out(e, i), b = asy_exec_out(e, n + i);
        ck_assert_mem_eq(a.data, b.data, asy_tensor_bytes(&a));
    }
    asy_tensor s = asy_exec_out(e, 2 * n);
    ck_assert_float_eq(*(float *)s.data, bound);
    asy_exec_free(e);
    asy_plan_free(p);
    asy_net_end(t);
}
END_TEST

static size_t bytes_for(asy_net *t, int n, const asy_val out[], int64_t rows)
{
    asy_plan *p;
    ck_assert_int_eq(asy_plan_new(&p, t->g, n, out, rows, fastest(ASY_F32)), ASY_OK);
    size_t bytes = asy_plan_bytes(p, 1);
    asy_plan_free(p);
    return bytes;
}

/* Memory that a further row costs: for a convolution and an embedding no more than in a plain step, for a
 * large linear layer its input and its output's derivative once more, and never its gradient. */
START_TEST(no_gradient_of_a_row_is_kept)
{
    static const char *const names[] = { "large linear", "large weight norm", "convolution",
                                         "embedding", "17 tokens" };
    int kind = 0;
    while (strcmp(asy_net_kinds[kind].name, names[_i]) != 0) kind++;
    for (int engine = ASY_CLIP_ONE_PASS; engine <= (_i > 1); engine++) {
        world w;
        asy_val plain[MOST_W], out[MOST_OUT];
        asy_clipped info;
        asy_clip c = { .bound = 1, .engine = (asy_clip_engine)engine };
        begin(&w, 2 * kind + 1);
        asy_net *t = &w.net;
        asy_grad(t->g, t->rows, t->n_w, t->w, plain);
        asy_grad_clipped(t->g, t->rows, t->n_w, t->w, &c, out, &info);
        double before = (double)(bytes_for(t, t->n_w, plain, 4096) - bytes_for(t, t->n_w, plain, 2048)) / 2048;
        double after = (double)(bytes_for(t, t->n_w, out, 4096) - bytes_for(t, t->n_w, out, 2048)) / 2048;
        double more = _i < 2 ? 2 * (200 + 180) * sizeof(float) : 16;
        ck_assert_msg(after <= before + more, "%s: %g bytes a row, %g in a plain step", w.what, after, before);
        asy_net_end(t);
    }
}
END_TEST

/* ---- refusals */
static asy_arena *arena;
static asy_graph *g;
static asy_val x, weights, rows;

static void setup(void)
{
    arena = asy_arena_new(0);
    g = asy_graph_new(arena, ASY_F64);
    x = asy_input(g, "x", ASY_ROW, ASY_F64, ASY_SHAPE(3));
    weights = asy_input(g, "w", ASY_BATCH, ASY_F64, ASY_SHAPE(2, 3));
    rows = asy_sum(g, asy_linear(g, x, weights, (asy_val){ 0 }));
}

static void teardown(void) { asy_arena_free(arena); }

static asy_val mean_of_rows(asy_val v) { return asy_div(g, asy_batch_sum(g, v), asy_rows(g)); }

static const struct {
    const char *text;
    int which;
} refused[] = {
    { "batch_sum", 0 },    { "batch_sum", 1 },  { "rows", 2 },       { "batch_all", 3 },
    { "loss of each row", 4 }, { "a row value", 5 }, { "the bound is -1", 6 }, { "needs a", 7 },
    { "no weights", 8 },   { "without a bound", 9 }, { "group 3 of 2", 10 }, { "the share", 11 },
};

START_TEST(refusals)
{
    asy_val out[2] = { { 7 }, { 7 } }, loss = rows, centred = asy_sub(g, x, mean_of_rows(x));
    asy_val wrt[2] = { weights, weights };
    asy_clip c = { .bound = 1 };
    asy_clipped info;
    int n = 1, group[] = { 0, 3 };
    double share[] = { -1, 1 };
    switch (refused[_i].which) {
    case 0: loss = asy_sum(g, asy_linear(g, centred, weights, (asy_val){ 0 })); break;
    case 1: loss = asy_mul(g, rows, asy_detach(g, mean_of_rows(rows))); break;
    case 2: loss = asy_div(g, rows, asy_rows(g)); break;
    case 3: loss = asy_batch_rows(g, asy_sum_last(g, asy_gram(g, asy_batch_all(g, x)))); break;
    case 4: loss = asy_batch_sum(g, rows); break;
    case 5: wrt[0] = x; break;
    case 6: c.bound = -1; break;
    case 7: c.rule = ASY_CLIP_AUTOMATIC; break;
    case 8: n = 0; break;
    case 9: c.rule = ASY_CLIP_NORMALISED, c.bound = (double)INFINITY; break;
    case 10: n = 2, c.n_group = 2, c.group = group; break;
    default: c.n_group = 2, c.group = group, c.share = share;
    }
    asy_grad_clipped(g, loss, n, wrt, &c, out, &info);
    ck_assert_uint_eq(info.norm.id + info.factor.id + info.sensitivity.id, 0);
    if (n) ck_assert_uint_eq(out[0].id, 0);
    ck_assert_int_ne(asy_graph_status(g), ASY_OK);
    ck_assert_msg(strstr(asy_error_text(), refused[_i].text) != NULL, "%s", asy_error_text());
    if (refused[_i].which < 4)
        ck_assert_ptr_nonnull(strstr(asy_error_text(), "a per-sample gradient does not exist"));
}
END_TEST

/* A clipped sum that is differentiated again says so instead of giving 0. */
START_TEST(no_second_derivative)
{
    asy_val out, again;
    asy_clipped info;
    asy_grad_clipped(g, asy_mul(g, rows, rows), 1, &weights, &(asy_clip){ .bound = 1 }, &out, &info);
    ck_assert_int_eq(asy_graph_status(g), ASY_OK);
    asy_grad(g, asy_sum(g, out), 1, &weights, &again);
    ck_assert_uint_eq(again.id, 0);
    ck_assert_int_ne(asy_graph_status(g), ASY_OK);
    ck_assert_ptr_nonnull(strstr(asy_error_text(), "has no derivative"));
}
END_TEST

Suite *asy_suite_clipped(void);
Suite *asy_suite_clipped(void)
{
    Suite *s = suite_create("clipped");
    TCase *t = tcase_create("nets"), *r = tcase_create("refusals");
    int n = asy_net_count();
    tcase_set_timeout(t, 120);
    tcase_add_loop_test(t, per_sample_is_a_loop, 0, 2 * n);
    tcase_add_loop_test(t, engines_agree, 0, 2 * n);
    tcase_add_loop_test(t, lots, 0, 2 * n);
    tcase_add_loop_test(t, groups, 0, 2 * n);
    tcase_add_loop_test(t, odd_rows, 0, 2 * n);
    tcase_add_loop_test(t, never_above_the_bound, 0, n);
    tcase_add_loop_test(t, same_bits, 0, n);
    tcase_add_test(t, bound_as_a_value);
    tcase_add_loop_test(t, no_gradient_of_a_row_is_kept, 0, 5);
    tcase_add_checked_fixture(r, setup, teardown);
    tcase_add_loop_test(r, refusals, 0, (int)(sizeof refused / sizeof *refused));
    tcase_add_test(r, no_second_derivative);
    suite_add_tcase(s, t);
    suite_add_tcase(s, r);
    return s;
}
