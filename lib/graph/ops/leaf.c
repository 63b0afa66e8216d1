// SPDX-License-Identifier: GPL-3.0-or-later
/* input, fill, rows: nodes without inputs. */
#include "../impl.h"
#include <string.h>

static asy_status type_input(const asy_node *n, const asy_type in[], asy_type out[])
{
    (void)in;
    out[0] = ((const asy__input_attr *)n->attr)->type;
    return ASY_OK;
}

static asy_status type_fill(const asy_node *n, const asy_type in[], asy_type out[])
{
    (void)in;
    out[0] = ((const asy__fill_attr *)n->attr)->type;
    return ASY_OK;
}

static asy_status type_rows(const asy_node *n, const asy_type in[], asy_type out[])
{
    (void)in;
    out[0] = (asy_type){ASY_BATCH, *(const asy_dtype *)n->attr, ASY_SCALAR};
    return ASY_OK;
}

static void eval_fill(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)in, (void)w;
    double *y = out[0].data, value = ((const asy__fill_attr *)n->attr)->value;
    int64_t count = asy_shape_count(&out[0].s);
    for (int64_t i = 0; i < count; i++) y[i] = value;
}

static void eval_rows(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)n, (void)in;
    *(double *)out[0].data = (double)w->total_rows;
}

static asy_val build_input(asy_graph *g, const asy_val in[]) { (void)g; return in[0]; }
static asy_val build_fill_row(asy_graph *g, const asy_val in[])
{
    (void)in;
    return asy_fill(g, ASY_ROW, ASY_SHAPE(3), -2.5);
}
static asy_val build_fill_batch(asy_graph *g, const asy_val in[])
{
    (void)in;
    return asy_fill(g, ASY_BATCH, ASY_SHAPE(2), 4);
}
static asy_val build_rows(asy_graph *g, const asy_val in[]) { (void)in; return asy_rows(g); }

static const double three[] = {1, -2, 3}, fill_row[] = {-2.5, -2.5, -2.5}, fill_batch[] = {4, 4}, one[] = {1};
static const asy_op_case input_cases[] = {
    {.name = "row", .n_in = 1, .in = {{ASY_ROW, ASY_F32, {1, {3}}, -1, 1}}, .build = build_input,
     .n_known = 3, .known_in = three, .known_out = three},
    {.name = "batch", .n_in = 1, .in = {{ASY_BATCH, ASY_F32, {2, {2, 3}}, -1, 1}}, .build = build_input},
    {.name = NULL},
};
static const asy_op_case fill_cases[] = {
    {.name = "row", .build = build_fill_row, .nodiff = true, .n_known = 3, .known_out = fill_row},
    {.name = "batch", .build = build_fill_batch, .nodiff = true, .n_known = 2, .known_out = fill_batch},
    {.name = NULL},
};
static const asy_op_case rows_cases[] = {
    {.name = "one row", .build = build_rows, .nodiff = true, .n_known = 1, .known_out = one},
    {.name = NULL},
};

const asy_op asy_op_input = {.name = "input",
                             .flags = ASY_OP_ROW | ASY_OP_BATCH | ASY_OP_NODIFF,
                             .n_out = 1,
                             .type = type_input,
                             .cases = input_cases};
const asy_op asy_op_fill = {.name = "fill",
                            .flags = ASY_OP_ROW | ASY_OP_BATCH | ASY_OP_NODIFF,
                            .n_out = 1,
                            .type = type_fill,
                            .eval = eval_fill,
                            .cases = fill_cases};
const asy_op asy_op_rows = {.name = "rows",
                            .flags = ASY_OP_BATCH | ASY_OP_NODIFF,
                            .n_out = 1,
                            .type = type_rows,
                            .eval = eval_rows,
                            .cases = rows_cases};

asy_val asy_input(asy_graph *g, const char *name, asy_class cls, asy_dtype dtype, asy_shape shape)
{
    asy__input_attr a;
    asy_val out;
    memset(&a, 0, sizeof a);
    a.type.cls = cls;
    a.type.dtype = dtype;
    a.type.shape = shape;
    a.serial = g ? g->n_nodes : 0;
    asy_node_add(g, &asy_op_input, 0, NULL, &a, sizeof a, &out);
    return asy_val_name(g, out, "%s", name);
}

asy_val asy_fill(asy_graph *g, asy_class cls, asy_shape shape, double value)
{
    asy__fill_attr a;
    asy_val out;
    memset(&a, 0, sizeof a);
    a.type.cls = cls;
    a.type.dtype = asy_graph_real(g);
    a.type.shape.n = shape.n;
    for (int i = 0; i < shape.n && i < ASY_MAXDIM; i++) a.type.shape.d[i] = shape.d[i];
    a.value = value;
    asy_node_add(g, &asy_op_fill, 0, NULL, &a, sizeof a, &out);
    return out;
}

asy_val asy_rows(asy_graph *g)
{
    asy_dtype real = asy_graph_real(g);
    asy_val out;
    asy_node_add(g, &asy_op_rows, 0, NULL, &real, sizeof real, &out);
    return out;
}
