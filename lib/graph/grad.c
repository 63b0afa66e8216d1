// SPDX-License-Identifier: GPL-3.0-or-later
/* Reverse accumulation, written as more graph. Nodes are visited in the reverse of the depth-first order from
 * y, arguments in order: an order of the graph's structure alone, since C leaves open in which order the
 * calls inside an argument list make their nodes. Contributions to a value are added as its users are
 * visited, a user's first argument first.
 *
 * Per sample, adjoints of batch values are row values too: a row's own share, that the last step of each sum
 * over rows (asy_graph_per_sample) leaves unsummed. */
#include "impl.h"
#include <string.h>

typedef struct {
    asy_graph *g;
    asy_arena *work;
    bool per_sample;
    bool *wanted, *depends;         /* by value: is in wrt; lies on a path from wrt */
    bool *seen;                     /* by node */
    uint32_t *order, *stack;        /* of nodes */
    int *next;                      /* by node: the input to look at next */
    asy_val *adjoint;               /* by value; {0}: no contribution yet */
} pass;

static bool is_real(const asy_type *t)
{
    return t->dtype != ASY_I32;
}

/* Marks what depends on wrt, from the first node to y's. */
static void mark_paths(pass *p, uint32_t last)
{
    for (uint32_t i = 0; i <= last; i++) {
        const asy_node *n = p->g->node[i];
        bool d = false;
        if (!(n->op->flags & ASY_OP_NODIFF))
            for (int k = 0; k < n->n_in && !d; k++) d = p->depends[n->in[k].id];
        for (int k = 0; k < n->op->n_out; k++) {
            uint32_t v = n->out.id + (uint32_t)k;
            p->depends[v] = p->wanted[v] || (d && is_real(&n->out_type[k]));
        }
    }
}

/* Nodes on paths from wrt to y, each after those it needs; returns how many. */
static uint32_t order_nodes(const pass *p, uint32_t last)
{
    uint32_t n = 0, depth = 0, *stack = p->stack;
    bool *seen = p->seen;
    int *next = p->next;
    stack[depth++] = last;
    seen[last] = true;
    while (depth > 0) {
        uint32_t top = stack[depth - 1];
        const asy_node *node = p->g->node[top];
        if (next[top] == node->n_in || (node->op->flags & ASY_OP_NODIFF)) {
            p->order[n++] = top;
            depth--;
            continue;
        }
        asy_val in = node->in[next[top]++];
        uint32_t i = p->g->node_of[in.id];
        if (!p->depends[in.id] || seen[i]) continue;
        seen[i] = true;
        stack[depth++] = i;
    }
    return n;
}

static bool same_type(const asy_type *a, const asy_type *b)
{
    return a->cls == b->cls && a->dtype == b->dtype && asy_shape_equal(&a->shape, &b->shape);
}

static void contribute(pass *p, const asy_node *n, int arg, asy_val c)
{
    if (!c.id) return;
    asy_type want = n->in_type[arg];
    if (p->per_sample) {
        if (asy__type_of(p->g, c)->cls == ASY_BATCH) c = asy_broadcast(p->g, c);
        want.cls = ASY_ROW;
    }
    if (!c.id) return;
    if (!same_type(asy__type_of(p->g, c), &want)) {
        asy_graph_fail(p->g, "%s: the derivative for input %d has not that input's type", n->op->name, arg);
        return;
    }
    asy_val *a = &p->adjoint[n->in[arg].id];
    *a = a->id ? asy_add(p->g, *a, c) : c;
}

static void visit(pass *p, const asy_node *n)
{
    asy_val dout[ASY_NODE_OUT] = {{0}};
    bool any = false;
    for (int k = 0; k < n->op->n_out; k++) {
        uint32_t v = n->out.id + (uint32_t)k;
        if (!p->depends[v]) continue;
        dout[k] = p->adjoint[v];
        any = any || dout[k].id;
    }
    if (!any || (n->op->flags & ASY_OP_NODIFF)) return;
    for (int k = 0; k < n->n_in && !p->g->failed; k++) {
        if (!p->depends[n->in[k].id]) continue;
        p->g->per_sample = p->per_sample;
        asy_val c = n->op->vjp(p->g, n, dout, k);
        p->g->per_sample = false;
        contribute(p, n, k, c);
    }
}

static bool start(pass *p, asy_graph *g, asy_arena *work, int n, const asy_val wrt[])
{
    *p = (pass){.g = g, .work = work};
    p->wanted = ASY_NEWN(work, g->n_vals, bool);
    p->depends = ASY_NEWN(work, g->n_vals, bool);
    p->adjoint = ASY_NEWN(work, g->n_vals, asy_val);
    p->seen = ASY_NEWN(work, g->n_nodes, bool);
    p->order = ASY_NEWN(work, g->n_nodes, uint32_t);
    p->stack = ASY_NEWN(work, g->n_nodes, uint32_t);
    p->next = ASY_NEWN(work, g->n_nodes, int);
    if (!work || !p->wanted || !p->depends || !p->adjoint || !p->seen || !p->order || !p->stack || !p->next) {
        asy__graph_keep_error(g, asy_fail_(ASY_ENOMEM, __FILE__, __LINE__,
                                           "no memory for the derivative of %u values", g->n_vals));
        return false;
    }
    for (int i = 0; i < n; i++) p->wanted[wrt[i].id] = true;
    return true;
}

static bool check_args(asy_graph *g, asy_val y, int n, const asy_val wrt[])
{
    if (!g || g->failed || !y.id) return false;
    if (y.id >= g->n_vals) return asy_graph_fail(g, "grad: y is not a value of this graph").id;
    const asy_type *t = asy__type_of(g, y);
    if (!is_real(t) || t->shape.n != 0) return asy_graph_fail(g, "grad: y must be real and of shape []").id;
    for (int i = 0; i < n; i++) {
        if (!wrt[i].id) return false;
        if (wrt[i].id >= g->n_vals) return asy_graph_fail(g, "grad: value %d is not one of this graph", i).id;
        if (!is_real(asy__type_of(g, wrt[i]))) return asy_graph_fail(g, "grad: value %d is not real", i).id;
    }
    return true;
}

/* Whether a node sees more than one row: makes a batch value of row values; or (weakly) is of the batch and
 * counts rows. */
static bool mixes(const asy_node *n, bool weakly)
{
    bool found = weakly && n->op == &asy_op_rows;
    for (int k = 0; k < n->op->n_out && weakly; k++) found = found || asy__counts_rows(&n->out_type[k]);
    for (int k = 0; k < n->n_in; k++)
        found = found || (n->in_type[k].cls == ASY_ROW && n->out_type[0].cls == ASY_BATCH);
    return found;
}

/* Marks the graph as failed where anything that y is made of sees more than one row. */
static bool rows_apart(pass *p, asy_val y)
{
    asy_graph *g = p->g;
    const asy_node *found = NULL;
    bool *need = ASY_NEWN(p->work, g->n_vals, bool);
    if (!need) return false;
    need[y.id] = true;
    for (uint32_t i = g->node_of[y.id] + 1; i-- > 0;) {
        const asy_node *n = g->node[i];
        bool here = false;
        for (int k = 0; k < n->op->n_out; k++) here = here || need[n->out.id + (uint32_t)k];
        if (!here) continue;
        for (int k = 0; k < n->n_in; k++) need[n->in[k].id] = true;
        if (mixes(n, false) || (mixes(n, true) && !(found && mixes(found, false)))) found = n;
    }
    if (!found) return true;
    (void)asy_graph_fail(g,
                         "a per-sample gradient does not exist: through %s%s%s%s a row's loss sees other rows "
                         "(batch normalisation does; group, instance and layer normalisation do not)",
                         found->op->name, found->name ? " '" : "", found->name ? found->name : "",
                         found->name ? "'" : "");
    return false;
}

static void walk(asy_graph *g, asy_val y, int n, const asy_val wrt[], asy_val out[], bool per_sample)
{
    pass p;
    asy_arena *work = NULL;
    bool fine = check_args(g, y, n, wrt) && start(&p, g, work = asy_arena_new(0), n, wrt);
    if (fine) p.per_sample = per_sample;
    if (fine && per_sample) fine = rows_apart(&p, y);
    if (fine) {
        uint32_t last = g->node_of[y.id];
        mark_paths(&p, last);
        if (p.depends[y.id]) p.adjoint[y.id] = asy_fill(g, asy__type_of(g, y)->cls, ASY_SCALAR, 1);
        for (uint32_t i = order_nodes(&p, last); i-- > 0 && !g->failed;) visit(&p, g->node[p.order[i]]);
    }
    for (int i = 0; i < n; i++) {
        out[i].id = 0;
        if (!fine || g->failed) continue;
        const asy_type *t = asy__type_of(g, wrt[i]);
        asy_val a = p.adjoint[wrt[i].id];
        out[i] = a.id ? a : asy_fill(g, per_sample ? ASY_ROW : t->cls, t->shape, 0);
    }
    asy_arena_free(work);
}

void asy_grad(asy_graph *g, asy_val y, int n, const asy_val wrt[], asy_val out[])
{
    walk(g, y, n, wrt, out, false);
}

void asy_grad_per_sample(asy_graph *g, asy_val rows, int n, const asy_val wrt[], asy_val out[])
{
    bool fine = check_args(g, rows, n, wrt);
    if (fine && asy__type_of(g, rows)->cls != ASY_ROW)
        fine = asy_graph_fail(g, "a per-sample gradient needs the loss of each row, not one of the batch").id;
    if (fine) walk(g, rows, n, wrt, out, true);
    for (int i = 0; !fine && i < n; i++) out[i].id = 0;
}

/* v[k] of one shape [S] → [n,S] */
static asy_val stacked(asy_graph *g, int64_t n, asy_val v[])
{
    for (int64_t i = 0; i < n && !g->failed; i++) {
        asy_shape s = asy_val_type(g, v[i]).shape, one = {.n = s.n + 1, .d = {1}};
        if (s.n >= ASY_MAXDIM) return asy_graph_fail(g, "grad_rows: there is no room for one more axis");
        for (int k = 0; k < s.n; k++) one.d[k + 1] = s.d[k];
        v[i] = asy_reshape(g, v[i], one);
    }
    while (n > 1 && !g->failed) {
        int64_t parts = 0;
        for (int64_t i = 0; i < n; i += ASY_NODE_IN) {
            int some = (int)(n - i < ASY_NODE_IN ? n - i : ASY_NODE_IN);
            v[parts++] = some > 1 ? asy_concat(g, some, v + i, 0) : v[i];
        }
        n = parts;
    }
    return v[0];
}

/* row [K] */
static bool is_rows(asy_graph *g, asy_val y)
{
    if (!g || g->failed || !y.id) return false;
    asy_type t = asy_val_type(g, y);
    if (t.cls == ASY_ROW && is_real(&t) && t.shape.n == 1 && t.shape.d[0] > 0) return true;
    return asy_graph_fail(g, "grad_rows needs a real row value [K]").id;
}

void asy_grad_rows(asy_graph *g, asy_val y, int n, const asy_val wrt[], asy_val out[])
{
    bool fine = is_rows(g, y);
    int64_t k = fine ? asy_val_type(g, y).shape.d[0] : 0;
    asy_arena *work = asy_arena_new(0);
    asy_val *d = ASY_NEWN(work, k + 1, asy_val), *each = ASY_NEWN(work, n + 1, asy_val);
    asy_val *all = n > 0 && k <= (INT64_MAX - 1) / n ? ASY_NEWN(work, n * k + 1, asy_val) : NULL;
    if (fine && (!d || !each || !all)) {
        asy__graph_keep_error(g, asy_fail_(ASY_ENOMEM, __FILE__, __LINE__, "no memory for %lld gradients",
                                           (long long)k));
        fine = false;
    }
    for (int64_t i = 0; fine && !g->failed && i < k; i++) {
        asy_grad_per_sample(g, asy_reshape(g, asy_slice(g, y, 0, i, 1), ASY_SCALAR), n, wrt, each);
        for (int j = 0; j < n; j++) all[j * k + i] = each[j];
    }
    for (int j = 0; j < n; j++) out[j] = fine && !g->failed ? stacked(g, k, all + j * k) : (asy_val){0};
    asy_arena_free(work);
}

asy_val asy_hvp(asy_graph *g, asy_val y, asy_val wrt, asy_val v)
{
    asy_val first, second;
    asy_grad(g, y, 1, &wrt, &first);
    if (!first.id || !v.id) return (asy_val){0};
    if (v.id >= g->n_vals || !same_type(asy__type_of(g, v), asy__type_of(g, wrt)))
        return asy_graph_fail(g, "hvp: v must have the type of the value that is differentiated by");
    asy_grad(g, asy_sum(g, asy_mul(g, first, asy_detach(g, v))), 1, &wrt, &second);
    return second;
}
