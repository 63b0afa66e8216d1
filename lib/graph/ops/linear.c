// SPDX-License-Identifier: GPL-3.0-or-later
/* linear linear_x linear_w: y = W x + b and its partials.
 * Σ_rows dyᵀ W x is linear in dy, W and x; the operators are its derivatives by one of them, so each one's
 * rule is made of the other two. */
#include "_common.h"
#include <math.h>

/* Rows and tokens alike are vectors. */
static int64_t vectors(const asy_node *node, const asy_tensor *t)
{
    return t->s.d[0] * ((const asy_linear_attr *)node->attr)->tokens;
}

static void eval_linear(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)w;
    const asy_linear_attr *a = node->attr;
    const double *weight = in[1].data, *bias = node->n_in > 2 ? in[2].data : NULL;
    for (int64_t r = 0; r < vectors(node, &out[0]); r++) {
        const double *x = (const double *)in[0].data + r * a->k;
        double *y = (double *)out[0].data + r * a->n;
        for (int64_t n = 0; n < a->n; n++) {
            double acc = 0;
            for (int64_t k = 0; k < a->k; k++) acc = fma(weight[n * a->k + k], x[k], acc);
            y[n] = bias ? acc + bias[n] : acc;
        }
    }
}

static void eval_linear_x(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)w;
    const asy_linear_attr *a = node->attr;
    const double *weight = in[1].data;
    for (int64_t r = 0; r < vectors(node, &out[0]); r++) {
        const double *dy = (const double *)in[0].data + r * a->n;
        double *dx = (double *)out[0].data + r * a->k;
        for (int64_t k = 0; k < a->k; k++) {
            double acc = 0;
            for (int64_t n = 0; n < a->n; n++) acc = fma(weight[n * a->k + k], dy[n], acc);
            dx[k] = acc;
        }
    }
}

asy_linear_tile asy_linear_tile_of(const asy_linear_attr *a, int64_t tile)
{
    int64_t across = (a->k + ASY_TILE_K - 1) / ASY_TILE_K;
    int64_t n = tile / across * ASY_TILE_N, k = tile % across * ASY_TILE_K;
    asy_linear_tile t = {n, n + ASY_TILE_N, k, k + ASY_TILE_K};
    if (t.n1 > a->n) t.n1 = a->n;
    if (t.k1 > a->k) t.k1 = a->k;
    return t;
}

static int64_t tiles_linear_w(const asy_node *node, int64_t rows)
{
    (void)rows;
    const asy_linear_attr *a = node->attr;
    return (a->n + ASY_TILE_N - 1) / ASY_TILE_N * ((a->k + ASY_TILE_K - 1) / ASY_TILE_K);
}

static void eval_linear_w(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    const asy_linear_attr *a = node->attr;
    const double *dy = in[0].data, *x = in[1].data;
    asy_linear_tile t = a->chain ? asy_linear_tile_of(a, w->tile) : (asy_linear_tile){0, a->n, 0, a->k};
    for (int64_t n = t.n0; n < t.n1; n++)
        for (int64_t k = t.k0; k < t.k1; k++) {
            double *dw = (double *)out[0].data + n * a->k + k, acc = a->chain || w->first ? 0 : *dw;
            for (int64_t r = 0; r < vectors(node, &in[0]); r++)
                acc = fma(dy[r * a->n + n], x[r * a->k + k], acc);
            *dw = acc;
        }
}

static bool chain_linear_w(const asy_node *node)
{
    return ((const asy_linear_attr *)node->attr)->chain;
}

static double flops_linear(const asy_node *node)
{
    const asy_linear_attr *a = node->attr;
    return 2.0 * (double)a->n * (double)a->k * (double)a->tokens;
}

static bool is_vector(const asy_type *t, asy_class cls, int64_t n)
{
    return t->cls == cls && t->shape.n == 1 && t->shape.d[0] == n;
}

/* [.., n] */
static bool is_tokens(const asy_type *t, int64_t n)
{
    return t->cls == ASY_ROW && t->shape.n >= 1 && t->shape.d[t->shape.n - 1] == n;
}

static asy_type tokens_of(const asy_type *like, int64_t n)
{
    asy_type t = *like;
    t.shape.d[t.shape.n - 1] = n;
    return t;
}

static asy_status check_weight(const asy_node *node, const asy_type in[])
{
    if (in[1].cls == ASY_ROW)
        return asy__refuse(node, in, "the weight must be a batch value; one for each row is not supported");
    if (in[1].shape.n != 2 || in[1].shape.d[0] < 0 || in[1].shape.d[1] < 0)
        return asy__refuse(node, in, "the weight must have the shape [N,K]");
    return ASY_OK;
}

static asy_status type_linear(const asy_node *node, const asy_type in[], asy_type out[])
{
    ASY_TRY(asy__real(node, in, node->n_in));
    ASY_TRY(check_weight(node, in));
    if (!is_tokens(&in[0], in[1].shape.d[1]))
        return asy__refuse(node, in, "needs a row value [K] or [..,K] and a weight [N,K]");
    if (node->n_in > 2 && !is_vector(&in[2], ASY_BATCH, in[1].shape.d[0]))
        return asy__refuse(node, in, "the bias must be a batch value [N]");
    out[0] = tokens_of(&in[0], in[1].shape.d[0]);
    return ASY_OK;
}

static asy_status type_linear_x(const asy_node *node, const asy_type in[], asy_type out[])
{
    ASY_TRY(asy__real(node, in, 2));
    ASY_TRY(check_weight(node, in));
    if (!is_tokens(&in[0], in[1].shape.d[0]))
        return asy__refuse(node, in, "needs a row value [N] or [..,N] and a weight [N,K]");
    out[0] = tokens_of(&in[0], in[1].shape.d[1]);
    return ASY_OK;
}

static asy_status type_linear_w(const asy_node *node, const asy_type in[], asy_type out[])
{
    const asy_linear_attr *a = node->attr;
    ASY_TRY(asy__real(node, in, 2));
    asy_type like = tokens_of(&in[0], a->k);
    if (!is_tokens(&in[0], a->n) || !is_tokens(&in[1], a->k) || !asy_shape_equal(&like.shape, &in[1].shape))
        return asy__refuse(node, in, "needs row values [..,N] and [..,K] of as many vectors");
    out[0] = (asy_type){ASY_BATCH, in[0].dtype, ASY_SHAPE(a->n, a->k)};
    return ASY_OK;
}

static asy_val vjp_linear(asy_graph *g, const asy_node *node, const asy_val dout[], int arg)
{
    if (arg == 0) return asy_linear_x(g, dout[0], node->in[1]);
    if (arg == 1) return asy_linear_w(g, dout[0], node->in[0]);
    return asy__reduce_to(g, dout[0], &node->in_type[2]);
}

static asy_val vjp_linear_x(asy_graph *g, const asy_node *node, const asy_val dout[], int arg)
{
    if (arg == 0) return asy_linear(g, dout[0], node->in[1], (asy_val){0});
    return asy_linear_w(g, node->in[0], dout[0]);
}

static asy_val vjp_linear_w(asy_graph *g, const asy_node *node, const asy_val dout[], int arg)
{
    if (arg == 0) return asy_linear(g, node->in[1], dout[0], (asy_val){0});
    return asy_linear_x(g, node->in[0], dout[0]);
}

static asy_val build_linear(asy_graph *g, const asy_val in[])
{
    return asy_linear(g, in[0], in[1], (asy_val){0});
}
static asy_val build_bias(asy_graph *g, const asy_val in[]) { return asy_linear(g, in[0], in[1], in[2]); }
static asy_val build_linear_x(asy_graph *g, const asy_val in[]) { return asy_linear_x(g, in[0], in[1]); }
static asy_val build_linear_w(asy_graph *g, const asy_val in[]) { return asy_linear_w(g, in[0], in[1]); }

static const double bias_in[] = {1, 2, 3, 1, 0, -1, 2, 1, 0.5, 10, 20}, bias_out[] = {8, 25.5};
static const double x_in[] = {2, -1, 1, 2, 3, 4, 5, 6}, x_out[] = {-2, -1, 0};
static const double w_in[] = {2, -1, 1, 2, 3}, w_out[] = {2, 4, 6, -1, -2, -3};

static const double token_in[] = {1, 2, 3, 4, 10, 20}, token_out[] = {70, 100};

static const asy_op_case linear_cases[] = {
    {.name = "no bias", .n_in = 2, .in = {ROW_IN(-1, 1, 7), BATCH_IN(-1, 1, 5, 7)}, .build = build_linear},
    {.name = "bias", .n_in = 3, .in = {ROW_IN(-1, 1, 19), BATCH_IN(-1, 1, 17, 19), BATCH_IN(-1, 1, 17)},
     .build = build_bias},
    {.name = "one input", .n_in = 3, .in = {ROW_IN(-1, 1, 1), BATCH_IN(-1, 1, 3, 1), BATCH_IN(-1, 1, 3)},
     .build = build_bias},
    {.name = "one output", .n_in = 3, .in = {ROW_IN(-1, 1, 33), BATCH_IN(-1, 1, 1, 33), BATCH_IN(-1, 1, 1)},
     .build = build_bias},
    {.name = "tokens", .n_in = 3, .in = {ROW_IN(-1, 1, 5, 7), BATCH_IN(-1, 1, 3, 7), BATCH_IN(-1, 1, 3)},
     .build = build_bias},
    {.name = "two axes of tokens", .n_in = 2, .in = {ROW_IN(-1, 1, 2, 3, 4), BATCH_IN(-1, 1, 5, 4)},
     .build = build_linear},
    {.name = "known", .n_in = 3, .in = {ROW_IN(-1, 1, 3), BATCH_IN(-1, 1, 2, 3), BATCH_IN(-1, 1, 2)},
     .build = build_bias, KNOWN(bias_in, bias_out)},
    {.name = NULL},
};
static const asy_op_case linear_x_cases[] = {
    {.name = "small", .n_in = 2, .in = {ROW_IN(-1, 1, 5), BATCH_IN(-1, 1, 5, 7)}, .build = build_linear_x},
    {.name = "odd", .n_in = 2, .in = {ROW_IN(-1, 1, 17), BATCH_IN(-1, 1, 17, 19)}, .build = build_linear_x},
    {.name = "one output", .n_in = 2, .in = {ROW_IN(-1, 1, 1), BATCH_IN(-1, 1, 1, 33)},
     .build = build_linear_x},
    {.name = "tokens", .n_in = 2, .in = {ROW_IN(-1, 1, 3, 5), BATCH_IN(-1, 1, 5, 7)},
     .build = build_linear_x},
    {.name = "known", .n_in = 2, .in = {ROW_IN(-1, 1, 2), BATCH_IN(-1, 1, 2, 3)},
     .build = build_linear_x, KNOWN(x_in, x_out)},
    {.name = NULL},
};
static const asy_op_case linear_w_cases[] = {
    {.name = "small", .n_in = 2, .in = {ROW_IN(-1, 1, 5), ROW_IN(-1, 1, 7)}, .build = build_linear_w},
    {.name = "one input", .n_in = 2, .in = {ROW_IN(-1, 1, 17), ROW_IN(-1, 1, 1)}, .build = build_linear_w},
    {.name = "one chain", .n_in = 2, .in = {ROW_IN(-1, 1, 111), ROW_IN(-1, 1, 301)}, .build = build_linear_w},
    {.name = "tokens", .n_in = 2, .in = {ROW_IN(-1, 1, 3, 5), ROW_IN(-1, 1, 3, 7)}, .build = build_linear_w},
    {.name = "tokens in one chain", .n_in = 2, .in = {ROW_IN(-1, 1, 2, 111), ROW_IN(-1, 1, 2, 301)},
     .build = build_linear_w},
    {.name = "known tokens", .n_in = 2, .in = {ROW_IN(-1, 1, 2, 2), ROW_IN(-1, 1, 2, 1)},
     .build = build_linear_w, KNOWN(token_in, token_out)},
    {.name = "known", .n_in = 2, .in = {ROW_IN(-1, 1, 2), ROW_IN(-1, 1, 3)},
     .build = build_linear_w, KNOWN(w_in, w_out)},
    {.name = NULL},
};

const asy_op asy_op_linear = {.name = "linear", .flags = ASY_OP_ROW, .n_out = 1, .type = type_linear,
                              .eval = eval_linear, .vjp = vjp_linear, .flops = flops_linear,
                              .cases = linear_cases};
const asy_op asy_op_linear_x = {.name = "linear_x", .flags = ASY_OP_ROW, .n_out = 1, .type = type_linear_x,
                                .eval = eval_linear_x, .vjp = vjp_linear_x, .flops = flops_linear,
                                .cases = linear_x_cases};
const asy_op asy_op_linear_w = {.name = "linear_w", .flags = ASY_OP_REDUCE, .n_out = 1, .type = type_linear_w,
                                .eval = eval_linear_w, .vjp = vjp_linear_w, .tiles = tiles_linear_w,
                                .chain = chain_linear_w, .flops = flops_linear, .cases = linear_w_cases};

static int64_t tokens(asy_graph *g, asy_val x)
{
    asy_shape s = asy_val_type(g, x).shape;
    s.n -= s.n > 0;
    return asy_shape_count(&s);
}

static int64_t last(asy_graph *g, asy_val x)
{
    asy_shape s = asy_val_type(g, x).shape;
    return s.n > 0 ? s.d[s.n - 1] : 0;
}

static asy_linear_attr of_weight(asy_graph *g, asy_val x, asy_val w)
{
    asy_shape s = asy_val_type(g, w).shape;
    return (asy_linear_attr){s.n == 2 ? s.d[0] : 0, s.n == 2 ? s.d[1] : 0, 0, tokens(g, x)};
}

asy_val asy_linear(asy_graph *g, asy_val x, asy_val w, asy_val b)
{
    asy_linear_attr a = of_weight(g, x, w);
    return asy__node(g, &asy_op_linear, b.id ? 3 : 2, (asy_val[]){x, w, b}, &a, sizeof a);
}

asy_val asy_linear_x(asy_graph *g, asy_val dy, asy_val w)
{
    asy_linear_attr a = of_weight(g, dy, w);
    return asy__node(g, &asy_op_linear_x, 2, (asy_val[]){dy, w}, &a, sizeof a);
}

/* [.., n] → [T, n] */
static asy_val flat(asy_graph *g, asy_val x)
{
    return asy_reshape(g, x, ASY_SHAPE(tokens(g, x), last(g, x)));
}

asy_val asy_linear_w(asy_graph *g, asy_val dy, asy_val x)
{
    if (asy_graph_per_sample(g)) return asy_matmul(g, flat(g, dy), flat(g, x), true, false);
    asy_linear_attr a = {last(g, dy), last(g, x), 0, tokens(g, dy)};
    a.chain = a.n > 0 && a.k > ASY_SUM_SMALL / a.n;
    return asy__node(g, &asy_op_linear_w, 2, (asy_val[]){dy, x}, &a, sizeof a);
}
