// SPDX-License-Identifier: GPL-3.0-or-later
/* spmm spmm_t sddmm: a sparse matrix A in rows (CSR) beside dense batch values, for one large graph.
 * ⟨dy, A x⟩ is linear in dy, in A's entries and in x; the operators are its derivatives by one of them:
 * spmm A x, spmm_t Aᵀ dy, sddmm dy_row · x_column for each entry. start [N+1] and column [E] are i32: row r
 * has the entries start[r] ≤ e < start[r+1], cut to [0, E]; one whose column is none counts for nothing. */
#include "_common.h"
#include <math.h>
#include <string.h>

asy_sparse asy_sparse_of(const asy_tensor in[])
{
    return (asy_sparse){.rows = asy__count(&in[0]) - 1, .entries = asy__count(&in[1]), .start = in[0].data,
                        .column = in[1].data};
}

void asy_sparse_row(const asy_sparse *a, int64_t row, int64_t *first, int64_t *end)
{
    *first = a->start[row] < 0 ? 0 : a->start[row];
    *end = a->start[row + 1] > a->entries ? a->entries : a->start[row + 1];
}

static void tile_of(int64_t n, int64_t size, const asy_kwork *w, int64_t *first, int64_t *end)
{
    *first = w->tile * size;
    *end = *first + size < n ? *first + size : n;
}

/* y_r = Σ_e a_e x_column(e): one chain over the row's entries; tiles are ranges of rows. */
static void eval_spmm(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)node;
    asy_sparse a = asy_sparse_of(in);
    const double *value = in[2].data, *x = in[3].data;
    int64_t r0, r1, e0, e1, f = asy__last(&out[0]), columns = in[3].s.d[0];
    tile_of(a.rows, ASY_TILE_SPARSE, w, &r0, &r1);
    for (int64_t r = r0; r < r1; r++) {
        double *y = (double *)out[0].data + r * f;
        memset(y, 0, (size_t)f * sizeof *y);
        asy_sparse_row(&a, r, &e0, &e1);
        for (int64_t e = e0; e < e1; e++)
            for (int64_t j = 0; j < f && a.column[e] >= 0 && a.column[e] < columns; j++)
                y[j] = fma(value[e], x[a.column[e] * f + j], y[j]);
    }
}

/* x_c = Σ_e a_e dy_row(e) over the entries of column c, in their order; tiles are ranges of features. */
static void eval_spmm_t(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)node;
    asy_sparse a = asy_sparse_of(in);
    const double *value = in[2].data, *dy = in[3].data;
    double *x = out[0].data;
    int64_t j0, j1, e0, e1, f = asy__last(&out[0]), columns = out[0].s.d[0];
    tile_of(f, ASY_TILE_FEATURES, w, &j0, &j1);
    for (int64_t c = 0; c < columns; c++)
        for (int64_t j = j0; j < j1; j++) x[c * f + j] = 0;
    for (int64_t r = 0; r < a.rows; r++) {
        asy_sparse_row(&a, r, &e0, &e1);
        for (int64_t e = e0; e < e1; e++)
            for (int64_t j = j0; j < j1 && a.column[e] >= 0 && a.column[e] < columns; j++)
                x[a.column[e] * f + j] = fma(value[e], dy[r * f + j], x[a.column[e] * f + j]);
    }
}

/* Tiles are ranges of entries. Where rows overlap the contributions add up. */
static void eval_sddmm(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)node;
    asy_sparse a = asy_sparse_of(in);
    const double *dy = in[2].data, *x = in[3].data;
    double *value = out[0].data;
    int64_t t0, t1, e0, e1, f = asy__last(&in[3]), columns = in[3].s.d[0];
    tile_of(a.entries, ASY_TILE_ENTRIES, w, &t0, &t1);
    for (int64_t e = t0; e < t1; e++) value[e] = 0;
    for (int64_t r = 0; r < a.rows; r++) {
        asy_sparse_row(&a, r, &e0, &e1);
        for (int64_t e = e0 > t0 ? e0 : t0; e < e1 && e < t1; e++) {
            double sum = 0;
            if (a.column[e] < 0 || a.column[e] >= columns) continue;
            for (int64_t j = 0; j < f; j++) sum = fma(dy[r * f + j], x[a.column[e] * f + j], sum);
            value[e] += sum;
        }
    }
}

static int64_t tiles(int64_t n, int64_t size)
{
    return n > 0 ? (n + size - 1) / size : 1;
}

static int64_t tiles_spmm(const asy_node *node, int64_t rows)
{
    (void)rows;
    return tiles(node->in_type[0].shape.d[0] - 1, ASY_TILE_SPARSE);
}

static int64_t tiles_spmm_t(const asy_node *node, int64_t rows)
{
    (void)rows;
    return tiles(node->in_type[3].shape.d[1], ASY_TILE_FEATURES);
}

static int64_t tiles_sddmm(const asy_node *node, int64_t rows)
{
    (void)rows;
    return tiles(node->in_type[1].shape.d[0], ASY_TILE_ENTRIES);
}

static double flops_sparse(const asy_node *node)
{
    return 2.0 * (double)node->in_type[1].shape.d[0] * (double)node->in_type[3].shape.d[1];
}

static asy_status check(const asy_node *node, const asy_type in[])
{
    for (int i = 0; i < 4; i++)
        if (in[i].cls != ASY_BATCH) return asy__refuse(node, in, "needs batch values");
    ASY_TRY(asy__real(node, in + 2, 2));
    if (in[0].dtype != ASY_I32 || in[1].dtype != ASY_I32 || in[0].shape.n != 1 || in[1].shape.n != 1 ||
        in[0].shape.d[0] < 1 || in[1].shape.d[0] < 0)
        return asy__refuse(node, in, "needs i32 starts [N+1] and columns [E]");
    if (in[3].shape.n != 2 || in[3].shape.d[0] < 0 || in[3].shape.d[1] < 0)
        return asy__refuse(node, in, "needs dense values [M,F]");
    return ASY_OK;
}

static asy_status type_spmm(const asy_node *node, const asy_type in[], asy_type out[])
{
    ASY_TRY(check(node, in));
    if (!asy_shape_equal(&in[2].shape, &in[1].shape)) return asy__refuse(node, in, "an entry needs a value");
    out[0] = in[3];
    out[0].shape.d[0] = in[0].shape.d[0] - 1;
    return ASY_OK;
}

static asy_status type_spmm_t(const asy_node *node, const asy_type in[], asy_type out[])
{
    int64_t columns = ((const asy_axis_attr *)node->attr)->n;
    ASY_TRY(check(node, in));
    if (!asy_shape_equal(&in[2].shape, &in[1].shape)) return asy__refuse(node, in, "an entry needs a value");
    if (in[3].shape.d[0] != in[0].shape.d[0] - 1 || columns < 0)
        return asy__refuse(node, in, "needs a value for each row of the matrix");
    out[0] = in[3];
    out[0].shape.d[0] = columns;
    return ASY_OK;
}

static asy_status type_sddmm(const asy_node *node, const asy_type in[], asy_type out[])
{
    ASY_TRY(check(node, in));
    if (in[2].shape.n != 2 || in[2].shape.d[0] != in[0].shape.d[0] - 1 ||
        in[2].shape.d[1] != in[3].shape.d[1])
        return asy__refuse(node, in, "needs dense values [N,F] and [M,F]");
    out[0] = in[2];
    out[0].shape = in[1].shape;
    return ASY_OK;
}

static asy_val vjp_spmm(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    if (arg == 2) return asy_sddmm(g, n->in[0], n->in[1], dout[0], n->in[3]);
    return asy_spmm_t(g, n->in[0], n->in[1], n->in[2], dout[0], n->in_type[3].shape.d[0]);
}

static asy_val vjp_spmm_t(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    if (arg == 2) return asy_sddmm(g, n->in[0], n->in[1], n->in[3], dout[0]);
    return asy_spmm(g, n->in[0], n->in[1], n->in[2], dout[0]);
}

static asy_val vjp_sddmm(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    if (arg == 2) return asy_spmm(g, n->in[0], n->in[1], dout[0], n->in[3]);
    return asy_spmm_t(g, n->in[0], n->in[1], dout[0], n->in[2], n->in_type[3].shape.d[0]);
}

static asy_val build_spmm(asy_graph *g, const asy_val in[])
{
    return asy_spmm(g, in[0], in[1], in[2], in[3]);
}
static asy_val build_spmm_t(asy_graph *g, const asy_val in[])
{
    return asy_spmm_t(g, in[0], in[1], in[2], in[3], 4);
}
static asy_val build_sddmm(asy_graph *g, const asy_val in[])
{
    return asy_sddmm(g, in[0], in[1], in[2], in[3]);
}

#define BATCH_INT(lo, hi, ...) {ASY_BATCH, ASY_I32, ASY__AXES(__VA_ARGS__), lo, hi}
/* [2 0 3; 0 0 0; 0 5 0], the starts written by the known cases alone: drawn ones may be anything */
static const double spmm_in[] = {0, 2, 2, 3, 0, 2, 1, 2, 3, 5, 1, 10, 2, 20, 3, 30};
static const double spmm_out[] = {11, 110, 0, 0, 10, 100};
static const double spmm_t_in[] = {0, 2, 2, 3, 0, 2, 1, 2, 3, 5, 1, 10, 2, 20, 3, 30};
static const double spmm_t_out[] = {2, 20, 15, 150, 3, 30, 0, 0};
static const double sddmm_in[] = {0, 2, 2, 3, 0, 2, 1, 1, 2, 3, 4, 5, 6, 1, 10, 2, 20, 3, 30};
static const double sddmm_out[] = {21, 63, 130};

static const asy_op_case spmm_cases[] = {
    {.name = "any starts", .n_in = 4, .in = {BATCH_INT(-1, 10, 6), BATCH_INT(-1, 5, 9), BATCH_IN(-2, 2, 9),
     BATCH_IN(-2, 2, 5, 3)}, .build = build_spmm},
    {.name = "many rows", .n_in = 4, .in = {BATCH_INT(0, 20, 200), BATCH_INT(0, 3, 20), BATCH_IN(-2, 2, 20),
     BATCH_IN(-2, 2, 4, 2)}, .build = build_spmm},
    {.name = "known", .n_in = 4, .in = {BATCH_INT(0, 3, 4), BATCH_INT(0, 2, 3), BATCH_IN(-2, 2, 3),
     BATCH_IN(-2, 2, 3, 2)}, .build = build_spmm, KNOWN(spmm_in, spmm_out)},
    {.name = NULL},
};
static const asy_op_case spmm_t_cases[] = {
    {.name = "any starts", .n_in = 4, .in = {BATCH_INT(-1, 10, 6), BATCH_INT(-1, 4, 9), BATCH_IN(-2, 2, 9),
     BATCH_IN(-2, 2, 5, 3)}, .build = build_spmm_t},
    {.name = "many features", .n_in = 4, .in = {BATCH_INT(0, 7, 3), BATCH_INT(0, 3, 7), BATCH_IN(-2, 2, 7),
     BATCH_IN(-2, 2, 2, 37)}, .build = build_spmm_t},
    {.name = "known", .n_in = 4, .in = {BATCH_INT(0, 3, 4), BATCH_INT(0, 2, 3), BATCH_IN(-2, 2, 3),
     BATCH_IN(-2, 2, 3, 2)}, .build = build_spmm_t, KNOWN(spmm_t_in, spmm_t_out)},
    {.name = NULL},
};
static const asy_op_case sddmm_cases[] = {
    {.name = "any starts", .n_in = 4, .in = {BATCH_INT(-1, 10, 6), BATCH_INT(-1, 4, 9),
     BATCH_IN(-2, 2, 5, 3), BATCH_IN(-2, 2, 4, 3)}, .build = build_sddmm},
    {.name = "known", .n_in = 4, .in = {BATCH_INT(0, 3, 4), BATCH_INT(0, 2, 3), BATCH_IN(-2, 2, 3, 2),
     BATCH_IN(-2, 2, 3, 2)}, .build = build_sddmm, KNOWN(sddmm_in, sddmm_out)},
    {.name = NULL},
};

const asy_op asy_op_spmm = {.name = "spmm", .flags = ASY_OP_BATCH, .n_out = 1, .type = type_spmm,
                            .eval = eval_spmm, .vjp = vjp_spmm, .tiles = tiles_spmm, .flops = flops_sparse,
                            .cases = spmm_cases};
const asy_op asy_op_spmm_t = {.name = "spmm_t", .flags = ASY_OP_BATCH, .n_out = 1, .type = type_spmm_t,
                              .eval = eval_spmm_t, .vjp = vjp_spmm_t, .tiles = tiles_spmm_t,
                              .flops = flops_sparse, .cases = spmm_t_cases};
const asy_op asy_op_sddmm = {.name = "sddmm", .flags = ASY_OP_BATCH, .n_out = 1, .type = type_sddmm,
                             .eval = eval_sddmm, .vjp = vjp_sddmm, .tiles = tiles_sddmm,
                             .flops = flops_sparse, .cases = sddmm_cases};

/* Nodes of a graph are no samples: their gradients have no rows. */
static asy_val product(asy_graph *g, const asy_op *op, const asy_val in[], const void *attr, size_t size)
{
    if (asy_graph_per_sample(g))
        return asy_graph_fail(g, "%s: per-sample gradients do not go through sparse products", op->name);
    return asy__node(g, op, 4, in, attr, size);
}

asy_val asy_spmm(asy_graph *g, asy_val start, asy_val column, asy_val value, asy_val x)
{
    return product(g, &asy_op_spmm, (asy_val[]){start, column, value, x}, NULL, 0);
}

asy_val asy_spmm_t(asy_graph *g, asy_val start, asy_val column, asy_val value, asy_val dy, int64_t columns)
{
    asy_axis_attr a = {columns};
    return product(g, &asy_op_spmm_t, (asy_val[]){start, column, value, dy}, &a, sizeof a);
}

asy_val asy_sddmm(asy_graph *g, asy_val start, asy_val column, asy_val dy, asy_val x)
{
    return product(g, &asy_op_sddmm, (asy_val[]){start, column, dy, x}, NULL, 0);
}
