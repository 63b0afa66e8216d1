// SPDX-License-Identifier: GPL-3.0-or-later
/* Which section a node belongs to: batch sections have even numbers, row sections odd ones (plan.h). */
#include "impl.h"

bool asy__is_view(const asy_node *n)
{
    return n->op->flags & ASY_OP_VIEW;
}

bool asy__is_leaf(const asy_node *n)
{
    return n->op == &asy_op_input || n->op == &asy_op_fill;
}

bool asy__is_spread(const asy_node *n)
{
    if (asy__is_leaf(n) || asy__is_view(n) || n->out_type[0].cls != ASY_ROW) return false;
    for (int i = 0; i < n->n_in; i++)
        if (n->in_type[i].cls == ASY_ROW) return false;
    return true;
}

static bool reduces(const asy_node *n)
{
    bool row = false;
    for (int i = 0; i < n->n_in; i++) row = row || n->in_type[i].cls == ASY_ROW;
    return row && n->out_type[0].cls == ASY_BATCH && !asy__is_view(n);
}

bool asy__is_group(const asy_node *n)
{
    return reduces(n) && !(n->op->chain && n->op->chain(n));
}

/* The first section of the node's class that comes with (same class) or after (row ↔ batch) each input's. */
static int place(const asy_graph *g, const asy_node *n, const int section[])
{
    int parity = n->out_type[0].cls == ASY_ROW, s = parity;
    for (int i = 0; i < n->n_in; i++) {
        int need = section[g->node_of[n->in[i].id]];
        if (need % 2 != parity) need++;
        if (need > s) s = need;
    }
    return s;
}

int asy__sections(const asy_graph *g, const bool live[], int section[])
{
    int n = 0;
    for (uint32_t i = 0; i < g->n_nodes; i++) {
        section[i] = -1;
        if (!live[i]) continue;
        section[i] = place(g, g->node[i], section);
        if (section[i] >= n) n = section[i] + 1;
    }
    return n;
}
