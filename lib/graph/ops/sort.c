// SPDX-License-Identifier: GPL-3.0-or-later
/* sort: the first k of the last axis in order, with their indices. NaN is above all numbers, equal ones stay
 * in the order of their indices. */
#include "_common.h"
#include <math.h>

/* x[a] comes before x[b]. */
static bool before(const double *x, int64_t a, int64_t b, bool descending)
{
    double u = x[a], v = x[b];
    if (isnan(u) != isnan(v)) return isnan(u) == descending;
    if (u != v && !isnan(u)) return (u > v) == descending;
    return a < b;
}

/* Each is the first of those that come after the one before it. */
static void eval_sort(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)w;
    bool descending = ((const asy_sort_attr *)node->attr)->descending;
    int64_t n = asy__last(&in[0]), k = asy__last(&out[0]), lines = k > 0 ? asy__count(&out[0]) / k : 0;
    for (int64_t l = 0; l < lines; l++) {
        const double *x = (const double *)in[0].data + l * n;
        int64_t last = -1;
        for (int64_t j = 0; j < k; j++) {
            int64_t best = -1;
            for (int64_t i = 0; i < n; i++)
                if ((last < 0 || before(x, last, i, descending)) &&
                    (best < 0 || before(x, i, best, descending)))
                    best = i;
            ((double *)out[0].data)[l * k + j] = x[best];
            ((int32_t *)out[1].data)[l * k + j] = (int32_t)best;
            last = best;
        }
    }
}

static asy_status type_sort(const asy_node *node, const asy_type in[], asy_type out[])
{
    int64_t k = ((const asy_sort_attr *)node->attr)->k;
    ASY_TRY(asy__type_last(node, in, out));
    int64_t n = in[0].shape.d[in[0].shape.n - 1];
    if (k < (n < 0 ? -1 : 0) || k > n || n > INT32_MAX || (n < 0 && k != n))
        return asy__refuse(node, in, "the last axis has fewer elements than are asked for, or too many");
    out[0] = out[1] = in[0];
    out[0].shape.d[out[0].shape.n - 1] = k;
    out[1] = out[0];
    out[1].dtype = ASY_I32;
    return ASY_OK;
}

static asy_val vjp_sort(asy_graph *g, const asy_node *node, const asy_val dout[], int arg)
{
    (void)arg;
    int axis = node->in_type[0].shape.n - 1;
    if (!dout[0].id) return dout[0];
    return asy_scatter_add(g, dout[0], (asy_val){node->out.id + 1}, axis, node->in_type[0].shape.d[axis]);
}

static asy_val values(asy_graph *g, asy_val x, int64_t k, bool descending)
{
    asy_val out[2];
    asy_sort(g, x, k, descending, out);
    return out[0];
}
static asy_val build_up(asy_graph *g, const asy_val in[])
{
    asy_shape s = asy_val_type(g, in[0]).shape;
    return values(g, in[0], s.d[s.n - 1], false);
}
static asy_val build_top(asy_graph *g, const asy_val in[]) { return values(g, in[0], 3, true); }
static asy_val build_rows(asy_graph *g, const asy_val in[])
{
    asy_val x = asy_transpose(g, asy_batch_all(g, in[0]), (int[]){1, 0});
    return asy_mul(g, values(g, x, -1, true), values(g, x, -1, false));
}
/* Takes a second value in the order of the first one. */
static asy_val build_order(asy_graph *g, const asy_val in[])
{
    asy_val out[2];
    asy_sort(g, in[0], 4, false, out);
    return asy_gather(g, in[1], out[1], 0);
}

static const double up_in[] = {2, (double)NAN, -1, 2}, up_out[] = {-1, 2, 2, (double)NAN};
static const double top_out[] = {(double)NAN, 2, 2};
static const double order_in[] = {2, (double)NAN, -1, 2, 10, 20, 30, 40}, order_out[] = {30, 10, 40, 20};

static const asy_op_case sort_cases[] = {
    {.name = "up", .n_in = 1, .in = {ROW_IN(-2, 2, 3, 7)}, .build = build_up, .kink = 1e-3},
    {.name = "one", .n_in = 1, .in = {ROW_IN(-2, 2, 3, 1)}, .build = build_up, .kink = 1e-3},
    {.name = "top", .n_in = 1, .in = {ROW_IN(-2, 2, 2, 9)}, .build = build_top, .kink = 1e-3},
    {.name = "batch", .n_in = 1, .in = {BATCH_IN(-2, 2, 11)}, .build = build_top, .kink = 1e-3},
    {.name = "over the rows", .n_in = 1, .in = {ROW_IN(-2, 2, 2)}, .build = build_rows, .kink = 1e-3},
    {.name = "order", .n_in = 2, .in = {ROW_IN(-2, 2, 4), ROW_IN(-2, 2, 4)}, .build = build_order,
     .kink = 1e-3},
    {.name = "known", .n_in = 1, .in = {ROW_IN(-2, 2, 4)}, .build = build_up, .nodiff = true,
     KNOWN(up_in, up_out)},
    {.name = "known top", .n_in = 1, .in = {ROW_IN(-2, 2, 4)}, .build = build_top, .nodiff = true,
     KNOWN(up_in, top_out)},
    {.name = "known order", .n_in = 2, .in = {ROW_IN(-2, 2, 4), ROW_IN(-2, 2, 4)}, .build = build_order,
     .nodiff = true, KNOWN(order_in, order_out)},
    {.name = NULL},
};

const asy_op asy_op_sort = {.name = "sort", .flags = ASY_OP_ROW | ASY_OP_BATCH, .n_out = 2,
                            .type = type_sort, .eval = eval_sort, .vjp = vjp_sort, .cases = sort_cases};

void asy_sort(asy_graph *g, asy_val x, int64_t k, bool descending, asy_val out[2])
{
    asy_sort_attr a = {k, descending};
    out[0] = asy__node(g, &asy_op_sort, 1, &x, &a, sizeof a);
    out[1] = (asy_val){out[0].id ? out[0].id + 1 : 0};
}
