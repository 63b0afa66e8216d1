// SPDX-License-Identifier: GPL-3.0-or-later
/* A plan: live nodes, sections, steps, memory; made once, never changed. */
#include "impl.h"

static asy_status mark_live(const asy_graph *g, int n, const asy_val outs[], bool live[])
{
    for (int i = 0; i < n; i++) {
        if (outs[i].id == 0 || outs[i].id >= g->n_vals)
            ASY_FAIL(ASY_EINVAL, "result %d of a plan is not a value of its graph", i);
        live[g->node_of[outs[i].id]] = true;
    }
    for (uint32_t i = g->n_nodes; i-- > 0;)
        for (int k = 0; live[i] && k < g->node[i]->n_in; k++) live[g->node_of[g->node[i]->in[k].id]] = true;
    return ASY_OK;
}

/* Where the user's inputs are among the plan's. */
static asy_status note_inputs(asy_plan *p, const asy_graph *from, const bool live[])
{
    p->input_of = ASY_NEWN(p->arena, p->n_ids, int);
    ASY_TRY(asy_arena_status(p->arena));
    for (uint32_t v = 0; v < p->n_ids; v++) p->input_of[v] = -1;
    for (uint32_t i = 0; i < from->n_nodes; i++) {
        if (!live[i] || from->node[i]->op != &asy_op_input) continue;
        uint32_t v = from->node[i]->out.id;
        for (int k = 0; k < p->n_input; k++)
            if (p->input[k].id == p->value_of[v].id) p->input_of[v] = k;
    }
    return ASY_OK;
}

static asy_status build(asy_plan *p, const asy_graph *from, int n, const asy_val outs[])
{
    bool *wanted = ASY_NEWN(p->arena, from->n_nodes, bool), *live;
    asy_val *out = ASY_NEWN(p->arena, n, asy_val);
    p->n_ids = from->n_vals;
    p->value_of = ASY_NEWN(p->arena, p->n_ids, asy_val);
    ASY_TRY(asy_arena_status(p->arena));
    ASY_TRY(mark_live(from, n, outs, wanted));
    ASY_TRY(asy__plan_graph(p, from, wanted));
    for (int i = 0; i < n; i++) out[i] = p->value_of[outs[i].id];
    live = ASY_NEWN(p->arena, p->graph->n_nodes, bool);
    p->node = ASY_NEWN(p->arena, p->graph->n_nodes, const asy_node *);
    ASY_TRY(asy_arena_status(p->arena));
    ASY_TRY(mark_live(p->graph, n, out, live));
    for (uint32_t i = 0; i < p->graph->n_nodes; i++)
        if (live[i]) p->node[p->n_nodes++] = p->graph->node[i];
    ASY_TRY(asy__plan_steps(p, live, n, out));
    ASY_TRY(note_inputs(p, from, wanted));
    ASY_TRY(asy__plan_memory(p));
    return asy__plan_tensors(p);
}

asy_status asy__plan_make(asy_plan **out, const asy_graph *g, int n, const asy_val outs[], int64_t max_rows,
                          const asy_backend *backend, bool plain)
{
    *out = NULL;
    ASY_TRY(asy_graph_status(g));
    if (n < 1 || max_rows < 1 || max_rows > INT32_MAX)
        ASY_FAIL(ASY_EINVAL, "a plan needs results and 1 to %d rows, not %d results and %lld rows", INT32_MAX,
                 n, (long long)max_rows);
    asy_arena *arena = asy_arena_new(0);
    asy_plan *p = ASY_NEW(arena, asy_plan);
    if (!p) {
        asy_arena_free(arena);
        ASY_FAIL(ASY_ENOMEM, "no memory for a plan");
    }
    *p = (asy_plan){
        .arena = arena, .fold = !plain, .backend = g->real == ASY_F32 ? backend : NULL, .max_rows = max_rows};
    asy_status s = build(p, g, n, outs);
    if (s != ASY_OK) asy_plan_free(p);
    ASY_TRY(s);
    *out = p;
    return ASY_OK;
}

asy_status asy_plan_new(asy_plan **out, asy_graph *g, int n, const asy_val outs[], int64_t max_rows,
                        const asy_backend *backend)
{
    return asy__plan_make(out, g, n, outs, max_rows, backend, false);
}

void asy_plan_free(asy_plan *p)
{
    if (p) asy_arena_free(p->arena);
}

size_t asy_plan_bytes(const asy_plan *p, int threads)
{
    size_t t = threads < 1 ? 1 : (size_t)threads;
    size_t tables = (size_t)p->n_tensor_batch * sizeof(asy_tensor) + (size_t)p->n_buffer * sizeof(char *);
    size_t thread =
        p->thread + (size_t)p->n_tensor_row * sizeof(asy_tensor) + (size_t)p->n_section * sizeof(int64_t);
    return p->block + p->constants + p->alone + tables + t * thread;
}

int64_t asy_plan_chunk(const asy_plan *p, int section)
{
    return section < 0 || section >= p->n_section ? 0 : p->section[section].chunk;
}

int asy_plan_nodes(const asy_plan *p)
{
    return p->n_nodes;
}

double asy_plan_flops(const asy_plan *p, int64_t rows)
{
    return p->flops_run + p->flops_row * (double)rows;
}
