// SPDX-License-Identifier: GPL-3.0-or-later
/* constant: a batch value whose elements are part of the graph (an input's mean and deviation, say). */
#include "../op.h"
#include <string.h>

typedef struct { asy_type type; double v[]; } constant_attr;

static asy_status type_constant(const asy_node *n, const asy_type in[], asy_type out[])
{
    (void)in;
    out[0] = ((const constant_attr *)n->attr)->type;
    return ASY_OK;
}

static void eval_constant(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)in, (void)w;
    memcpy(out[0].data, ((const constant_attr *)n->attr)->v, n->attr_size - offsetof(constant_attr, v));
}

static asy_val fold_constant(asy_graph *g, const asy_node *n)
{
    const constant_attr *a = n->attr;
    size_t count = (n->attr_size - offsetof(constant_attr, v)) / sizeof *a->v;
    for (size_t i = 1; i < count; i++)
        if (memcmp(&a->v[i], a->v, sizeof *a->v) != 0) return (asy_val){ 0 };
    return count > 0 ? asy_fill(g, ASY_BATCH, a->type.shape, a->v[0]) : (asy_val){ 0 };
}

static const double known[] = { 1, -2, 0.5 };
static asy_val build_known(asy_graph *g, const asy_val in[])
{
    (void)in;
    return asy_constant(g, ASY_SHAPE(3), known);
}
static const asy_op_case cases[] = {
    { .name = "vector", .build = build_known, .nodiff = true, .n_known = 3, .known_out = known },
    { .name = NULL },
};

const asy_op asy_op_constant = { .name = "constant",
                                 .flags = ASY_OP_BATCH | ASY_OP_NODIFF,
                                 .n_out = 1,
                                 .type = type_constant,
                                 .eval = eval_constant,
                                 .fold = fold_constant,
                                 .cases = cases };

asy_val asy_constant(asy_graph *g, asy_shape shape, const double v[])
{
    enum { MOST = 4096 };
    union { constant_attr head; unsigned char bytes[sizeof(constant_attr) + MOST * sizeof(double)]; } a;
    int64_t n = asy_shape_count(&shape);
    asy_val out;

    if (n < 0 || n > MOST || shape.n > ASY_MAXDIM)
        return asy_graph_fail(g, "a constant has at most %d elements", MOST);
    memset(&a, 0, sizeof a.head); /* attributes are compared as bytes, so the members are set one by one */
    a.head.type.cls = ASY_BATCH;
    a.head.type.dtype = asy_graph_real(g);
    a.head.type.shape.n = shape.n;
    for (int i = 0; i < shape.n; i++)
        a.head.type.shape.d[i] = shape.d[i];
    memcpy(a.bytes + offsetof(constant_attr, v), v, (size_t)n * sizeof *v);
    asy_node_add(g, &asy_op_constant, 0, NULL, &a, offsetof(constant_attr, v) + (size_t)n * sizeof *v, &out);
    return out;
}
