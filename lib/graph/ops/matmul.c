// SPDX-License-Identifier: GPL-3.0-or-later
/* matmul: op(a) op(b) for each index of the leading axes, op transposing or not. Each output is one fma chain
 * from +0. A batch value is cut into tiles, that Gram and correlation matrices are made on all threads. */
#include "_common.h"
#include <math.h>

static int64_t size_of(const asy_type *t, int axis, int64_t rows)
{
    int64_t d = t->shape.d[axis];
    return d < 0 ? rows : d;
}

asy_matmul_sizes asy_matmul_sizes_of(const asy_node *node, int64_t rows)
{
    const asy_matmul_attr *a = node->attr;
    const asy_type *x = &node->in_type[0], *y = &node->out_type[0];
    int n = x->shape.n;
    asy_matmul_sizes s = {1, size_of(y, n - 2, rows), size_of(y, n - 1, rows),
                          size_of(x, a->ta ? n - 2 : n - 1, rows)};
    for (int i = 0; i < n - 2; i++) s.lead *= size_of(x, i, rows);
    if (x->cls == ASY_ROW) s.lead *= rows;
    return s;
}

int64_t asy_matmul_tiles(const asy_matmul_sizes *s)
{
    return s->lead * ((s->m + ASY_TILE_SQUARE - 1) / ASY_TILE_SQUARE) *
           ((s->n + ASY_TILE_SQUARE - 1) / ASY_TILE_SQUARE);
}

asy_matmul_tile asy_matmul_tile_of(const asy_matmul_sizes *s, int64_t tile)
{
    int64_t across = (s->n + ASY_TILE_SQUARE - 1) / ASY_TILE_SQUARE,
            down = (s->m + ASY_TILE_SQUARE - 1) / ASY_TILE_SQUARE;
    int64_t m = tile / across % down * ASY_TILE_SQUARE, n = tile % across * ASY_TILE_SQUARE;
    asy_matmul_tile t = {tile / across / down, m, m + ASY_TILE_SQUARE, n, n + ASY_TILE_SQUARE};
    if (t.m1 > s->m) t.m1 = s->m;
    if (t.n1 > s->n) t.n1 = s->n;
    return t;
}

static int64_t tiles_matmul(const asy_node *node, int64_t rows)
{
    asy_matmul_sizes s = asy_matmul_sizes_of(node, rows);
    return asy_matmul_tiles(&s);
}

static void one_tile(const asy_matmul_attr *attr, const asy_matmul_sizes *s, int64_t tile, const double *a,
                     const double *b, double *c)
{
    asy_matmul_tile t = asy_matmul_tile_of(s, tile);
    a += t.lead * s->m * s->k;
    b += t.lead * s->k * s->n;
    c += t.lead * s->m * s->n;
    for (int64_t i = t.m0; i < t.m1; i++)
        for (int64_t j = t.n0; j < t.n1; j++) {
            double sum = 0;
            for (int64_t k = 0; k < s->k; k++) {
                double x = a[attr->ta ? k * s->m + i : i * s->k + k];
                sum = fma(x, b[attr->tb ? j * s->k + k : k * s->n + j], sum);
            }
            c[i * s->n + j] = sum;
        }
}

static void eval_matmul(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    bool row = node->in_type[0].cls == ASY_ROW;
    asy_matmul_sizes s = asy_matmul_sizes_of(node, w->rows);
    int64_t first = row ? 0 : w->tile, end = row ? asy_matmul_tiles(&s) : w->tile + 1;
    for (int64_t t = first; t < end; t++)
        one_tile(node->attr, &s, t, in[0].data, in[1].data, out[0].data);
}

static asy_status type_matmul(const asy_node *node, const asy_type in[], asy_type out[])
{
    const asy_matmul_attr *a = node->attr;
    int n = in[0].shape.n;
    ASY_TRY(asy__real(node, in, 2));
    if (in[0].cls != in[1].cls || n < 2 || in[1].shape.n != n)
        return asy__refuse(node, in, "needs matrices of one class and as many axes");
    for (int i = 0; i < n - 2; i++)
        if (in[0].shape.d[i] != in[1].shape.d[i])
            return asy__refuse(node, in, "the leading axes must be equal");
    if (in[0].shape.d[a->ta ? n - 2 : n - 1] != in[1].shape.d[a->tb ? n - 1 : n - 2])
        return asy__refuse(node, in, "the axis that is summed over must be equal");
    out[0] = in[0];
    out[0].shape.d[n - 2] = in[0].shape.d[a->ta ? n - 1 : n - 2];
    out[0].shape.d[n - 1] = in[1].shape.d[a->tb ? n - 2 : n - 1];
    return ASY_OK;
}

/* c = A B, A = op(a), B = op(b): dA = dc Bᵀ, dB = Aᵀ dc, each written so that no transpose is left over. */
static asy_val vjp_matmul(asy_graph *g, const asy_node *node, const asy_val dout[], int arg)
{
    const asy_matmul_attr *t = node->attr;
    asy_val a = node->in[0], b = node->in[1], dc = dout[0];
    if (arg == 0) return t->ta ? asy_matmul(g, b, dc, t->tb, true) : asy_matmul(g, dc, b, false, !t->tb);
    return t->tb ? asy_matmul(g, dc, a, true, t->ta) : asy_matmul(g, a, dc, !t->ta, false);
}

/* An axis that counts rows is taken as one. */
static double flops_matmul(const asy_node *node)
{
    asy_matmul_sizes s = asy_matmul_sizes_of(node, 1);
    return 2.0 * (double)s.lead * (double)s.m * (double)s.n * (double)s.k;
}

static asy_val build_nn(asy_graph *g, const asy_val in[])
{
    return asy_matmul(g, in[0], in[1], false, false);
}
static asy_val build_tn(asy_graph *g, const asy_val in[]) { return asy_matmul(g, in[0], in[1], true, false); }
static asy_val build_nt(asy_graph *g, const asy_val in[]) { return asy_matmul(g, in[0], in[1], false, true); }
static asy_val build_tt(asy_graph *g, const asy_val in[]) { return asy_matmul(g, in[0], in[1], true, true); }
static asy_val build_gram(asy_graph *g, const asy_val in[])
{
    asy_val x = asy_batch_all(g, in[0]);
    return asy_matmul(g, x, x, false, true);
}
static asy_val build_correlation(asy_graph *g, const asy_val in[])
{
    return asy_matmul(g, asy_batch_all(g, in[0]), asy_batch_all(g, in[1]), true, false);
}

/* [1 2 3; 4 5 6] times [7 8; 9 10; 11 12] */
static const double nn_in[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
static const double tt_in[] = {1, 4, 2, 5, 3, 6, 7, 9, 11, 8, 10, 12}, nn_out[] = {58, 64, 139, 154};

static const asy_op_case matmul_cases[] = {
    {.name = "plain", .n_in = 2, .in = {ROW_IN(-1, 1, 3, 5), ROW_IN(-1, 1, 5, 7)}, .build = build_nn},
    {.name = "first turned", .n_in = 2, .in = {ROW_IN(-1, 1, 2, 5, 3), ROW_IN(-1, 1, 2, 5, 7)},
     .build = build_tn},
    {.name = "second turned", .n_in = 2, .in = {ROW_IN(-1, 1, 2, 3, 19), ROW_IN(-1, 1, 2, 4, 19)},
     .build = build_nt},
    {.name = "both turned", .n_in = 2, .in = {ROW_IN(-1, 1, 5, 3), ROW_IN(-1, 1, 33, 5)}, .build = build_tt},
    {.name = "outer", .n_in = 2, .in = {ROW_IN(-1, 1, 5, 1), ROW_IN(-1, 1, 1, 3)}, .build = build_nn},
    {.name = "batch beside row", .n_in = 2, .in = {BATCH_IN(-1, 1, 3, 2), ROW_IN(-1, 1, 2, 4)},
     .build = build_nn},
    {.name = "batch", .n_in = 2, .in = {BATCH_IN(-1, 1, 2, 3, 4), BATCH_IN(-1, 1, 2, 5, 4)},
     .build = build_nt},
    {.name = "gram", .n_in = 1, .in = {ROW_IN(-1, 1, 3)}, .build = build_gram},
    {.name = "correlation", .n_in = 2, .in = {ROW_IN(-1, 1, 3), ROW_IN(-1, 1, 4)},
     .build = build_correlation},
    {.name = "tiles", .n_in = 2, .in = {BATCH_IN(-1, 1, 2, 130), BATCH_IN(-1, 1, 2, 140)}, .build = build_tn},
    {.name = "known", .n_in = 2, .in = {ROW_IN(-1, 1, 2, 3), ROW_IN(-1, 1, 3, 2)}, .build = build_nn,
     KNOWN(nn_in, nn_out)},
    {.name = "known turned", .n_in = 2, .in = {BATCH_IN(-1, 1, 3, 2), BATCH_IN(-1, 1, 2, 3)},
     .build = build_tt, KNOWN(tt_in, nn_out)},
    {.name = NULL},
};

const asy_op asy_op_matmul = {.name = "matmul", .flags = ASY_OP_ROW | ASY_OP_BATCH, .n_out = 1,
                              .type = type_matmul, .eval = eval_matmul, .vjp = vjp_matmul,
                              .tiles = tiles_matmul, .flops = flops_matmul, .cases = matmul_cases};

asy_val asy_matmul(asy_graph *g, asy_val a, asy_val b, bool ta, bool tb)
{
    asy_matmul_attr attr = {ta, tb};
    asy__same_class(g, &a, &b);
    return asy__node(g, &asy_op_matmul, 2, (asy_val[]){a, b}, &attr, sizeof attr);
}
