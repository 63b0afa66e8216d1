// SPDX-License-Identifier: GPL-3.0-or-later
/* gather scatter_add embedding_w: choosing along an axis by i32 indices.
 * With A the axes that come before (value and index have them both), n the axis, I the index's further ones
 * and C what follows, gather is [A,n,C] [A,I] → [A,I,C] and scatter_add its adjoint [A,I,C] [A,I] → [A,n,C],
 * in the order of I. An index outside the axis takes 0 and adds nothing. A batch table with row indices is an
 * embedding; the derivative for the table, summed over the rows, is embedding_w. */
#include "_common.h"
#include <string.h>

/* rows of each operand: 0 where a batch one serves all rows. */
asy_gather_sizes asy_gather_sizes_of(const asy_node *node, const asy_tensor *table, const asy_tensor *index)
{
    bool scatter = node->op == &asy_op_scatter_add;
    const asy_type *t = scatter ? &node->out_type[0] : &node->in_type[0], *i = &node->in_type[1];
    int64_t axis = ((const asy_gather_attr *)node->attr)->axis;
    int64_t rt = t->cls == ASY_ROW, ri = i->cls == ASY_ROW;
    asy_gather_sizes s = {.lead = 1, .n = table->s.d[axis + rt], .m = 1, .inner = 1};
    for (int k = 0; k < axis; k++) s.lead *= table->s.d[k + rt];
    for (int k = (int)(axis + rt + 1); k < table->s.n; k++) s.inner *= table->s.d[k];
    for (int k = (int)(axis + ri); k < index->s.n; k++) s.m *= index->s.d[k];
    s.table_row = rt ? s.lead * s.n * s.inner : 0;
    s.index_row = ri ? s.lead * s.m : 0;
    return s;
}

static int64_t rows_of(const asy_node *node, const asy_kwork *w)
{
    return node->out_type[0].cls == ASY_ROW ? w->rows : 1;
}

static void eval_gather(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    asy_gather_sizes s = asy_gather_sizes_of(node, &in[0], &in[1]);
    size_t bytes = (size_t)s.inner * asy_dtype_size(in[0].type);
    char *y = out[0].data;
    for (int64_t r = 0, rows = rows_of(node, w); r < rows; r++)
        for (int64_t i = 0; i < s.lead * s.m; i++, y += bytes) {
            int32_t at = ((const int32_t *)in[1].data)[r * s.index_row + i];
            int64_t line = i / s.m * s.n + at;
            const char *x = (const char *)in[0].data +
                            (size_t)(r * s.table_row) * asy_dtype_size(in[0].type);
            if (at >= 0 && at < s.n) memcpy(y, x + (size_t)line * bytes, bytes);
            else memset(y, 0, bytes);
        }
}

static void eval_scatter_add(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    asy_gather_sizes s = asy_gather_sizes_of(node, &out[0], &in[1]);
    const double *dy = in[0].data;
    memset(out[0].data, 0, asy_tensor_bytes(&out[0]));
    for (int64_t r = 0, rows = rows_of(node, w); r < rows; r++)
        for (int64_t i = 0; i < s.lead * s.m; i++, dy += s.inner) {
            int32_t at = ((const int32_t *)in[1].data)[r * s.index_row + i];
            if (at < 0 || at >= s.n) continue;
            double *x = (double *)out[0].data + r * s.table_row + (i / s.m * s.n + at) * s.inner;
            for (int64_t j = 0; j < s.inner; j++) x[j] += dy[j];
        }
}

static bool chain_embedding(const asy_node *node)
{
    return ((const asy_gather_attr *)node->attr)->chain;
}

static int64_t tiles_embedding(const asy_node *node, int64_t rows)
{
    (void)rows;
    int64_t n = ((const asy_gather_attr *)node->attr)->n;
    return n < ASY_TILES_TABLE ? n : ASY_TILES_TABLE;
}

void asy_embedding_tile_of(int64_t n, const asy_kwork *w, int64_t *first, int64_t *end)
{
    *first = n / w->tiles * w->tile + (w->tile < n % w->tiles ? w->tile : n % w->tiles);
    *end = *first + n / w->tiles + (w->tile < n % w->tiles);
}

/* Lines v0 ≤ v < v1 of the table: one chain over (row, token) each. */
static void eval_embedding_w(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    const asy_gather_attr *a = node->attr;
    int64_t count = asy__count(&in[1]), inner = asy__count(&out[0]) / (a->n > 0 ? a->n : 1);
    int64_t v0 = 0, v1 = a->n;
    double *table = out[0].data;
    if (a->chain) asy_embedding_tile_of(a->n, w, &v0, &v1);
    if (a->chain || w->first) memset(table + v0 * inner, 0, (size_t)((v1 - v0) * inner) * sizeof *table);
    for (int64_t i = 0; i < count; i++) {
        int32_t at = ((const int32_t *)in[1].data)[i];
        const double *dy = (const double *)in[0].data + i * inner;
        if (at < v0 || at >= v1) continue;
        for (int64_t j = 0; j < inner; j++) table[at * inner + j] += dy[j];
    }
}

/* [A,I,C] of [A,n,C] and [A,I] */
static asy_status check(const asy_node *node, const asy_type in[], const asy_type *table, asy_shape *chosen)
{
    int64_t axis = ((const asy_gather_attr *)node->attr)->axis;
    const asy_shape *t = &table->shape, *i = &in[1].shape;
    if (in[1].dtype != ASY_I32) return asy__refuse(node, in, "the index must be i32");
    if (axis < 0 || axis >= t->n || i->n < axis) return asy__refuse(node, in, "there is no such axis");
    for (int k = 0; k < axis; k++)
        if (t->d[k] != i->d[k]) return asy__refuse(node, in, "the axes before the chosen one must be equal");
    if (i->n + t->n - axis - 1 > ASY_MAXDIM) return asy__refuse(node, in, "the result has too many axes");
    *chosen = *i;
    for (int k = (int)axis + 1; k < t->n; k++) chosen->d[chosen->n++] = t->d[k];
    return ASY_OK;
}

static asy_status type_gather(const asy_node *node, const asy_type in[], asy_type out[])
{
    out[0] = in[0];
    ASY_TRY(check(node, in, &in[0], &out[0].shape));
    if (in[0].cls == ASY_BATCH && in[1].cls == ASY_ROW) {
        if (((const asy_gather_attr *)node->attr)->axis != 0)
            return asy__refuse(node, in, "row indices choose along the first axis of a batch value");
        if (in[0].shape.d[0] < 0) return asy__refuse(node, in, "a row cannot choose among the rows");
        out[0].cls = ASY_ROW;
    }
    return ASY_OK;
}

/* [A,n,C] from in[0] [A,I,C] and in[1] [A,I] */
static asy_status type_scatter(const asy_node *node, const asy_type in[], asy_type out[])
{
    const asy_gather_attr *a = node->attr;
    asy_shape chosen;
    int rest = in[0].shape.n - in[1].shape.n;
    ASY_TRY(asy__real(node, in, 1));
    if (rest < 0 || a->axis < 0 || a->axis > in[1].shape.n || a->axis + 1 + rest > ASY_MAXDIM)
        return asy__refuse(node, in, "needs a value [A,I,C] and an index [A,I]");
    out[0] = (asy_type){in[0].cls, in[0].dtype, asy_shape_of((int)a->axis, in[1].shape.d)};
    out[0].shape.d[out[0].shape.n++] = a->n;
    for (int k = 0; k < rest; k++) out[0].shape.d[out[0].shape.n++] = in[0].shape.d[in[1].shape.n + k];
    ASY_TRY(check(node, in, &out[0], &chosen));
    if (!asy_shape_equal(&chosen, &in[0].shape))
        return asy__refuse(node, in, "needs a value [A,I,C] and an index [A,I]");
    return ASY_OK;
}

static asy_status type_scatter_add(const asy_node *node, const asy_type in[], asy_type out[])
{
    if (in[0].cls == ASY_BATCH && in[1].cls == ASY_ROW)
        return asy__refuse(node, in, "a batch value cannot be spread by row indices");
    return type_scatter(node, in, out);
}

static asy_status type_embedding_w(const asy_node *node, const asy_type in[], asy_type out[])
{
    if (in[0].cls != ASY_ROW || in[1].cls != ASY_ROW) return asy__refuse(node, in, "needs row values");
    ASY_TRY(type_scatter(node, in, out));
    out[0].cls = ASY_BATCH;
    return ASY_OK;
}

static asy_val vjp_gather(asy_graph *g, const asy_node *node, const asy_val dout[], int arg)
{
    int64_t axis = ((const asy_gather_attr *)node->attr)->axis, n = node->in_type[0].shape.d[axis];
    if (arg != 0) return (asy_val){0};
    if (node->in_type[0].cls == ASY_BATCH && node->in_type[1].cls == ASY_ROW)
        return asy_embedding_w(g, dout[0], node->in[1], n);
    return asy_scatter_add(g, dout[0], node->in[1], (int)axis, n);
}

static asy_val vjp_scatter(asy_graph *g, const asy_node *node, const asy_val dout[], int arg)
{
    if (arg != 0) return (asy_val){0};
    return asy_gather(g, dout[0], node->in[1], (int)((const asy_gather_attr *)node->attr)->axis);
}

static asy_val build_gather0(asy_graph *g, const asy_val in[]) { return asy_gather(g, in[0], in[1], 0); }
static asy_val build_gather1(asy_graph *g, const asy_val in[]) { return asy_gather(g, in[0], in[1], 1); }
static asy_val build_scatter0(asy_graph *g, const asy_val in[])
{
    return asy_scatter_add(g, in[0], in[1], 0, 4);
}
static asy_val build_scatter1(asy_graph *g, const asy_val in[])
{
    return asy_scatter_add(g, in[0], in[1], 1, 5);
}
static asy_val build_embedding_w(asy_graph *g, const asy_val in[])
{
    return asy_embedding_w(g, in[0], in[1], 5);
}
static asy_val build_large(asy_graph *g, const asy_val in[])
{
    return asy_embedding_w(g, in[0], in[1], 9000);
}

#define BATCH_INT(lo, hi, ...) {ASY_BATCH, ASY_I32, ASY__AXES(__VA_ARGS__), lo, hi}
static const double gather_in[] = {1, 2, 3, 4, 5, 6, 2, -1, 0, 2, 3},
                    gather_out[] = {5, 6, 0, 0, 1, 2, 5, 6, 0, 0};
static const double along_in[] = {1, 2, 3, 4, 5, 6, 2, 0, 1, 1}, along_out[] = {3, 1, 5, 5};
static const double scatter_in[] = {1, 2, 3, 4, 5, 6, 3, -1, 3}, scatter_out[] = {0, 0, 0, 0, 0, 0, 6, 8};
static const double table_in[] = {1, 2, 3, 4, 5, 6, 4, 1, 4}, table_out[] = {0, 0, 3, 4, 0, 0, 0, 0, 6, 8};

static const asy_op_case gather_cases[] = {
    {.name = "first axis", .n_in = 2, .in = {ROW_IN(-2, 2, 4, 3), ROW_INT(0, 3, 5)}, .build = build_gather0},
    {.name = "along", .n_in = 2, .in = {ROW_IN(-2, 2, 3, 5), ROW_INT(-1, 5, 3, 4)}, .build = build_gather1},
    {.name = "two axes", .n_in = 2, .in = {ROW_IN(-2, 2, 4, 2), ROW_INT(0, 3, 2, 3)}, .build = build_gather0},
    {.name = "one", .n_in = 2, .in = {ROW_IN(-2, 2, 2, 5, 3), ROW_INT(0, 4, 2)}, .build = build_gather1},
    {.name = "embedding", .n_in = 2, .in = {BATCH_IN(-2, 2, 7, 3), ROW_INT(0, 6, 5)}, .build = build_gather0},
    {.name = "same for all rows", .n_in = 2, .in = {ROW_IN(-2, 2, 4, 3), BATCH_INT(0, 3, 6)},
     .build = build_gather0},
    {.name = "batch", .n_in = 2, .in = {BATCH_IN(-2, 2, 2, 4, 3), BATCH_INT(0, 3, 2, 5)},
     .build = build_gather1},
    {.name = "known", .n_in = 2, .in = {ROW_IN(-2, 2, 3, 2), ROW_INT(0, 2, 5)}, .build = build_gather0,
     KNOWN(gather_in, gather_out)},
    {.name = "known along", .n_in = 2, .in = {ROW_IN(-2, 2, 2, 3), ROW_INT(0, 2, 2, 2)},
     .build = build_gather1, KNOWN(along_in, along_out)},
    {.name = NULL},
};
static const asy_op_case scatter_add_cases[] = {
    {.name = "first axis", .n_in = 2, .in = {ROW_IN(-2, 2, 6, 3), ROW_INT(-1, 4, 6)},
     .build = build_scatter0},
    {.name = "along", .n_in = 2, .in = {ROW_IN(-2, 2, 3, 7), ROW_INT(0, 4, 3, 7)}, .build = build_scatter1},
    {.name = "same for all rows", .n_in = 2, .in = {ROW_IN(-2, 2, 6, 3), BATCH_INT(0, 3, 6)},
     .build = build_scatter0},
    {.name = "batch", .n_in = 2, .in = {BATCH_IN(-2, 2, 5), BATCH_INT(0, 3, 5)}, .build = build_scatter0},
    {.name = "known", .n_in = 2, .in = {ROW_IN(-2, 2, 3, 2), ROW_INT(0, 3, 3)}, .build = build_scatter0,
     KNOWN(scatter_in, scatter_out)},
    {.name = NULL},
};
static const asy_op_case embedding_w_cases[] = {
    {.name = "tokens", .n_in = 2, .in = {ROW_IN(-2, 2, 6, 3), ROW_INT(-1, 5, 6)}, .build = build_embedding_w},
    {.name = "one token", .n_in = 2, .in = {ROW_IN(-2, 2, 3), ROW_INT_SCALAR(0, 4)},
     .build = build_embedding_w},
    {.name = "one chain", .n_in = 2, .in = {ROW_IN(-2, 2, 2, 4), ROW_INT(0, 8999, 2)}, .build = build_large},
    {.name = "known", .n_in = 2, .in = {ROW_IN(-2, 2, 3, 2), ROW_INT(0, 4, 3)}, .build = build_embedding_w,
     KNOWN(table_in, table_out)},
    {.name = NULL},
};

enum { EVERYWHERE = ASY_OP_ROW | ASY_OP_BATCH };
const asy_op asy_op_gather = {.name = "gather", .flags = EVERYWHERE | ASY_OP_ANY_REAL, .n_out = 1,
                              .type = type_gather, .eval = eval_gather, .vjp = vjp_gather,
                              .cases = gather_cases};
const asy_op asy_op_scatter_add = {.name = "scatter_add", .flags = EVERYWHERE, .n_out = 1,
                                   .type = type_scatter_add, .eval = eval_scatter_add, .vjp = vjp_scatter,
                                   .cases = scatter_add_cases};
const asy_op asy_op_embedding_w = {.name = "embedding_w", .flags = ASY_OP_REDUCE, .n_out = 1,
                                   .type = type_embedding_w, .eval = eval_embedding_w, .vjp = vjp_scatter,
                                   .tiles = tiles_embedding, .chain = chain_embedding,
                                   .cases = embedding_w_cases};

asy_val asy_gather(asy_graph *g, asy_val x, asy_val index, int axis)
{
    asy_gather_attr a = {.axis = axis};
    return asy__node(g, &asy_op_gather, 2, (asy_val[]){x, index}, &a, sizeof a);
}

asy_val asy_scatter_add(asy_graph *g, asy_val x, asy_val index, int axis, int64_t n)
{
    asy_gather_attr a = {.axis = axis, .n = n};
    return asy__node(g, &asy_op_scatter_add, 2, (asy_val[]){x, index}, &a, sizeof a);
}

asy_val asy_embedding_w(asy_graph *g, asy_val dy, asy_val index, int64_t n)
{
    if (asy_graph_per_sample(g)) return asy_scatter_add(g, dy, index, 0, n);
    asy_gather_attr a = {.n = n};
    if (dy.id && index.id) {
        asy_shape s = asy_val_type(g, dy).shape, i = asy_val_type(g, index).shape;
        int64_t inner = 1;
        for (int k = i.n; k < s.n; k++) inner *= s.d[k];
        a.chain = n > 0 && inner > ASY_SUM_SMALL / n;
    }
    return asy__node(g, &asy_op_embedding_w, 2, (asy_val[]){dy, index}, &a, sizeof a);
}
