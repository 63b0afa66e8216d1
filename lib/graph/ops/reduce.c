// SPDX-License-Identifier: GPL-3.0-or-later
/* sum sum_lead sum_last max_last: inside a row, or a batch value. */
#include "_common.h"
#include "../../tensor/reduce.h"
#include <string.h>

static void eval_sum(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    int64_t rows = n->in_type[0].cls == ASY_ROW ? w->rows : 1;
    if (rows < 1) return;
    int64_t count = asy__count(&in[0]) / rows;
    for (int64_t r = 0; r < rows; r++)
        ((double *)out[0].data)[r] = asy_sum_f64((size_t)count, (const double *)in[0].data + r * count);
}

static void eval_sum_lead(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    int64_t rows = n->in_type[0].cls == ASY_ROW ? w->rows : 1;
    if (rows < 1) return;
    int64_t from = asy__count(&in[0]) / rows, to = asy__count(&out[0]) / rows;
    memset(out[0].data, 0, asy_tensor_bytes(&out[0]));
    for (int64_t r = 0; r < rows; r++) {
        const double *x = (const double *)in[0].data + r * from;
        double *y = (double *)out[0].data + r * to;
        for (int64_t i = 0; i < from; i += to)
            for (int64_t j = 0; j < to; j++) y[j] += x[i + j];
    }
}

static void eval_sum_last(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)n, (void)w;
    int64_t count = asy__count(&out[0]), len = asy__last(&in[0]);
    for (int64_t i = 0; i < count; i++)
        ((double *)out[0].data)[i] = asy_sum_f64((size_t)len, (const double *)in[0].data + i * len);
}

static void eval_max_last(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)n, (void)w;
    int64_t count = asy__count(&out[0]), len = asy__last(&in[0]), index;
    for (int64_t i = 0; i < count; i++) {
        ((double *)out[0].data)[i] = asy__max(len, (const double *)in[0].data + i * len, &index);
        ((int32_t *)out[1].data)[i] = (int32_t)index;
    }
}

static asy_status type_sum(const asy_node *n, const asy_type in[], asy_type out[])
{
    ASY_TRY(asy__real(n, in, 1));
    out[0] = in[0];
    out[0].shape = ASY_SCALAR;
    return ASY_OK;
}

static asy_status type_sum_lead(const asy_node *n, const asy_type in[], asy_type out[])
{
    int64_t keep = ((const asy_axis_attr *)n->attr)->n;
    ASY_TRY(asy__real(n, in, 1));
    if (keep < 0 || keep > in[0].shape.n)
        return asy__refuse(n, in, "it has not as many axes as are to be kept");
    out[0] = in[0];
    out[0].shape = asy_shape_of((int)keep, in[0].shape.d + (in[0].shape.n - keep));
    return ASY_OK;
}

static asy_status type_max_last(const asy_node *n, const asy_type in[], asy_type out[])
{
    ASY_TRY(asy__type_last(n, in, out));
    int64_t len = in[0].shape.d[in[0].shape.n - 1];
    if (len == 0 || len > INT32_MAX) return asy__refuse(n, in, "the last axis has no element, or too many");
    out[1] = out[0];
    out[1].dtype = ASY_I32;
    return ASY_OK;
}

static asy_val vjp_sum(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    (void)arg;
    return asy_expand_lead(g, dout[0], n->in_type[0].shape);
}

static asy_val vjp_sum_last(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    (void)arg;
    return asy_expand_last(g, dout[0], n->in_type[0].shape.d[n->in_type[0].shape.n - 1]);
}

static asy_val vjp_max_last(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    (void)arg;
    if (!dout[0].id) return dout[0];
    return asy_place(g, dout[0], (asy_val){n->out.id + 1}, n->in_type[0].shape.d[n->in_type[0].shape.n - 1]);
}

static asy_val build_sum(asy_graph *g, const asy_val in[]) { return asy_sum(g, asy_mul(g, in[0], in[0])); }
static asy_val build_plain_sum(asy_graph *g, const asy_val in[]) { return asy_sum(g, in[0]); }
static asy_val build_rows(asy_graph *g, const asy_val in[])
{
    asy_val all = asy_batch_all(g, in[0]);
    return asy_sum_lead(g, asy_mul(g, all, all), 1);
}
static asy_val build_lead0(asy_graph *g, const asy_val in[]) { return asy_sum_lead(g, in[0], 0); }
static asy_val build_lead1(asy_graph *g, const asy_val in[]) { return asy_sum_lead(g, in[0], 1); }
static asy_val build_lead2(asy_graph *g, const asy_val in[]) { return asy_sum_lead(g, in[0], 2); }
static asy_val build_last(asy_graph *g, const asy_val in[]) { return asy_sum_last(g, in[0]); }
static asy_val build_last_rows(asy_graph *g, const asy_val in[])
{
    return asy_sum_last(g, asy_batch_all(g, in[0]));
}
static asy_val build_max(asy_graph *g, const asy_val in[])
{
    asy_val out[2];
    asy_max_last(g, in[0], out);
    return out[0];
}
/* Takes a second value at the place of the first one's maximum. */
static asy_val build_argmax(asy_graph *g, const asy_val in[])
{
    asy_val out[2];
    asy_max_last(g, in[0], out);
    return asy_pick(g, in[1], out[1]);
}

static const double six[] = {1, 2, 3, 4, 5, 6};
static const double sum_out[] = {21}, lead_out[] = {5, 7, 9}, last_out[] = {6, 15};
static const double max_in[] = {1, 3, 3, -5, -7, -5}, max_out[] = {3, -5};
static const double argmax_in[] = {1, 3, 3, -5, -7, -5, 10, 20, 30, 40, 50, 60}, argmax_out[] = {20, 40};

static const asy_op_case sum_cases[] = {
    {.name = "vector", .n_in = 1, .in = {ROW_IN(-2, 2, 37)}, .build = build_sum},
    {.name = "image", .n_in = 1, .in = {ROW_IN(-2, 2, 3, 5, 2)}, .build = build_sum},
    {.name = "scalar", .n_in = 1, .in = {ROW_SCALAR(-2, 2)}, .build = build_sum},
    {.name = "batch", .n_in = 1, .in = {BATCH_IN(-2, 2, 4, 5)}, .build = build_sum},
    {.name = "known", .n_in = 1, .in = {ROW_IN(-2, 2, 6)}, .build = build_plain_sum, KNOWN(six, sum_out)},
    {.name = NULL},
};
static const asy_op_case sum_lead_cases[] = {
    {.name = "to nothing", .n_in = 1, .in = {ROW_IN(-2, 2, 3, 4)}, .build = build_lead0},
    {.name = "to channels", .n_in = 1, .in = {ROW_IN(-2, 2, 3, 5, 7)}, .build = build_lead1},
    {.name = "to a matrix", .n_in = 1, .in = {ROW_IN(-2, 2, 4, 1, 3)}, .build = build_lead2},
    {.name = "batch", .n_in = 1, .in = {BATCH_IN(-2, 2, 9, 2)}, .build = build_lead1},
    {.name = "axis of rows", .n_in = 1, .in = {ROW_IN(-2, 2, 3)}, .build = build_rows},
    {.name = "known", .n_in = 1, .in = {ROW_IN(-2, 2, 2, 3)}, .build = build_lead1, KNOWN(six, lead_out)},
    {.name = NULL},
};
static const asy_op_case sum_last_cases[] = {
    {.name = "matrix", .n_in = 1, .in = {ROW_IN(-2, 2, 3, 19)}, .build = build_last},
    {.name = "one", .n_in = 1, .in = {ROW_IN(-2, 2, 2, 3, 1)}, .build = build_last},
    {.name = "batch", .n_in = 1, .in = {BATCH_IN(-2, 2, 5)}, .build = build_last},
    {.name = "axis of rows", .n_in = 1, .in = {ROW_SCALAR(-2, 2)}, .build = build_last_rows},
    {.name = "known", .n_in = 1, .in = {ROW_IN(-2, 2, 2, 3)}, .build = build_last, KNOWN(six, last_out)},
    {.name = NULL},
};
static const asy_op_case max_last_cases[] = {
    {.name = "matrix", .n_in = 1, .in = {ROW_IN(-2, 2, 3, 7)}, .build = build_max, .kink = 1e-3},
    {.name = "one", .n_in = 1, .in = {ROW_IN(-2, 2, 4, 1)}, .build = build_max, .kink = 1e-3},
    {.name = "batch", .n_in = 1, .in = {BATCH_IN(-2, 2, 2, 5)}, .build = build_max, .kink = 1e-3},
    {.name = "index", .n_in = 2, .in = {ROW_IN(-2, 2, 3, 7), ROW_IN(-2, 2, 3, 7)},
     .build = build_argmax, .kink = 1e-3},
    {.name = "known", .n_in = 1, .in = {ROW_IN(-2, 2, 2, 3)},
     .build = build_max, .nodiff = true, KNOWN(max_in, max_out)},
    {.name = "known index", .n_in = 2, .in = {ROW_IN(-2, 2, 2, 3), ROW_IN(-2, 2, 2, 3)},
     .build = build_argmax, .nodiff = true, KNOWN(argmax_in, argmax_out)},
    {.name = NULL},
};

/* sums start at +0 */
enum { EVERYWHERE = ASY_OP_ROW | ASY_OP_BATCH, LINES = EVERYWHERE | ASY_OP_LAST | ASY_OP_PLUS0 };
const asy_op asy_op_sum = { .name = "sum",
                            .flags = LINES,
                            .n_out = 1,
                            .type = type_sum,
                            .eval = eval_sum,
                            .vjp = vjp_sum,
                            .cases = sum_cases };
const asy_op asy_op_sum_lead = { .name = "sum_lead",
                                 .flags = EVERYWHERE | ASY_OP_PLUS0,
                                 .n_out = 1,
                                 .type = type_sum_lead,
                                 .eval = eval_sum_lead,
                                 .vjp = vjp_sum,
                                 .cases = sum_lead_cases };
const asy_op asy_op_sum_last = { .name = "sum_last",
                                 .flags = LINES,
                                 .n_out = 1,
                                 .type = asy__type_last,
                                 .eval = eval_sum_last,
                                 .vjp = vjp_sum_last,
                                 .cases = sum_last_cases };
const asy_op asy_op_max_last = { .name = "max_last",
                                 .flags = EVERYWHERE | ASY_OP_LAST,
                                 .n_out = 2,
                                 .type = type_max_last,
                                 .eval = eval_max_last,
                                 .vjp = vjp_max_last,
                                 .cases = max_last_cases };

asy_val asy_sum(asy_graph *g, asy_val x)
{
    if (x.id && asy_val_type(g, x).shape.n == 0) return x;
    return asy__node(g, &asy_op_sum, 1, &x, NULL, 0);
}

asy_val asy_sum_lead(asy_graph *g, asy_val x, int keep)
{
    asy_axis_attr a = {keep};
    if (x.id && asy_val_type(g, x).shape.n == keep) return x;
    return asy__node(g, &asy_op_sum_lead, 1, &x, &a, sizeof a);
}

asy_val asy_sum_last(asy_graph *g, asy_val x)
{
    return asy__node(g, &asy_op_sum_last, 1, &x, NULL, 0);
}

void asy_max_last(asy_graph *g, asy_val x, asy_val out[2])
{
    out[0] = asy__node(g, &asy_op_max_last, 1, &x, NULL, 0);
    out[1] = (asy_val){out[0].id ? out[0].id + 1 : 0};
}
