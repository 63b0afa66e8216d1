// SPDX-License-Identifier: GPL-3.0-or-later
/* Same-bits conformance: random shapes, this backend against the plain table, and rows against themselves at
 * other places and in other company. Graphs are built by the public builders, so that packing, chunks and
 * tiles are those of real plans. */
#include "../base/rng.h"
#include "../graph/ops.h"
#include "kernels.h"

#include <stdio.h>
#include <string.h>

enum { TRIALS = 12, MAX_IN = 4, MAX_OUT = 6, MAX_ROWS = 33 };

/* One random graph: its inputs (values drawn by `draw`) and results. */
typedef struct {
    asy_arena *arena;
    asy_rng rng;
    uint64_t drawn;
    asy_graph *g;
    int n_in, n_out;
    asy_val in[MAX_IN], out[MAX_OUT];
    int64_t labels; /* I32 inputs are drawn in [−1, labels]: also out of range */
    char what[200];
} trial;

static int64_t pick(trial *t, int n, const int64_t v[])
{
    return v[asy_rng_below(&t->rng, 0, t->drawn++, (uint64_t)n)];
}
#define PICK(t, ...)                                                                                         \
    pick((t), (int)(sizeof((int64_t[]){ __VA_ARGS__ }) / sizeof(int64_t)), (int64_t[]){ __VA_ARGS__ })

static asy_val input(trial *t, asy_class c, asy_dtype type, asy_shape s)
{
    char name[8];
    snprintf(name, sizeof name, "in%d", t->n_in);
    return t->in[t->n_in++] = asy_input(t->g, name, c, type, s);
}

static void output(trial *t, asy_val v) { t->out[t->n_out++] = v; }

static void dense(trial *t)
{
    int64_t k = PICK(t, 1, 3, 16, 17, 31, 64, 100, 257), n = PICK(t, 1, 10, 16, 31, 33, 64, 128, 200);
    asy_val x = input(t, ASY_ROW, ASY_F32, ASY_SHAPE(k)), w = input(t, ASY_BATCH, ASY_F32, ASY_SHAPE(n, k)),
            b = input(t, ASY_BATCH, ASY_F32, ASY_SHAPE(n)), dy = input(t, ASY_ROW, ASY_F32, ASY_SHAPE(n));
    snprintf(t->what, sizeof t->what, "linear %lld to %lld", (long long)k, (long long)n);
    output(t, asy_linear(t->g, x, w, b));
    output(t, asy_linear(t->g, x, w, (asy_val){ 0 }));
    output(t, asy_linear_x(t->g, dy, w));
    output(t, asy_linear_w(t->g, dy, x)); /* 257·200 > ASY_SUM_SMALL: both rules occur */
}

static void tokens(trial *t)
{
    int64_t s = PICK(t, 1, 2, 5, 17), k = PICK(t, 3, 16, 33, 512), n = PICK(t, 1, 17, 64, 100);
    asy_val x = input(t, ASY_ROW, ASY_F32, ASY_SHAPE(s, k)), w = input(t, ASY_BATCH, ASY_F32, ASY_SHAPE(n, k)),
            b = input(t, ASY_BATCH, ASY_F32, ASY_SHAPE(n)), dy = input(t, ASY_ROW, ASY_F32, ASY_SHAPE(s, n));
    snprintf(t->what, sizeof t->what, "%lld tokens, linear %lld to %lld", (long long)s, (long long)k,
             (long long)n);
    output(t, asy_linear(t->g, x, w, b));
    output(t, asy_linear_x(t->g, dy, w));
    output(t, asy_linear_w(t->g, dy, x));
}

static void matrices(trial *t)
{
    int64_t m = PICK(t, 1, 2, 9, 16, 33), k = PICK(t, 1, 3, 17, 64, 300), n = PICK(t, 1, 5, 16, 33, 70);
    asy_val a = input(t, ASY_ROW, ASY_F32, ASY_SHAPE(2, m, k)), b = input(t, ASY_ROW, ASY_F32, ASY_SHAPE(2, k, n)),
            c = input(t, ASY_ROW, ASY_F32, ASY_SHAPE(2, m, n)), all;
    snprintf(t->what, sizeof t->what, "matmul %lldx%lldx%lld", (long long)m, (long long)k, (long long)n);
    output(t, asy_matmul(t->g, a, b, false, false));
    output(t, asy_matmul(t->g, c, b, false, true));
    output(t, asy_matmul(t->g, a, c, true, false));
    output(t, asy_matmul(t->g, b, a, true, true));
    all = asy_batch_all(t->g, asy_reshape(t->g, c, ASY_SHAPE(2 * m * n)));
    output(t, asy_batch_sum(t->g, asy_batch_rows(t->g, asy_matmul(t->g, asy_matmul(t->g, all, all, false, true),
                                                                  all, false, false))));
}

/* Images whose sizes fit the window, outputs of all three operators. */
static void convolve(trial *t, int64_t c, int64_t o, int64_t kh, int64_t kw, asy_conv p)
{
    const int64_t small = c < 1000 ? 25 : 1;
    const int64_t reach[2] = { p.dilation[0] * (kh - 1), p.dilation[1] * (kw - 1) };
    for (int i = 0; i < 2; i++)
        if (p.pad[i] > reach[i]) p.pad[i] = reach[i];
    int64_t h = reach[0] + 1 + PICK(t, 0, 1, 4, 9, 23) % small, w = reach[1] + 1 + PICK(t, 0, 1, 5, 12, 25);
    int64_t oh = (h + 2 * p.pad[0] - reach[0] - 1) / p.stride[0] + 1,
            ow = (w + 2 * p.pad[1] - reach[1] - 1) / p.stride[1] + 1;
    asy_val x = input(t, ASY_ROW, ASY_F32, ASY_SHAPE(h, w, c)),
            k = input(t, ASY_BATCH, ASY_F32, ASY_SHAPE(o, c / p.groups, kh, kw)),
            b = input(t, ASY_BATCH, ASY_F32, ASY_SHAPE(o)),
            dy = input(t, ASY_ROW, ASY_F32, ASY_SHAPE(oh, ow, o));
    snprintf(t->what, sizeof t->what,
             "conv2d %lldx%lldx%lld to %lld, window %lldx%lld, stride %lld %lld, pad %lld %lld, "
             "dilation %lld %lld, groups %lld",
             (long long)h, (long long)w, (long long)c, (long long)o, (long long)kh, (long long)kw,
             (long long)p.stride[0], (long long)p.stride[1], (long long)p.pad[0], (long long)p.pad[1],
             (long long)p.dilation[0], (long long)p.dilation[1], (long long)p.groups);
    output(t, asy_conv2d(t->g, x, k, PICK(t, 0, 1) ? b : (asy_val){ 0 }, &p));
    output(t, asy_conv2d_x(t->g, dy, k, &p, ASY_SHAPE(h, w, c)));
    output(t, asy_conv2d_w(t->g, dy, x, &p, ASY_SHAPE(o, c / p.groups, kh, kw)));
}

static void convolution(trial *t)
{
    asy_conv p = { .stride = { PICK(t, 1, 1, 2), PICK(t, 1, 1, 2, 3) },
                   .pad = { PICK(t, 0, 1, 2), PICK(t, 0, 1, 2) },
                   .dilation = { PICK(t, 1, 1, 2), PICK(t, 1, 1, 3) },
                   .groups = 1 };
    int64_t c = PICK(t, 1, 2, 3, 5, 16, 17, 32, 33), o = PICK(t, 1, 10, 16, 31, 33, 64);
    convolve(t, c, o, PICK(t, 1, 2, 3, 5), PICK(t, 1, 3, 3, 4), p);
}

static void groups(trial *t)
{
    asy_conv p = { .stride = { PICK(t, 1, 1, 2), PICK(t, 1, 1, 2) },
                   .pad = { PICK(t, 0, 1, 2), PICK(t, 0, 1, 3) },
                   .dilation = { PICK(t, 1, 1, 2), PICK(t, 1, 1, 3) },
                   .groups = PICK(t, 2, 3, 8) };
    int64_t c = PICK(t, 2, 3, 5, 20), o = PICK(t, 1, 3, 16, 40);
    convolve(t, p.groups * c, p.groups * o, PICK(t, 1, 2, 3), PICK(t, 1, 3, 5), p);
}

/* 1300·3·5 > ASY_SUM_SMALL: both rules of summation occur. */
static void depthwise(trial *t)
{
    asy_conv p = { .stride = { PICK(t, 1, 1, 2), PICK(t, 1, 1, 2) },
                   .pad = { PICK(t, 0, 1, 2), PICK(t, 0, 1, 3) },
                   .dilation = { PICK(t, 1, 1, 2), PICK(t, 1, 1, 3) },
                   .groups = PICK(t, 2, 3, 16, 21, 32, 1300) };
    convolve(t, p.groups, p.groups * PICK(t, 1, 1, 2, 3), PICK(t, 1, 2, 3, 5), PICK(t, 1, 3, 4, 7), p);
}

static void pooling(trial *t)
{
    int64_t h = PICK(t, 2, 5, 9, 14), w = PICK(t, 3, 6, 13), c = PICK(t, 1, 3, 16, 21);
    asy_window q = { .size = { PICK(t, 1, 2, 3), PICK(t, 2, 3) },
                     .stride = { PICK(t, 1, 2), PICK(t, 1, 2, 3) },
                     .pad = { PICK(t, 0, 0, 1), PICK(t, 0, 0, 1) } };
    if (q.pad[0] >= q.size[0] || h < q.size[0]) q.size[0] = 2;
    asy_val x = input(t, ASY_ROW, ASY_F32, ASY_SHAPE(h, w, c)), y[2], z[2];
    bool count_pad = PICK(t, 0, 1);
    asy_max_pool(t->g, x, &q, y);
    snprintf(t->what, sizeof t->what, "pools of %lldx%lldx%lld, window %lldx%lld, pad %lld %lld",
             (long long)h, (long long)w, (long long)c, (long long)q.size[0], (long long)q.size[1],
             (long long)q.pad[0], (long long)q.pad[1]);
    output(t, y[0]);
    output(t, asy_unpool(t->g, y[0], y[1], &q, ASY_SHAPE(h, w, c)));
    output(t, asy_repool(t->g, x, y[1], &q));
    output(t, asy_avg_unpool(t->g, asy_avg_pool(t->g, x, &q, count_pad), &q, count_pad, ASY_SHAPE(h, w, c)));
    output(t, asy_adaptive_avg_pool(t->g, x, PICK(t, 1, 3), PICK(t, 2, 5)));
    asy_adaptive_max_pool(t->g, x, PICK(t, 1, 3), PICK(t, 2, 5), z);
    output(t, z[0]);
}

static void elements(trial *t)
{
    int64_t n = PICK(t, 1, 7, 15, 16, 17, 33, 100);
    asy_val x = input(t, ASY_ROW, ASY_F32, ASY_SHAPE(3, n)), y = input(t, ASY_ROW, ASY_F32, ASY_SHAPE(3, n)),
            c = input(t, ASY_BATCH, ASY_F32, ASY_SHAPE(n));
    static asy_val (*const unary[])(asy_graph *, asy_val) = { asy_neg,  asy_relu, asy_exp, asy_log,
                                                              asy_tanh, asy_sqrt, asy_abs, asy_sign,
                                                              asy_erf,  asy_sigmoid, asy_softplus,
                                                              asy_floor, asy_round, asy_sqrt_safe };
    static asy_val (*const binary[])(asy_graph *, asy_val, asy_val) = { asy_add, asy_sub, asy_mul, asy_div,
                                                                        asy_greater, asy_less, asy_equal,
                                                                        asy_maximum, asy_minimum,
                                                                        asy_div_safe };
    asy_val u = unary[PICK(t, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13)](t->g, x),
            v = binary[PICK(t, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9)](t->g, x, PICK(t, 0, 1) ? y : c);
    snprintf(t->what, sizeof t->what, "%s and %s of %lld elements", asy_val_node(t->g, u, NULL)->op->name,
             asy_val_node(t->g, v, NULL)->op->name, (long long)(3 * n));
    output(t, u);
    output(t, v);
    output(t, asy_clamp(t->g, asy_affine(t->g, x, 1.7, -0.3), -0.5, 0.7));
    output(t, asy_power(t->g, asy_select(t->g, asy_greater(t->g, x, y), x, y), (double)PICK(t, -1, 2, 3)));
}

/* Norms of each row's weight gradient, through Gram matrices and made. */
static void norms(trial *t)
{
    int64_t s = PICK(t, 1, 2, 5, 17), k = PICK(t, 3, 16, 33, 300), n = PICK(t, 1, 17, 64, 100);
    int64_t h = PICK(t, 3, 4, 9), c = PICK(t, 1, 3, 16, 37), o = PICK(t, 1, 10, 33);
    asy_conv p = { .stride = { PICK(t, 1, 2), 1 }, .pad = { 1, PICK(t, 0, 1) }, .groups = PICK(t, 1, 1, 3) };
    int64_t oh = (h + 2 * p.pad[0] - 3) / p.stride[0] + 1, ow = h + 2 * p.pad[1] - 2;
    asy_val x = input(t, ASY_ROW, ASY_F32, ASY_SHAPE(s, k)), dy = input(t, ASY_ROW, ASY_F32, ASY_SHAPE(s, n)),
            image = input(t, ASY_ROW, ASY_F32, ASY_SHAPE(h, h, p.groups * c)),
            dz = input(t, ASY_ROW, ASY_F32, ASY_SHAPE(oh, ow, p.groups * o));
    asy_shape shape = ASY_SHAPE(p.groups * o, c, 3, 3);
    snprintf(t->what, sizeof t->what, "norms: %lld tokens, %lld to %lld; %lld groups of %lldx%lldx%lld to %lld",
             (long long)s, (long long)k, (long long)n, (long long)p.groups, (long long)h, (long long)h,
             (long long)c, (long long)o);
    output(t, asy_linear_w_norm(t->g, dy, x));
    output(t, asy_mul_safe(t->g, x, asy_length(t->g, asy_relu(t->g, dy))));
    const asy_node *w = asy_val_node(t->g, asy_conv2d_w(t->g, dz, image, &p, shape), NULL);
    if (!w) return;
    output(t, asy_conv2d_w_row(t->g, dz, image, w->attr));
    output(t, asy_conv2d_w_norm(t->g, dz, image, w->attr));
}

static void sums(trial *t)
{
    int64_t n = PICK(t, 1, 5, 16, 17, 31, 64, 129), m = PICK(t, 1, 2, 9);
    asy_val x = input(t, ASY_ROW, ASY_F32, ASY_SHAPE(m, n));
    snprintf(t->what, sizeof t->what, "sums of %lldx%lld", (long long)m, (long long)n);
    output(t, asy_sum(t->g, x));
    output(t, asy_sum_last(t->g, x));
    output(t, asy_sum_lead(t->g, x, 1));
    output(t, asy_add(t->g, asy_cumsum(t->g, x, false), asy_cumsum(t->g, x, true)));
    output(t, asy_batch_sum(t->g, x));
}

static void scores(trial *t)
{
    int64_t n = PICK(t, 1, 2, 10, 16, 17, 100);
    asy_val z = input(t, ASY_ROW, ASY_F32, ASY_SHAPE(n)), y = input(t, ASY_ROW, ASY_I32, ASY_SCALAR), best[2];
    t->labels = n;
    snprintf(t->what, sizeof t->what, "scores of %lld classes", (long long)n);
    asy_max_last(t->g, z, best);
    output(t, asy_xent(t->g, z, y));
    output(t, asy_softmax(t->g, z));
    output(t, asy_log_softmax(t->g, z));
    output(t, asy_add(t->g, asy_place(t->g, asy_pick(t->g, z, y), best[1], n), asy_onehot(t->g, y, n)));
    output(t, asy_add(t->g, best[0], asy_logsumexp(t->g, z)));
}

static void choices(trial *t)
{
    int64_t n = PICK(t, 1, 5, 40, 2000), m = PICK(t, 1, 3, 17), c = PICK(t, 1, 8, 17, 40);
    asy_val x = input(t, ASY_BATCH, ASY_F32, ASY_SHAPE(n, c)), i = input(t, ASY_ROW, ASY_I32, ASY_SHAPE(m)),
            dy = input(t, ASY_ROW, ASY_F32, ASY_SHAPE(m, c));
    t->labels = n;
    snprintf(t->what, sizeof t->what, "%lld of %lld vectors of %lld", (long long)m, (long long)n, (long long)c);
    output(t, asy_gather(t->g, x, i, 0));
    output(t, asy_scatter_add(t->g, dy, i, 0, n));
    output(t, asy_embedding_w(t->g, dy, i, n)); /* 2000·17 > ASY_SUM_SMALL: both rules occur */
}

/* Values, and what their indices choose. */
static void orders(trial *t)
{
    int64_t n = PICK(t, 1, 2, 7, 33, 200), k = PICK(t, 1, 2, 7, 33, 200), h = PICK(t, 1, 3, 6), c = PICK(t, 1, 3);
    asy_val x = input(t, ASY_ROW, ASY_F32, ASY_SHAPE(3, n)), image = input(t, ASY_ROW, ASY_F32, ASY_SHAPE(h, 5, c)),
            s[2], m[2];
    asy_sort(t->g, x, k < n ? k : n, PICK(t, 0, 1), s);
    asy_median(t->g, image, PICK(t, 1, 3, 5), 3, m);
    snprintf(t->what, sizeof t->what, "%lld of %lld in order, median of %lldx5x%lld", (long long)k, (long long)n,
             (long long)h, (long long)c);
    output(t, s[0]);
    output(t, asy_sub(t->g, asy_gather(t->g, x, s[1], 1), s[0]));
    output(t, m[0]);
    output(t, asy_gather(t->g, asy_reshape(t->g, image, ASY_SHAPE(h * 5 * c)), m[1], 0));
}

static void graphs(trial *t)
{
    int64_t n = PICK(t, 1, 9, 100), f = PICK(t, 1, 15, 16, 40), e = PICK(t, 1, 30, 300);
    asy_val start = input(t, ASY_BATCH, ASY_I32, ASY_SHAPE(n + 1)),
            column = input(t, ASY_BATCH, ASY_I32, ASY_SHAPE(e)), value = input(t, ASY_BATCH, ASY_F32, ASY_SHAPE(e)),
            x = input(t, ASY_BATCH, ASY_F32, ASY_SHAPE(n, f));
    t->labels = n;
    snprintf(t->what, sizeof t->what, "%lld edges of %lld nodes, %lld features", (long long)e, (long long)n,
             (long long)f);
    output(t, asy_spmm(t->g, start, column, value, x));
    output(t, asy_spmm_t(t->g, start, column, value, x, n));
    output(t, asy_sddmm(t->g, start, column, x, x));
}

static void shapes(trial *t)
{
    int64_t h = PICK(t, 1, 3, 7, 8), w = PICK(t, 1, 5, 16), c = PICK(t, 1, 3, 9, 16, 24);
    asy_val x = input(t, ASY_ROW, ASY_F32, ASY_SHAPE(h, w, c));
    snprintf(t->what, sizeof t->what, "layouts of %lldx%lldx%lld", (long long)h, (long long)w, (long long)c);
    output(t, asy_to_chw(t->g, x));
    output(t, asy_transpose(t->g, x, (int[]){ 1, 0, 2 }));
    output(t, asy_expand_last(t->g, asy_expand_lead(t->g, x, ASY_SHAPE(2, h, w, c)), 3));
}

/* Ordinary numbers; every fourth trial also zeros of both signs, infinities, NaN, subnormals, large and tiny
 * ones. */
static void draw(trial *t, int i, bool hostile, int64_t n, void *out)
{
    static const float odd[] = {
        0.0f, -0.0f, 1e38f, -3e-39f, 1e-45f, 1e-20f, __builtin_inff(), -__builtin_inff(), __builtin_nanf("")
    };
    asy_rng r = asy_rng_split(t->rng, "input", (uint64_t)i);
    asy_type type = asy_val_type(t->g, t->in[i]);
    if (type.dtype == ASY_I32) {
        for (int64_t k = 0; k < n; k++)
            ((int32_t *)out)[k] = (int32_t)asy_rng_below(&r, 1, (uint64_t)k, (uint64_t)t->labels + 2) - 1;
        return;
    }
    asy_rng_uniform(&r, 0, 0, (size_t)n, -1, 1, out);
    for (int64_t k = 0; hostile && k < n; k++)
        if (asy_rng_below(&r, 1, (uint64_t)k, 5) == 0)
            ((float *)out)[k] = odd[asy_rng_below(&r, 2, (uint64_t)k, sizeof odd / sizeof *odd)];
}

typedef struct {
    asy_plan *plan;
    asy_exec *exec;
} machine;

static asy_status machine_new(machine *m, const trial *t, const asy_backend *b)
{
    ASY_TRY(asy_plan_new(&m->plan, t->g, t->n_out, t->out, MAX_ROWS, b));
    return asy_exec_new(&m->exec, m->plan, NULL);
}

static void machine_free(machine *m)
{
    asy_exec_free(m->exec);
    asy_plan_free(m->plan);
}

static int64_t count(const trial *t, asy_val v)
{
    asy_type type = asy_val_type(t->g, v);
    return asy_shape_count(&type.shape);
}

static asy_status run(const trial *t, machine *m, int64_t rows, void *const data[])
{
    asy_bind bind[MAX_IN];
    for (int i = 0; i < t->n_in; i++) bind[i] = (asy_bind){ t->in[i], data[i], 0 };
    return asy_exec_run(m->exec, rows, t->n_in, bind);
}

/* NaNs count as equal whatever their bits (DESIGN §3.3). */
static int64_t first_difference(const asy_tensor *a, const asy_tensor *b, int64_t from_a, int64_t from_b,
                                int64_t n)
{
    const float *x = (const float *)a->data + from_a, *y = (const float *)b->data + from_b;
    for (int64_t i = 0; i < n; i++)
        if (memcmp(x + i, y + i, sizeof *x) != 0 && (a->type != ASY_F32 || x[i] == x[i] || y[i] == y[i]))
            return i;
    return -1;
}

static asy_status same_bits(const trial *t, const machine *a, const machine *b, const char *name,
                            int64_t rows)
{
    for (int i = 0; i < t->n_out; i++) {
        asy_tensor x = asy_exec_out(a->exec, i), y = asy_exec_out(b->exec, i);
        int64_t at = first_difference(&x, &y, 0, 0, asy_shape_count(&x.s));
        if (at >= 0)
            ASY_FAIL(ASY_EBUG, "%s: %s, result %d (%s), %lld rows: element %lld is %.9g, plain has %.9g",
                     name, t->what, i, asy_val_node(t->g, t->out[i], NULL)->op->name, (long long)rows,
                     (long long)at, (double)((float *)x.data)[at], (double)((float *)y.data)[at]);
    }
    return ASY_OK;
}

/* Row r alone equals row r in company, and so does the same row at the other end. */
static asy_status row_invariant(const trial *t, machine *all, machine *one, const char *name, int64_t rows,
                                void *const data[], int64_t r)
{
    void *alone[MAX_IN];
    for (int i = 0; i < t->n_in; i++) {
        asy_type type = asy_val_type(t->g, t->in[i]);
        alone[i] = type.cls == ASY_ROW ? (char *)data[i] + r * count(t, t->in[i]) * 4 : data[i];
    }
    ASY_TRY(run(t, one, 1, alone));
    for (int i = 0; i < t->n_out; i++) {
        int64_t n = count(t, t->out[i]);
        if (asy_val_type(t->g, t->out[i]).cls != ASY_ROW) continue;
        asy_tensor x = asy_exec_out(all->exec, i), y = asy_exec_out(one->exec, i);
        if (first_difference(&x, &y, r * n, 0, n) >= 0)
            ASY_FAIL(ASY_EBUG, "%s: %s, result %d: row %lld of %lld differs from the same row alone", name,
                     t->what, i, (long long)r, (long long)rows);
    }
    return ASY_OK;
}

static asy_status one_trial(trial *t, const asy_backend *b, int number)
{
    machine ours = { 0 }, plain = { 0 }, alone = { 0 };
    int64_t rows = PICK(t, 1, 2, 7, 8, 9, 17, 33);
    void *data[MAX_IN] = { 0 };
    for (int i = 0; i < t->n_in; i++) {
        asy_type type = asy_val_type(t->g, t->in[i]);
        int64_t n = count(t, t->in[i]) * (type.cls == ASY_ROW ? rows : 1);
        data[i] = asy_alloc(t->arena, (size_t)n, 4);
        if (data[i] == NULL) return asy_arena_status(t->arena);
        draw(t, i, number % 4 == 3, n, data[i]);
    }
    asy_status s = machine_new(&ours, t, b);
    if (s == ASY_OK) s = machine_new(&plain, t, asy_backend_cpu(ASY_ISA_PLAIN));
    if (s == ASY_OK) s = machine_new(&alone, t, b);
    if (s == ASY_OK) s = run(t, &ours, rows, data);
    if (s == ASY_OK) s = run(t, &plain, rows, data);
    if (s == ASY_OK) s = same_bits(t, &ours, &plain, b->name, rows);
    for (int64_t r = 0; s == ASY_OK && r<rows; r += rows> 2 ? rows - 1 : 1)
        s = row_invariant(t, &ours, &alone, b->name, rows, data, r);
    if (s == ASY_OK) s = row_invariant(t, &ours, &alone, b->name, rows, data, rows / 2);
    machine_free(&ours);
    machine_free(&plain);
    machine_free(&alone);
    return s;
}

asy_status asy_kernels_check(const asy_backend *b, uint64_t seed)
{
    static void (*const family[])(trial *) = { dense,     tokens,  matrices, convolution, groups,
                                               depthwise, pooling, elements, norms,       sums,
                                               scores,    choices, orders,   graphs,      shapes };
    for (int f = 0; f < (int)(sizeof family / sizeof *family); f++)
        for (int k = 0; k < TRIALS; k++) {
            trial t = { .arena = asy_arena_new(0),
                        .rng = asy_rng_split(asy_rng_split(asy_rng_seed(seed), "family", (uint64_t)f),
                                             "trial", (uint64_t)k),
                        .labels = 1 };
            t.g = asy_graph_new(t.arena, ASY_F32);
            asy_status s =
                t.g != NULL ? ASY_OK : asy_fail_(ASY_ENOMEM, __FILE__, __LINE__, "no memory for a graph");
            if (s == ASY_OK) family[f](&t);
            if (s == ASY_OK) s = asy_graph_status(t.g);
            if (s == ASY_OK) s = one_trial(&t, b, k);
            asy_arena_free(t.arena);
            ASY_TRY(s);
        }
    return ASY_OK;
}
