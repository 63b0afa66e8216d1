// SPDX-License-Identifier: GPL-3.0-or-later
#include "scorer.h"
#include "../graph/op.h"
#include <math.h>
#include <string.h>

struct asy_scorer {
    asy_arena *arena;
    const asy_model *model;
    asy_scope *scope;
    asy_val x, y;
    int64_t max_rows, size;
    struct { asy_plan *plan; asy_exec *exec; } with[2];     /* logits alone; logits and loss */
    asy_bind *bind;                                         /* x, y, then the weights */
};

/* Everything that an id up to the last one belongs to was written by this file, so all of it is the model's.
 */
static bool draws_random(const asy_graph *g, asy_val last)
{
    for (uint32_t id = 1; id <= last.id; id++) {
        int result;
        const asy_node *n = asy_val_node(g, (asy_val){ id }, &result);
        if (n && (n->op->flags & ASY_OP_RANDOM)) return true;
    }
    return false;
}

static asy_status build(asy_scorer *s, const asy_backend *backend, asy_pool *pool)
{
    asy_graph *g = asy_graph_new(s->arena, ASY_F32);
    if (!g) return asy_arena_status(s->arena);
    s->scope = asy_scope_new(s->arena, g, ASY_EVAL);
    s->bind = ASY_NEWN(s->arena, s->model->n_slots + 2, asy_bind);
    ASY_TRY(asy_arena_status(s->arena));
    s->x = asy_input(g, "x", ASY_ROW, ASY_F32, s->model->io.in);
    s->y = asy_input(g, "y", ASY_ROW, ASY_I32, ASY_SCALAR);
    asy_val out[2] = { asy_model_emit(s->model, s->scope, s->x) };
    ASY_TRY(asy_graph_status(g));
    if (draws_random(g, out[0]))
        ASY_FAIL(ASY_EUNSUP, "`%s` draws random numbers; only models that do not can be scored",
                 s->model->arch->name);
    out[1] = asy_xent(g, out[0], s->y);
    ASY_TRY(asy_graph_status(g));
    ASY_TRY(asy_arena_status(s->arena));
    for (int i = 0; i < 2; i++) {
        ASY_TRY(asy_plan_new(&s->with[i].plan, g, i + 1, out, s->max_rows, backend));
        ASY_TRY(asy_exec_new(&s->with[i].exec, s->with[i].plan, pool));
    }
    return ASY_OK;
}

asy_status asy_scorer_new(asy_scorer **out, const asy_model *model, const asy_backend *backend,
                          asy_pool *pool, int64_t max_rows)
{
    *out = NULL;
    asy_arena *a = asy_arena_new(0);
    asy_scorer *s = ASY_NEW(a, asy_scorer);
    if (!s) {
        asy_arena_free(a);
        ASY_FAIL(ASY_ENOMEM, "out of memory for a forward pass");
    }
    s->arena = a;
    s->model = model;
    s->max_rows = max_rows;
    s->size = asy_shape_count(&model->io.in);
    asy_status st = build(s, backend, pool);
    if (st != ASY_OK) {
        asy_scorer_free(s);
        ASY_TRY(st);
    }
    *out = s;
    return ASY_OK;
}

void asy_scorer_free(asy_scorer *s)
{
    if (!s) return;
    for (int i = 0; i < 2; i++) {
        asy_exec_free(s->with[i].exec);
        asy_plan_free(s->with[i].plan);
    }
    asy_arena_free(s->arena);
}

asy_status asy_scorer_run(asy_scorer *s, const float *w, uint64_t version, int64_t rows, const float *x,
                          const int32_t *y, float *logits, float *loss)
{
    asy_exec *exec = s->with[y && loss ? 1 : 0].exec;
    int64_t k = s->model->io.classes;
    int n = 0;
    if (y && loss) n = 2;
    else           n = 1;
    int n_bind = n + asy_model_bind(s->model, s->scope, w, version, s->bind + n);
    for (int64_t at = 0; at < rows; at += s->max_rows) {
        int64_t now = rows - at < s->max_rows ? rows - at : s->max_rows;
        s->bind[0] = (asy_bind){ s->x, x + at * s->size, 0 };
        if (n == 2) s->bind[1] = (asy_bind){ s->y, y + at, 0 };
        ASY_TRY(asy_exec_run(exec, now, n_bind, s->bind));
        memcpy(logits + at * k, asy_exec_out(exec, 0).data, (size_t)(now * k) * sizeof(float));
        if (n == 2) memcpy(loss + at, asy_exec_out(exec, 1).data, (size_t)now * sizeof(float));
    }
    return ASY_OK;
}

int32_t asy_argmax(int64_t k, const float *z)
{
    int64_t best = 0;
    for (int64_t j = 1; j < k; j++)
        if (z[j] > z[best] || (isnan(z[j]) && !isnan(z[best]))) best = j;
    return (int32_t)best;
}

double asy_margin(int64_t k, const float *z, int32_t y)
{
    double other = -INFINITY;
    for (int64_t j = 0; j < k; j++)
        if (j != y && !((double)z[j] <= other)) other = (double)z[j];
    return (double)z[y] - other;
}
