// SPDX-License-Identifier: GPL-3.0-or-later
/* Looking inside a run: a second plan of the same nodes keeps every value; it runs on the same inputs and
 * gives the same bits. */
#include "impl.h"
#include <inttypes.h>
#include <math.h>

void asy__observe_free(asy_exec *e)
{
    asy_exec_free(e->seer);
    asy_plan_free(e->all);
    e->seer = NULL;
    e->all = NULL;
}

static double element(const asy_tensor *t, int64_t i)
{
    switch (t->type) {
    case ASY_F32: return (double)((const float *)t->data)[i];
    case ASY_F64: return ((const double *)t->data)[i];
    case ASY_I32: return (double)((const int32_t *)t->data)[i];
    case ASY_U8: return (double)((const unsigned char *)t->data)[i];
    }
    return 0;
}

static bool is_finite(const asy_tensor *t)
{
    int64_t n = asy_shape_count(&t->s);
    if (t->type == ASY_I32 || t->type == ASY_U8) return true;
    for (int64_t i = 0; i < n; i++)
        if (!isfinite(element(t, i))) return false;
    return true;
}

/* The plan of a plan's graph is given what the first plan's user binds. */
static asy_status take_inputs(asy_plan *all, const asy_plan *p)
{
    int *by_user = ASY_NEWN(all->arena, p->n_ids, int);
    ASY_TRY(asy_arena_status(all->arena));
    for (uint32_t v = 0; v < p->n_ids; v++)
        by_user[v] = p->input_of[v] < 0 ? -1 : all->input_of[p->input[p->input_of[v]].id];
    all->n_ids = p->n_ids;
    all->input_of = by_user;
    return ASY_OK;
}

static asy_status make_seer(asy_exec *e)
{
    const asy_plan *p = e->plan;
    asy_arena *work = asy_arena_new(0);
    asy_val *all = ASY_NEWN(work, p->n_nodes * ASY_NODE_OUT, asy_val);
    int n = 0;
    for (int i = 0; all && i < p->n_nodes; i++)
        for (int k = 0; k < p->node[i]->op->n_out; k++) all[n++].id = p->node[i]->out.id + (uint32_t)k;
    asy_status s = all ? asy__plan_make(&e->all, p->graph, n, all, p->max_rows, p->backend, true)
                       : asy_arena_status(work);
    asy_arena_free(work);
    ASY_TRY(s);
    ASY_TRY(take_inputs(e->all, p));
    return asy_exec_new(&e->seer, e->all, e->pool);
}

static const asy_node *node_of_out(const asy_exec *e, int i)
{
    return asy__node_of(e->plan->graph, e->all->out[i].val);
}

static void trace_value(const asy_exec *e, int i, asy_buf *b)
{
    const asy_node *n = node_of_out(e, i);
    asy_tensor t = asy_exec_out(e->seer, i);
    int64_t count = asy_shape_count(&t.s);
    double lo = INFINITY, hi = -INFINITY, sum = 0;
    char shape[160];
    asy_shape_text(&t.s, shape, sizeof shape);
    for (int64_t k = 0; k < count; k++) {
        double x = element(&t, k);
        if (x < lo || isnan(x)) lo = x;
        if (x > hi || isnan(x)) hi = x;
        sum += x;
    }
    asy_buf_printf(b, "%%%" PRIu32 " %s %s %s %s", e->all->out[i].val.id, n->op->name,
                   n->name ? n->name : "-", e->all->out[i].type.cls == ASY_ROW ? "row" : "batch", shape);
    if (count > 0) asy_buf_printf(b, " min %.9g max %.9g mean %.9g\n", lo, hi, sum / (double)count);
    else asy_buf_puts(b, " empty\n");
}

static asy_status name_culprit(const asy_exec *e)
{
    for (int i = 0; i < e->all->n_out; i++) {
        asy_tensor t = asy_exec_out(e->seer, i);
        const asy_node *n = node_of_out(e, i);
        if (is_finite(&t)) continue;
        if (n->op == &asy_op_input)
            ASY_FAIL(ASY_EFINITE, "input '%s' is not finite", n->name ? n->name : "?");
        ASY_FAIL(ASY_EFINITE, "%s%s%s (%%%" PRIu32 ") made the first value that is not finite", n->op->name,
                 n->name ? " " : "", n->name ? n->name : "", e->all->out[i].val.id);
    }
    ASY_FAIL(ASY_EBUG, "a value is not finite, but none is when the run is repeated");
}

asy_status asy__observe(asy_exec *e, int n, const asy_bind in[])
{
    int bad = -1;
    for (int i = 0; e->check && i < e->plan->n_out && bad < 0; i++) {
        asy_tensor t = asy_exec_out(e, i);
        if (!is_finite(&t)) bad = i;
    }
    if (bad < 0 && !e->trace) return ASY_OK;
    asy_status s = e->seer ? ASY_OK : make_seer(e);
    if (s != ASY_OK) asy__observe_free(e);
    if (s != ASY_OK && bad >= 0)
        ASY_FAIL(ASY_EFINITE, "result %d is not finite (no memory to find where)", bad);
    ASY_TRY(s);
    ASY_TRY(asy_exec_run(e->seer, e->rows, n, in));
    for (int i = 0; e->trace && i < e->all->n_out; i++) trace_value(e, i, e->trace);
    return bad < 0 ? ASY_OK : name_culprit(e);
}
