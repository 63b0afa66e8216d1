// SPDX-License-Identifier: GPL-3.0-or-later
/* What an architecture costs, for `describe`: on [1,28,28] with 10 classes, or rows of 64
 * of 65 symbols, with its default parameters. */
#include "../graph/plan.h"
#include "../method/params.h"
#include "model.h"

enum { CLASSES = 10, LENGTH = 64, SYMBOLS = 65, MOST_ROWS = 1 << 20 };
static const size_t budget = (size_t)1 << 30;

/* A training step's plan: loss and the gradient of every weight, without an optimiser. */
static asy_status step_plan(asy_plan **plan, asy_arena *a, const asy_model *m, int64_t rows)
{
    asy_graph *g = asy_graph_new(a, ASY_F32);
    asy_scope *sc = asy_scope_new(a, g, ASY_TRAIN);
    asy_val *w = ASY_NEWN(a, m->n_slots, asy_val), *out = ASY_NEWN(a, m->n_slots + 1, asy_val);
    ASY_TRY(asy_arena_status(a));
    asy_val x = asy_input(g, "x", ASY_ROW, ASY_F32, m->io.in),
            y = asy_input(g, "y", ASY_ROW, ASY_I32, ASY_SCALAR);
    out[0] = asy_batch_sum(g, asy_xent(g, asy_model_emit(m, sc, x), y));
    for (int i = 0; i < m->n_slots; i++) w[i] = asy_scope_at(sc, i)->val;
    asy_grad(g, out[0], m->n_slots, w, out + 1);
    ASY_TRY(asy_graph_status(g));
    return asy_plan_new(plan, g, m->n_slots + 1, out, rows, NULL);
}

static asy_status step_bytes(const asy_model *m, int64_t rows, size_t *bytes)
{
    asy_arena *a = asy_arena_new(0);
    asy_plan *plan = NULL;
    asy_status s = step_plan(&plan, a, m, rows);
    *bytes = s == ASY_OK ? asy_plan_bytes(plan, 1) : 0;
    asy_plan_free(plan);
    asy_arena_free(a);
    return s;
}

/* The most rows of a step that fit in the budget beside the weights: bytes grow with rows. */
static asy_status largest_batch(const asy_model *m, int64_t *rows)
{
    int64_t lo = 0, hi = MOST_ROWS;
    while (lo < hi) {
        int64_t middle = lo + (hi - lo + 1) / 2;
        size_t bytes;
        ASY_TRY(step_bytes(m, middle, &bytes));
        if (bytes + (size_t)m->n * sizeof(float) <= budget) lo = middle;
        else hi = middle - 1;
    }
    *rows = lo;
    return ASY_OK;
}

static asy_status forward_flops(asy_arena *a, const asy_model *m, double *flops)
{
    asy_graph *g = asy_graph_new(a, ASY_F32);
    asy_scope *sc = asy_scope_new(a, g, ASY_EVAL);
    asy_plan *plan = NULL;
    ASY_TRY(asy_arena_status(a));
    asy_val z = asy_model_emit(m, sc, asy_input(g, "x", ASY_ROW, ASY_F32, m->io.in));
    ASY_TRY(asy_graph_status(g));
    ASY_TRY(asy_plan_new(&plan, g, 1, &z, 1, NULL));
    *flops = asy_plan_flops(plan, 1);
    asy_plan_free(plan);
    return ASY_OK;
}

static asy_status measure(asy_arena *a, const char *name, asy_buf *out)
{
    asy_dataset_view view = { .hi = 1, .shape = ASY_SHAPE(1, 28, 28), .channels = 1, .std = { 1 } };
    const asy_bound *b;
    asy_model *m;
    double flops = 0;
    int64_t weights = 0, rows = 0;
    size_t bytes;
    view.data.classes = CLASSES;
    ASY_TRY(asy_bind_text(a, &asy_spot_model, name, NULL, &b));
    if (((const asy_arch *)b->m)->takes_symbols) {
        view.shape = ASY_SHAPE(LENGTH);
        view.data.classes = view.data.symbols = SYMBOLS;
        view.data.top = SYMBOLS - 1;
    }
    ASY_TRY(asy_model_new(&m, a, b, &view, NULL));
    for (int i = 0; i < m->n_slots; i++) weights += m->slot[i].statistic ? 0 : m->slot[i].n;
    ASY_TRY(forward_flops(a, m, &flops));
    ASY_TRY(step_bytes(m, 128, &bytes));
    ASY_TRY(largest_batch(m, &rows));
    asy_buf_printf(
        out,
        "On %s: %lld weights, %.3g MFLOP forward; a step of 128 takes %.1f MiB, "
        "in 1 GiB fit %lld rows.",
        view.data.symbols > 0 ? "rows of 64 of 65 symbols" : "[1,28,28] with 10 classes", (long long)weights,
        flops / 1e6, (double)bytes / 1048576, (long long)rows);
    return ASY_OK;
}

void asy_arch_facts(const asy_method *arch, const char *name, asy_buf *out)
{
    if (!((const asy_arch *)arch)->emit) {
        asy_buf_puts(out, "Gives labels and scores; without a graph there are no gradients.");
        return;
    }
    asy_arena *a = asy_arena_new(0);
    if (measure(a, name, out) != ASY_OK)
        asy_error_clear(); /* an architecture that takes no such image has no such facts */
    asy_arena_free(a);
}
