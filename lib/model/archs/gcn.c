// SPDX-License-Identifier: GPL-3.0-or-later
/* Graph convolutions over all nodes at once; a sample's scores are those of its node. */
#include "assay.h"
#include "graph/nn.h"
#include "graph/op.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_LAYERS = 8, MAX_WIDTH = 4096 };

typedef struct {
    asy_f64s hidden;
    double dropout;
    bool row_normalize;
} par;

static const asy_param params[] = {
    ASY_PARAM_F64S(hidden, "[16]", 1, MAX_WIDTH, "units of each hidden layer, first to last",
                   .flags = ASY_SCALAR_OK),
    ASY_PARAM_F64(dropout, "0.5", 0, 1, "share of the features and of the hidden units set to 0 in training",
                  .flags = ASY_HI_OPEN),
    ASY_PARAM_BOOL(row_normalize, "true", "features are divided by their node's sum"),
    ASY_PARAM_END
};

static void check(const void *vp, const void *shared, asy_site *site)
{
    const par *p = vp;

    (void)shared;
    if (p->hidden.n > MAX_LAYERS)
        asy_diag_add(asy_site_diag(site), "E0205", asy_site_loc(site, "hidden"),
                     "`hidden` has %d layers, more than %d", p->hidden.n, MAX_LAYERS);
    for (int i = 0; i < p->hidden.n; i++)
        if (floor(p->hidden.v[i]) != p->hidden.v[i])
            asy_diag_add(asy_site_diag(site), "E0202", asy_site_loc(site, "hidden"),
                         "`hidden` takes whole numbers, not %g", p->hidden.v[i]);
}

/* ---- tables */
enum { X_START, X_COLUMN, X_VALUE, X_ID, A_START, A_COLUMN, A_VALUE, NODE_ID, TABLES };
static const char *const table_names[TABLES] = {
    [X_START] = "features/start",   [X_COLUMN] = "features/column",   [X_VALUE] = "features/value",
    [X_ID] = "features/id",         [A_START] = "adjacency/start",    [A_COLUMN] = "adjacency/column",
    [A_VALUE] = "adjacency/value",  [NODE_ID] = "node/id",
};

static void *new_table(asy_arena *a, asy_named out[], int which, asy_dtype type, asy_shape s)
{
    out[which] = (asy_named){ table_names[which], asy_tensor_new(a, type, s) };
    return out[which].t.data;
}

static int by_number(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;

    return (x > y) - (x < y);
}

/* Each node's neighbours in ascending order and once, itself among them: A + I, of edges that may stand in one
 * direction or in both. start [n + 1] and column, which has room for two entries an edge and one a node. */
static asy_status neighbours(const asy_tensor *edge, int64_t n, int32_t *start, int32_t *column)
{
    const int32_t *e = edge->data;
    int64_t m = edge->s.d[0], end = 0;

    memset(start, 0, (size_t)(n + 1) * sizeof *start);
    for (int64_t i = 0; i < 2 * m; i++) {
        if (e[i] < 0 || e[i] >= n)
            ASY_FAIL(ASY_EDATA, "edge %lld names node %d, of %lld nodes", (long long)(i / 2), e[i],
                     (long long)n);
        start[e[i] + 1]++;
    }
    for (int64_t i = 0; i < n; i++)
        start[i + 1] += start[i] + 1;
    for (int64_t i = 0; i < n; i++)
        column[start[i]++] = (int32_t)i;
    for (int64_t i = 0; i < 2 * m; i++)
        column[start[e[i]]++] = e[i ^ 1];
    for (int64_t i = n; i > 0; i--)
        start[i] = start[i - 1];
    start[0] = 0;
    for (int64_t i = 0, first = 0; i < n; i++) {
        int64_t last = start[i + 1];

        qsort(column + first, (size_t)(last - first), sizeof *column, by_number);
        start[i] = (int32_t)end;
        for (int64_t k = first; k < last; k++)
            if (k == first || column[k] != column[k - 1])
                column[end++] = column[k];
        first = last;
    }
    start[n] = (int32_t)end;
    return ASY_OK;
}

/* D^-1/2 (A + I) D^-1/2, D the degrees of A + I. */
static asy_status adjacency(const asy_tensor *edge, int64_t n, asy_arena *a, asy_named out[])
{
    int64_t most = 2 * edge->s.d[0] + n;
    int32_t *start = new_table(a, out, A_START, ASY_I32, ASY_SHAPE(n + 1));
    int32_t *column = most <= INT32_MAX ? new_table(a, out, A_COLUMN, ASY_I32, ASY_SHAPE(most)) : NULL;

    if (most > INT32_MAX)
        ASY_FAIL(ASY_EDATA, "the graph has more than 2^31 entries");
    ASY_TRY(asy_arena_status(a));
    ASY_TRY(neighbours(edge, n, start, column));
    out[A_COLUMN].t.s = ASY_SHAPE(start[n]);

    float *value = new_table(a, out, A_VALUE, ASY_F32, ASY_SHAPE(start[n]));

    ASY_TRY(asy_arena_status(a));
    for (int64_t i = 0; i < n; i++)
        for (int32_t k = start[i]; k < start[i + 1]; k++) {
            int32_t j = column[k];

            value[k] = (float)(1
                               / sqrt((double)(start[i + 1] - start[i])
                                      * (double)(start[j + 1] - start[j])));
        }
    return ASY_OK;
}

/* All rows of the data, in their order, whatever part they are in. */
static asy_status all_rows(const asy_dataset_view *v, asy_arena *a, asy_view *all)
{
    uint32_t *row = ASY_NEWN(a, v->data.n, uint32_t);

    ASY_TRY(asy_arena_status(a));
    for (int64_t i = 0; i < v->data.n; i++)
        row[i] = (uint32_t)i;
    *all = (asy_view){ &v->data, asy_data_column(&v->data, ASY_ROLE_INPUT), NULL, v->data.n, row, v->lo,
                       v->hi };
    return ASY_OK;
}

/* What is not 0, row by row; count first, then fill. */
static asy_status features(const par *p, const asy_dataset_view *v, asy_arena *a, asy_named out[])
{
    int64_t f = asy_shape_count(&v->shape), n = v->data.n, at = 0;
    int32_t *start = new_table(a, out, X_START, ASY_I32, ASY_SHAPE(n + 1)), *column = NULL, (*id)[2] = NULL;
    float *x = ASY_NEWN(a, f, float), *value = NULL;
    asy_view all;

    ASY_TRY(all_rows(v, a, &all));
    for (int fill = 0; fill < 2; fill++, at = 0) {
        ASY_TRY(asy_arena_status(a));
        for (int64_t i = 0; i < n; i++) {
            double sum = 0;

            asy_view_load(&all, 1, i, NULL, x, NULL, NULL);
            start[i] = (int32_t)at;
            for (int64_t j = 0; j < f; j++)
                sum += (double)x[j];
            for (int64_t j = 0; j < f; j++) {
                if (x[j] == 0)
                    continue;
                if (fill) {
                    column[at] = id[at][1] = (int32_t)j;
                    id[at][0] = (int32_t)i;
                    value[at] = p->row_normalize && sum != 0 ? (float)((double)x[j] / sum) : x[j];
                }
                at++;
            }
        }
        start[n] = (int32_t)at;
        if (at > INT32_MAX)
            ASY_FAIL(ASY_EDATA, "the features have more than 2^31 entries");
        if (fill)
            break;
        column = new_table(a, out, X_COLUMN, ASY_I32, ASY_SHAPE(at));
        value = new_table(a, out, X_VALUE, ASY_F32, ASY_SHAPE(at));
        id = new_table(a, out, X_ID, ASY_I32, ASY_SHAPE(at, 2));
    }
    return ASY_OK;
}

static asy_status tables(const void *vp, const asy_dataset_view *v, asy_arena *a, int *n, asy_named out[])
{
    const asy_column *edge = asy_data_column(&v->data, ASY_ROLE_EDGE);
    int32_t *id;

    if (!edge || !asy_data_column(&v->data, ASY_ROLE_INPUT))
        ASY_FAIL(ASY_EDATA, "`gcn` takes data that are one graph, with a column of edges: `dataset: cora`, or "
                            "a folder read with `format: planetoid`");
    for (int c = 0; c < v->channels; c++)
        if (v->mean[c] != 0.0 || v->std[c] != 1.0)
            ASY_FAIL(ASY_ESHAPE, "`gcn` takes features as they are; leave `normalize` out (`row_normalize` is "
                                 "the model's own)");
    id = new_table(a, out, NODE_ID, ASY_I32, ASY_SHAPE(v->data.n, 2));
    ASY_TRY(asy_arena_status(a));
    for (int64_t i = 0; i < v->data.n; i++) {
        id[2 * i] = (int32_t)i;
        id[2 * i + 1] = 0;
    }
    ASY_TRY(features(vp, v, a, out));
    ASY_TRY(adjacency(&edge->data, v->data.n, a, out));
    *n = TABLES;
    return ASY_OK;
}

/* ---- the model */

/* [out, in], uniform in ±√(6 / (in + out)) (Glorot, Bengio 2010) */
static asy_val weight(asy_scope *sc, int layer, int64_t out, int64_t in)
{
    char name[24];

    (void)snprintf(name, sizeof name, "conv%d.weight", layer + 1);
    return asy_scope_weight(sc, name, ASY_SHAPE(out, in), ASY_INIT_XAVIER, 0);
}

static asy_val emit(const void *vp, const asy_arch_io *io, asy_scope *sc, asy_val x)
{
    const par *p = vp;
    asy_graph *g = asy_scope_graph(sc);
    asy_val t[TABLES], w, h = { 0 }, own;
    char name[24];

    (void)x;
    for (int i = 0; i < TABLES; i++)
        t[i] = asy_scope_table(sc, &io->table[i]);
    own = asy_reshape(g, asy_slice(g, asy_scope_sample(sc), 0, 0, 1), ASY_SCALAR);
    for (int i = 0; i <= p->hidden.n; i++) {
        int64_t out = i < p->hidden.n ? (int64_t)p->hidden.v[i] : io->classes;

        (void)snprintf(name, sizeof name, "dropout%d", i + 1);
        if (i == 0) {
            w = asy_transpose(g, weight(sc, i, out, asy_shape_count(&io->in)), (int[]){ 1, 0 });
            h = asy_scope_dropout_batch(sc, name, t[X_VALUE], t[X_ID], p->dropout);
            h = asy_spmm(g, t[X_START], t[X_COLUMN], h, w);
            h = asy_spmm(g, t[A_START], t[A_COLUMN], t[A_VALUE], h);
        } else {
            h = asy_scope_dropout_batch(sc, name, asy_relu(g, h), t[NODE_ID], p->dropout);
            if (i == p->hidden.n)
                asy_scope_tap(sc, "features", asy_gather(g, h, own, 0));
            w = weight(sc, i, out, (int64_t)p->hidden.v[i - 1]);
            h = asy_graph_conv(g, t[A_START], t[A_COLUMN], t[A_VALUE], h, w);
        }
    }
    return asy_gather(g, h, own, 0);
}

const asy_arch asy_arch_gcn = {
    .m = { .name = "gcn",
           .summary = "graph convolutions over all nodes of a graph",
           .revision = 1,
           .cite = "Kipf, Welling 2017, arXiv:1609.02907",
           .doc = "Data are one graph: rows are nodes, the column of edges joins them. Layer l is "
                  "relu(A H W), the last one without relu, with A = D^-1/2 (A + I) D^-1/2; edges count in both "
                  "directions and once. All nodes' features take part in training, the labels of the part "
                  "`train` alone in the loss. Weights conv1.weight, conv2.weight … start uniform in "
                  "±sqrt(6 / (in + out)); there are no biases. Dropout acts on features that are not 0 and on "
                  "hidden units. The model reads the features of the whole graph, not the sample's own input, "
                  "so attacks that move an input are refused.",
           .pitfalls = "With `batch` smaller than the training part each step still computes the whole graph: "
                       "write `batch: all`.",
           .example = "model: {arch: gcn, hidden: 16, dropout: 0.5}",
           .check = check,
           ASY_PARAMS(params) },
    .emit = emit,
    .tables = tables,
    .lacks = ASY_NEED_GRAD | ASY_NEED_INPUT,
};
