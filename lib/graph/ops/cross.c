// SPDX-License-Identifier: GPL-3.0-or-later
/* broadcast batch_sum batch_all batch_rows: where row and batch values meet.
 * batch_all and batch_rows are views: a row value that is kept for all rows lies in memory as the batch
 * value [B,…] does. */
#include "_common.h"
#include <string.h>

extern const asy_op asy_op_batch_all, asy_op_batch_rows;

static void eval_broadcast(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)n;
    size_t bytes = asy_tensor_bytes(&in[0]);
    for (int64_t r = 0; r < w->rows; r++) memcpy((char *)out[0].data + (size_t)r * bytes, in[0].data, bytes);
}

static void eval_batch_sum(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)n;
    int64_t count = asy__count(&out[0]);
    const double *x = in[0].data;
    double *y = out[0].data;
    if (w->first) memset(y, 0, (size_t)count * sizeof *y);
    for (int64_t r = 0; r < w->rows; r++)
        for (int64_t i = 0; i < count; i++) y[i] += x[r * count + i];
}

static void eval_view(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)n, (void)w;
    if (out[0].data != in[0].data) memmove(out[0].data, in[0].data, asy_tensor_bytes(&out[0]));
}

static asy_status type_broadcast(const asy_node *n, const asy_type in[], asy_type out[])
{
    if (in[0].cls != ASY_BATCH) return asy__refuse(n, in, "only a batch value can be broadcast");
    for (int i = 0; i < in[0].shape.n; i++)
        if (in[0].shape.d[i] < 0)
            return asy__refuse(n, in, "a value with an axis of rows has no place in a row; use batch_rows");
    out[0] = in[0];
    out[0].cls = ASY_ROW;
    return ASY_OK;
}

static asy_status type_batch_sum(const asy_node *n, const asy_type in[], asy_type out[])
{
    ASY_TRY(asy__real(n, in, 1));
    if (in[0].cls != ASY_ROW) return asy__refuse(n, in, "needs a row value");
    out[0] = in[0];
    out[0].cls = ASY_BATCH;
    return ASY_OK;
}

static asy_status type_batch_all(const asy_node *n, const asy_type in[], asy_type out[])
{
    if (in[0].cls != ASY_ROW) return asy__refuse(n, in, "needs a row value");
    if (in[0].shape.n >= ASY_MAXDIM) return asy__refuse(n, in, "there is no room for one more axis");
    out[0] = (asy_type){.cls = ASY_BATCH, .dtype = in[0].dtype, .shape = {.n = in[0].shape.n + 1, .d = {-1}}};
    for (int i = 0; i < in[0].shape.n; i++) out[0].shape.d[i + 1] = in[0].shape.d[i];
    return ASY_OK;
}

static asy_status type_batch_rows(const asy_node *n, const asy_type in[], asy_type out[])
{
    if (in[0].cls != ASY_BATCH || in[0].shape.n < 1 || in[0].shape.d[0] != -1)
        return asy__refuse(n, in, "needs a batch value whose first axis is the rows");
    out[0] = (asy_type){.cls = ASY_ROW, .dtype = in[0].dtype, .shape = {.n = in[0].shape.n - 1}};
    for (int i = 0; i < out[0].shape.n; i++) {
        out[0].shape.d[i] = in[0].shape.d[i + 1];
        if (out[0].shape.d[i] < 0) return asy__refuse(n, in, "a second axis of rows has no place in a row");
    }
    return ASY_OK;
}

static asy_val vjp_broadcast(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    (void)n, (void)arg;
    return asy_batch_sum(g, dout[0]);
}

static asy_val vjp_batch_sum(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    (void)n, (void)arg;
    return asy_broadcast(g, dout[0]);
}

static asy_val vjp_batch_all(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    (void)n, (void)arg;
    return asy_batch_rows(g, dout[0]);
}

static asy_val vjp_batch_rows(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    (void)n, (void)arg;
    return asy_batch_all(g, dout[0]);
}

static asy_val fold_broadcast(asy_graph *g, const asy_node *n)
{
    double v;
    return asy__all_are(g, n->in[0], &v) ? asy_fill(g, ASY_ROW, n->out_type[0].shape, v) : (asy_val){ 0 };
}

/* batch_all of batch_rows and the reverse */
static asy_val fold_back(asy_graph *g, const asy_node *n)
{
    const asy_node *x = asy_val_node(g, n->in[0], NULL);
    bool there = x->op != n->op && (x->op == &asy_op_batch_all || x->op == &asy_op_batch_rows);
    return there && asy_shape_equal(&x->in_type[0].shape, &n->out_type[0].shape) ? x->in[0] : (asy_val){ 0 };
}

static asy_val build_broadcast(asy_graph *g, const asy_val in[]) { return asy_broadcast(g, in[0]); }
static asy_val build_batch_sum(asy_graph *g, const asy_val in[]) { return asy_batch_sum(g, in[0]); }
static asy_val build_batch_all(asy_graph *g, const asy_val in[]) { return asy_batch_all(g, in[0]); }
static asy_val build_there_and_back(asy_graph *g, const asy_val in[])
{
    asy_val all = asy_batch_all(g, in[0]);
    return asy_mul(g, asy_batch_rows(g, asy_mul(g, all, all)), in[0]);
}
/* x − mean over the rows, as batch normalisation does it */
static asy_val build_centred(asy_graph *g, const asy_val in[])
{
    return asy_sub(g, in[0], asy_div(g, asy_batch_sum(g, in[0]), asy_rows(g)));
}

static const double five[] = {1, -2, 3, 5, 8};
static const asy_op_case broadcast_cases[] = {
    {.name = "vector", .n_in = 1, .in = {BATCH_IN(-2, 2, 5)}, .build = build_broadcast},
    {.name = "matrix", .n_in = 1, .in = {BATCH_IN(-2, 2, 3, 1, 2)}, .build = build_broadcast},
    {.name = "scalar", .n_in = 1, .in = {BATCH_SCALAR(-2, 2)}, .build = build_broadcast},
    {.name = "known", .n_in = 1, .in = {BATCH_IN(-2, 2, 5)}, .build = build_broadcast, KNOWN(five, five)},
    {.name = NULL},
};
static const asy_op_case batch_sum_cases[] = {
    {.name = "vector", .n_in = 1, .in = {ROW_IN(-2, 2, 5)}, .build = build_batch_sum},
    {.name = "image", .n_in = 1, .in = {ROW_IN(-2, 2, 3, 1, 7)}, .build = build_batch_sum},
    {.name = "scalar", .n_in = 1, .in = {ROW_SCALAR(-2, 2)}, .build = build_batch_sum},
    {.name = "less the mean", .n_in = 1, .in = {ROW_IN(-2, 2, 4)}, .build = build_centred},
    {.name = "known", .n_in = 1, .in = {ROW_IN(-2, 2, 5)}, .build = build_batch_sum, KNOWN(five, five)},
    {.name = NULL},
};
static const asy_op_case batch_all_cases[] = {
    {.name = "vector", .n_in = 1, .in = {ROW_IN(-2, 2, 5)}, .build = build_batch_all},
    {.name = "scalar", .n_in = 1, .in = {ROW_SCALAR(-2, 2)}, .build = build_batch_all},
    {.name = "known", .n_in = 1, .in = {ROW_IN(-2, 2, 5)}, .build = build_batch_all, KNOWN(five, five)},
    {.name = NULL},
};
static const double cubes[] = {1, -8, 27, 125, 512};
static const asy_op_case batch_rows_cases[] = {
    {.name = "vector", .n_in = 1, .in = {ROW_IN(-2, 2, 5)}, .build = build_there_and_back},
    {.name = "scalar", .n_in = 1, .in = {ROW_SCALAR(-2, 2)}, .build = build_there_and_back},
    {.name = "known", .n_in = 1, .in = {ROW_IN(-2, 2, 5)}, .build = build_there_and_back, KNOWN(five, cubes)},
    {.name = NULL},
};

const asy_op asy_op_broadcast = { .name = "broadcast",
                                  .flags = ASY_OP_ROW,
                                  .n_out = 1,
                                  .type = type_broadcast,
                                  .eval = eval_broadcast,
                                  .vjp = vjp_broadcast,
                                  .fold = fold_broadcast,
                                  .cases = broadcast_cases };
const asy_op asy_op_batch_sum = { .name = "batch_sum",
                                  .flags = ASY_OP_REDUCE | ASY_OP_PLUS0,
                                  .n_out = 1,
                                  .type = type_batch_sum,
                                  .eval = eval_batch_sum,
                                  .vjp = vjp_batch_sum,
                                  .cases = batch_sum_cases };
const asy_op asy_op_batch_all = { .name = "batch_all",
                                  .flags = ASY_OP_BATCH | ASY_OP_VIEW,
                                  .n_out = 1,
                                  .type = type_batch_all,
                                  .eval = eval_view,
                                  .vjp = vjp_batch_all,
                                  .fold = fold_back,
                                  .cases = batch_all_cases };
const asy_op asy_op_batch_rows = { .name = "batch_rows",
                                   .flags = ASY_OP_ROW | ASY_OP_VIEW,
                                   .n_out = 1,
                                   .type = type_batch_rows,
                                   .eval = eval_view,
                                   .vjp = vjp_batch_rows,
                                   .fold = fold_back,
                                   .cases = batch_rows_cases };

asy_val asy_broadcast(asy_graph *g, asy_val x) { return asy__node(g, &asy_op_broadcast, 1, &x, NULL, 0); }
asy_val asy_batch_sum(asy_graph *g, asy_val x)
{
    return asy_graph_per_sample(g) ? x : asy__node(g, &asy_op_batch_sum, 1, &x, NULL, 0);
}
asy_val asy_batch_all(asy_graph *g, asy_val x) { return asy__node(g, &asy_op_batch_all, 1, &x, NULL, 0); }
asy_val asy_batch_rows(asy_graph *g, asy_val x) { return asy__node(g, &asy_op_batch_rows, 1, &x, NULL, 0); }
