// SPDX-License-Identifier: GPL-3.0-or-later
/* The live nodes of a graph, written again into a graph of the plan's own, by which a plan may change what is
 * computed without touching the user's graph. Only what keeps all bits is rewritten: each op knows its
 * simpler forms (asy_op.fold); here, element-wise ops of constants are computed once. Nodes that have become
 * the same are shared as in any graph; what nobody needs any more is left behind. */
#include "impl.h"
#include <string.h>

enum { MOST_FORMS = 16 }; /* of one node, one after the other: more is a cycle among the rules */

static bool same_type(const asy_type *a, const asy_type *b)
{
    return a->cls == b->cls && a->dtype == b->dtype && asy_shape_equal(&a->shape, &b->shape);
}

/* The op on one element, by what the plan would run. */
static double one_element(const asy_plan *p, const asy_node *n, const double x[])
{
    enum { STEP = 64 };
    bool f32 = p->graph->real == ASY_F32;
    const asy_kernel_entry *entry = asy__find_kernel(p, n);
    asy_kernel fn = entry ? entry->fn : f32 && !(n->op->flags & ASY_OP_ANY_REAL) ? asy__wide : n->op->eval;
    _Alignas(STEP) char memory[(ASY_NODE_IN + 1) * STEP] = { 0 }, scratch[(ASY_NODE_IN + 1) * STEP];
    asy_tensor t[ASY_NODE_IN + 1];
    for (int k = 0; k <= n->n_in; k++) {
        t[k] = (asy_tensor){ .data = memory + k * STEP, .type = p->graph->real, .s = ASY_SHAPE(1) };
        if (k == n->n_in) break;
        if (f32) *(float *)t[k].data = (float)x[k];
        else *(double *)t[k].data = x[k];
    }
    asy_kwork w = { .rows = 1, .scratch = scratch, .first = true, .tiles = 1, .total_rows = 1 };
    fn(n, t, &t[n->n_in], &w);
    return f32 ? (double)*(float *)t[n->n_in].data : *(double *)t[n->n_in].data;
}

static asy_val of_constants(const asy_plan *p, asy_graph *g, const asy_node *n)
{
    double x[ASY_NODE_IN];
    if (!(n->op->flags & ASY_OP_EACH) || n->n_in == 0) return (asy_val){ 0 };
    for (int k = 0; k < n->n_in; k++) {
        const asy_node *c = asy__node_of(g, n->in[k]);
        if (c->op != &asy_op_fill) return (asy_val){ 0 };
        x[k] = ((const asy__fill_attr *)c->attr)->value;
    }
    return asy_fill(g, n->out_type[0].cls, n->out_type[0].shape, one_element(p, n, x));
}

/* The value that stands for v. */
static asy_val simplest(const asy_plan *p, asy_graph *g, asy_val v)
{
    for (int i = 0; i < MOST_FORMS && v.id; i++) {
        const asy_node *n = asy__node_of(g, v);
        if (n->op->n_out != 1) return v;
        asy_val next = of_constants(p, g, n);
        if (!next.id && n->op->fold) next = n->op->fold(g, n);
        if (!next.id) return v;
        if (!same_type(asy__type_of(g, next), asy__type_of(g, v)))
            return asy_graph_fail(g, "%s: its simpler form has not its type", n->op->name);
        if (n->name) next = asy_val_name(g, next, "%s", n->name);
        v = next;
    }
    return v;
}

static asy_status copy_node(const asy_plan *p, asy_graph *g, const asy_node *n)
{
    asy_val in[ASY_NODE_IN], out[ASY_NODE_OUT] = { { 0 } };
    for (int k = 0; k < n->n_in; k++) in[k] = p->value_of[n->in[k].id];
    asy_node_add(g, n->op, n->n_in, in, n->attr, n->attr_size, out);
    if (n->name && out[0].id) (void)asy_val_name(g, out[0], "%s", n->name);
    if (p->fold) out[0] = simplest(p, g, out[0]);
    for (int k = 0; k < n->op->n_out; k++) p->value_of[n->out.id + (uint32_t)k] = out[k];
    return asy_graph_status(g);
}

asy_status asy__plan_graph(asy_plan *p, const asy_graph *from, const bool live[])
{
    asy_graph *g = asy_graph_new(p->arena, from->real);
    ASY_TRY(asy_graph_status(g));
    p->graph = g;
    for (uint32_t i = 0; i < from->n_nodes; i++)
        if (live[i]) ASY_TRY(copy_node(p, g, from->node[i]));
    return ASY_OK;
}
