// SPDX-License-Identifier: GPL-3.0-or-later
/* What an architecture costs, for `describe`: the plans of its forward pass and of a training step. */
#include "../base/sys.h"
#include "../graph/plan.h"
#include "../kernels/kernels.h"
#include "../method/params.h"
#include "model.h"

enum { ROWS = 128, TRACE_ROWS = 4, MOST_ROWS = 1 << 20, LENGTH = 64, SYMBOLS = 65 };

typedef struct {
    const asy_model *model;
    const asy_backend *backend;
    asy_arena *arena;
    asy_scope *scope;
    asy_graph *graph;
    asy_val x, y, *out;
    int n_out;
} program;

/* Logits; or loss and the gradient of every weight, without an optimiser. */
static asy_status write_program(program *p, asy_arena *a, const asy_model *m, bool step)
{
    *p = (program){ .model = m, .arena = a, .n_out = 1 };
    asy_graph *g = p->graph = asy_graph_new(a, ASY_F32);
    asy_scope *sc = p->scope = asy_scope_new(a, g, step ? ASY_TRAIN : ASY_EVAL);
    asy_val *w = ASY_NEWN(a, m->n_slots + 1, asy_val);
    int n = 0;
    p->out = ASY_NEWN(a, m->n_slots + 1, asy_val);
    ASY_TRY(asy_arena_status(a));
    ASY_TRY(asy_backend_choose(&p->backend));
    p->x = asy_input(g, "x", ASY_ROW, ASY_F32, m->io.in);
    p->y = asy_input(g, "y", ASY_ROW, ASY_I32, ASY_SCALAR);
    asy_val z = asy_model_emit(m, sc, p->x);
    p->out[0] = step ? asy_batch_sum(g, asy_xent(g, z, p->y)) : z;
    for (int i = 0; i < m->n_slots && step; i++)
        if (!m->slot[i].statistic) w[n++] = asy_scope_at(sc, i)->val;
    if (step) asy_grad(g, p->out[0], n, w, p->out + 1);
    p->n_out += n;
    return asy_graph_status(g);
}

static asy_status plan_for(asy_plan **plan, const program *p, int64_t rows)
{
    return asy_plan_new(plan, p->graph, p->n_out, p->out, rows, p->backend);
}

static asy_status bytes_for(const program *p, int64_t rows, double *bytes)
{
    asy_plan *plan;
    ASY_TRY(plan_for(&plan, p, rows));
    *bytes = (double)asy_plan_bytes(plan, asy_cpu_get()->cores) + (double)p->model->n * sizeof(float);
    asy_plan_free(plan);
    return ASY_OK;
}

/* The most rows whose plan fits in the memory beside the weights: bytes grow with rows. */
static asy_status largest_batch(const program *p, uint64_t memory, int64_t *rows)
{
    int64_t lo = 0, hi = MOST_ROWS;
    while (lo < hi) {
        int64_t middle = lo + (hi - lo + 1) / 2;
        double bytes = 0;
        ASY_TRY(bytes_for(p, middle, &bytes));
        if (bytes <= (double)memory) lo = middle;
        else hi = middle - 1;
    }
    *rows = lo;
    return ASY_OK;
}

static asy_status table_row(asy_buf *out, const char *what, const program *p, uint64_t memory)
{
    asy_plan *plan;
    double bytes = 0;
    int64_t most = 0;
    ASY_TRY(plan_for(&plan, p, ROWS));
    int nodes = asy_plan_nodes(plan);
    double flops = asy_plan_flops(plan, 1) - asy_plan_flops(plan, 0);
    asy_plan_free(plan);
    ASY_TRY(bytes_for(p, ROWS, &bytes));
    ASY_TRY(largest_batch(p, memory, &most));
    asy_buf_printf(out, "\n%-15s %7d %15.4g %18.1f %14lld%s", what, nodes, flops / 1e6, bytes / 1048576,
                   (long long)most, most == MOST_ROWS ? " or more" : "");
    return ASY_OK;
}

static asy_status table(asy_arena *a, const asy_model *m, const asy_cost_ask *ask, asy_buf *out)
{
    program forward, step;
    int64_t weights = 0;
    char shape[96];
    for (int i = 0; i < m->n_slots; i++) weights += m->slot[i].statistic ? 0 : m->slot[i].n;
    asy_shape_text(&m->io.in, shape, sizeof shape);
    asy_buf_printf(out,
                   "On %s with %lld classes: %lld weights. Memory: weights and plan, %d threads; "
                   "an optimiser's state is not in it.",
                   shape, (long long)m->io.classes, (long long)weights, asy_cpu_get()->cores);
    bool large = ask->memory >= (uint64_t)1 << 30;
    asy_buf_printf(out, "\n%-15s %7s %15s %14s%4d %8s%.4g %s", "", "nodes", "MFLOP a sample", "MiB at batch", ROWS,
                   "most in ", (double)ask->memory / (large ? 1073741824.0 : 1048576.0), large ? "GiB" : "MiB");
    ASY_TRY(write_program(&forward, a, m, false));
    ASY_TRY(table_row(out, "forward", &forward, ask->memory));
    ASY_TRY(write_program(&step, a, m, true));
    return table_row(out, "training step", &step, ask->memory);
}

/* Every value of one run, on uniform numbers of the data's range and freshly drawn weights. */
static asy_status trace(const program *p, asy_model *m, asy_exec *e, asy_buf *out)
{
    asy_rng seed = asy_rng_seed(0), init = asy_rng_part(seed, "init"), noise = asy_rng_part(seed, "noise");
    int64_t n = asy_shape_count(&m->io.in);
    float *x = ASY_NEWN(p->arena, n * TRACE_ROWS, float);
    int32_t y[TRACE_ROWS];
    uint64_t id[TRACE_ROWS];
    asy_bind *bind = ASY_NEWN(p->arena, 2 + asy_model_binds(m) + ASY_SCOPE_NOISE, asy_bind);
    ASY_TRY(asy_arena_status(p->arena));
    asy_model_init(m, &init);
    for (int i = 0; i < TRACE_ROWS; i++) {
        asy_rng_uniform(&seed, (uint64_t)i, 0, (size_t)n, (float)m->lo, (float)m->hi, x + i * n);
        y[i] = i % (int32_t)m->io.classes;
        id[i] = (uint64_t)i;
    }
    bind[0] = (asy_bind){ p->x, x, 0 };
    bind[1] = (asy_bind){ p->y, y, 0 };
    int binds = 2 + asy_model_bind(m, p->scope, m->w, m->version, bind + 2);
    binds += asy_scope_noise_bind(p->scope, &noise, TRACE_ROWS, id, NULL, 0, bind + binds);
    asy_exec_trace(e, out);
    return asy_exec_run(e, TRACE_ROWS, binds, bind);
}

static asy_status show_trace(const program *p, asy_model *m, asy_buf *out)
{
    asy_plan *plan;
    asy_exec *exec = NULL;
    ASY_TRY(asy_scope_noise_new(p->scope, TRACE_ROWS));
    ASY_TRY(plan_for(&plan, p, TRACE_ROWS));
    asy_status s = asy_exec_new(&exec, plan, NULL);
    if (s == ASY_OK) s = trace(p, m, exec, out);
    asy_exec_free(exec);
    asy_plan_free(plan);
    return s;
}

static asy_status show(asy_arena *a, asy_model *m, const asy_cost_ask *ask, asy_buf *out)
{
    program p;
    asy_plan *plan;
    if (ask->show == ASY_COST_TABLE) return table(a, m, ask, out);
    ASY_TRY(write_program(&p, a, m, ask->step));
    if (ask->show == ASY_COST_TRACE) return show_trace(&p, m, out);
    ASY_TRY(plan_for(&plan, &p, ROWS));
    if (ask->show == ASY_COST_DOT) asy_plan_dot(plan, out);
    else asy_plan_dump(plan, out);
    asy_plan_free(plan);
    return ASY_OK;
}

static asy_status cost(asy_arena *a, const asy_cost_ask *ask, asy_buf *out)
{
    asy_dataset_view view = { .hi = 1, .shape = ask->in, .channels = 1, .std = { 1 } };
    const asy_bound *b;
    asy_model *m;
    view.data.classes = ask->classes;
    ASY_TRY(asy_bind_text(a, &asy_spot_model, ask->name, ask->pairs, &b));
    if (((const asy_arch *)b->m)->takes_symbols) {
        if (!ask->own_in) view.shape = ASY_SHAPE(LENGTH);
        if (!ask->own_classes) view.data.classes = SYMBOLS;
        view.data.symbols = view.data.classes;
        view.data.top = (double)view.data.classes - 1;
    }
    ASY_TRY(asy_model_new(&m, a, b, &view, NULL));
    return show(a, m, ask, out);
}

asy_status asy_arch_cost(const asy_method *arch, const asy_cost_ask *ask, asy_buf *out)
{
    if (!((const asy_arch *)arch)->emit)
        ASY_FAIL(ASY_EINVAL, "`%s` is fitted without a graph: it has no plan", ask->name);
    asy_arena *a = asy_arena_new(0);
    asy_status s = cost(a, ask, out);
    asy_arena_free(a);
    return s;
}

void asy_arch_facts(const asy_method *arch, const char *name, asy_buf *out)
{
    (void)name;
    if (!((const asy_arch *)arch)->emit)
        asy_buf_puts(out, "Gives labels and scores; without a graph there are no gradients.");
}
