// SPDX-License-Identifier: GPL-3.0-or-later
/* cumsum: a chain along the last axis. */
#include "_common.h"

static void eval_cumsum(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)w;
    bool reverse = ((const asy_cumsum_attr *)n->attr)->reverse;
    int64_t len = asy__last(&in[0]), count = asy__count(&in[0]);
    for (int64_t i = 0; i < count; i += len) {
        const double *x = (const double *)in[0].data + i;
        double *y = (double *)out[0].data + i, sum = 0;
        for (int64_t j = 0; j < len; j++) {
            int64_t at = reverse ? len - 1 - j : j;
            y[at] = sum += x[at];
        }
    }
}

static asy_status type_cumsum(const asy_node *n, const asy_type in[], asy_type out[])
{
    if (in[0].shape.n < 1) return asy__refuse(n, in, "needs at least one axis");
    return asy__type_same(n, in, out);
}

static asy_val vjp_cumsum(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    (void)arg;
    return asy_cumsum(g, dout[0], !((const asy_cumsum_attr *)n->attr)->reverse);
}

static asy_val build_on(asy_graph *g, const asy_val in[]) { return asy_cumsum(g, in[0], false); }
static asy_val build_back(asy_graph *g, const asy_val in[]) { return asy_cumsum(g, in[0], true); }
static asy_val build_rows(asy_graph *g, const asy_val in[])
{
    return asy_cumsum(g, asy_transpose(g, asy_batch_all(g, in[0]), (int[]){1, 0}), false);
}

static const double six[] = {1, 2, 3, 4, 5, 6}, on[] = {1, 3, 6, 4, 9, 15}, back[] = {6, 5, 3, 15, 11, 6};
static const asy_op_case cumsum_cases[] = {
    {.name = "row", .n_in = 1, .in = {ROW_IN(-2, 2, 3, 17)}, .build = build_on},
    {.name = "from the end", .n_in = 1, .in = {ROW_IN(-2, 2, 2, 1, 9)}, .build = build_back},
    {.name = "one", .n_in = 1, .in = {ROW_IN(-2, 2, 3, 1)}, .build = build_on},
    {.name = "batch", .n_in = 1, .in = {BATCH_IN(-2, 2, 5)}, .build = build_back},
    {.name = "over the rows", .n_in = 1, .in = {ROW_IN(-2, 2, 3)}, .build = build_rows},
    {.name = "known", .n_in = 1, .in = {ROW_IN(-2, 2, 2, 3)}, .build = build_on, KNOWN(six, on)},
    {.name = "known from the end", .n_in = 1, .in = {ROW_IN(-2, 2, 2, 3)}, .build = build_back,
     KNOWN(six, back)},
    {.name = NULL},
};

const asy_op asy_op_cumsum = { .name = "cumsum",
                               .flags = ASY_OP_ROW | ASY_OP_BATCH | ASY_OP_INPLACE0 | ASY_OP_LAST,
                               .n_out = 1,
                               .type = type_cumsum,
                               .eval = eval_cumsum,
                               .vjp = vjp_cumsum,
                               .cases = cumsum_cases };

asy_val asy_cumsum(asy_graph *g, asy_val x, bool reverse)
{
    asy_cumsum_attr a = {reverse};
    return asy__node(g, &asy_op_cumsum, 1, &x, &a, sizeof a);
}
