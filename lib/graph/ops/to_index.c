// SPDX-License-Identifier: GPL-3.0-or-later
/* to_index: from reals to the symbols that embeddings choose by. */
#include "_common.h"
#include <math.h>

extern const asy_op asy_op_to_index;

/* Cut before it is converted; NaN is below everything. */
static int32_t nearest(double x, int64_t n)
{
    double f = floor(x), d = x - f;
    if (!(x > 0)) return 0;
    if (x >= (double)(n - 1)) return (int32_t)(n - 1);
    return (int32_t)(d > 0.5 || (d == 0.5 && floor(f / 2) * 2 != f) ? f + 1 : f);
}

static void eval_to_index(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    int64_t count = asy__count(&out[0]), n = ((const asy_axis_attr *)node->attr)->n;
    int32_t *y = out[0].data;
    (void)w;
    if (in[0].type == ASY_F32)
        for (int64_t i = 0; i < count; i++) y[i] = nearest((double)((const float *)in[0].data)[i], n);
    else
        for (int64_t i = 0; i < count; i++) y[i] = nearest(((const double *)in[0].data)[i], n);
}

static asy_status type_to_index(const asy_node *node, const asy_type in[], asy_type out[])
{
    int64_t n = ((const asy_axis_attr *)node->attr)->n;
    ASY_TRY(asy__real(node, in, 1));
    if (n < 1 || n > INT32_MAX) return asy__refuse(node, in, "the number of indices is not one");
    out[0] = in[0];
    out[0].dtype = ASY_I32;
    return ASY_OK;
}

static asy_val build_five(asy_graph *g, const asy_val in[]) { return asy_to_index(g, in[0], 5); }

static const double known_in[] = {-3, 0.49, 0.5, 1.5, 2.5, 2.51, 4.4, 9}, known_out[] = {0, 0, 0, 2, 2, 3, 4, 4};
static const asy_op_case to_index_cases[] = {
    {.name = "row", .n_in = 1, .in = {ROW_IN(-2, 7, 3, 11)}, .build = build_five, .nodiff = true},
    {.name = "batch", .n_in = 1, .in = {BATCH_IN(-2, 7, 9)}, .build = build_five, .nodiff = true},
    {.name = "known", .n_in = 1, .in = {ROW_IN(-5, 5, 8)}, .build = build_five, .nodiff = true,
     KNOWN(known_in, known_out)},
    {.name = NULL},
};

const asy_op asy_op_to_index = {.name = "to_index",
                                .flags = ASY_OP_ROW | ASY_OP_BATCH | ASY_OP_NODIFF | ASY_OP_ANY_REAL,
                                .n_out = 1, .type = type_to_index, .eval = eval_to_index,
                                .cases = to_index_cases};

asy_val asy_to_index(asy_graph *g, asy_val x, int64_t n)
{
    asy_axis_attr a = {n};
    return asy__node(g, &asy_op_to_index, 1, &x, &a, sizeof a);
}
